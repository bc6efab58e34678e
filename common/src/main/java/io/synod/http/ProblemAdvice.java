package io.synod.http;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Answers what Spring refuses before a call sees it (a path, method, content type or body that is none of ours) as a problem of
 * ours (RFC 9457), which says what was wrong and what is allowed, whatever the request says that it accepts.
 */
@RestControllerAdvice
public final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final int SHOWN_CHARS_MAX = 120;

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception failure, @Nullable Object body,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        HttpHeaders typed = new HttpHeaders(headers);
        typed.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return super.handleExceptionInternal(failure, problem(failure, body, status, request), typed, status, request);
    }

    private static Object problem(Exception failure, @Nullable Object body, HttpStatusCode status, WebRequest request) {
        Object given = body == null && failure instanceof ErrorResponse error ? error.getBody() : body;
        if (given instanceof ProblemDetail problem && Problems.isOurs(problem)) {
            return problem;
        }
        HttpStatus known = HttpStatus.valueOf(status.value());
        String detail = detail(failure, request);
        if (detail == null && given instanceof ProblemDetail problem) {
            detail = problem.getDetail();
        }
        return Problems.of(known, detail == null ? known.getReasonPhrase() : detail);
    }

    private static @Nullable String detail(Exception failure, WebRequest request) {
        return switch (failure) {
            case HttpRequestMethodNotSupportedException wrong ->
                    "there is no " + wrong.getMethod() + " of " + path(request) + " here" + allowed(wrong
                            .getSupportedHttpMethods());
            case HttpMediaTypeNotSupportedException wrong ->
                    "Content-Type is '" + shortened(request.getHeader(HttpHeaders.CONTENT_TYPE)) + "'"
                            + allowed(wrong.getSupportedMediaTypes());
            case HttpMediaTypeNotAcceptableException wrong ->
                    "Accept is '" + shortened(request.getHeader(HttpHeaders.ACCEPT)) + "'"
                            + allowed(wrong.getSupportedMediaTypes());
            case NoResourceFoundException _, NoHandlerFoundException _ ->
                    "there is nothing at " + path(request) + "; /api.html at a learner lists every call";
            case TypeMismatchException wrong ->
                    wrong.getPropertyName() + " is '" + shortened(String.valueOf(wrong.getValue()))
                            + "'; allowed is a whole number";
            case HttpMessageNotReadableException wrong ->
                    "the body cannot be read as JSON: " + firstLine(wrong.getMostSpecificCause().getMessage());
            default -> null;
        };
    }

    private static String allowed(@Nullable Collection<?> names) {
        List<?> known = names == null ? List.of() : List.copyOf(names);
        return known.isEmpty()
                ? ""
                : (known.size() == 1 ? "; allowed is " : "; allowed are ")
                        + known.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String path(WebRequest request) {
        return request instanceof ServletWebRequest servlet ? shortened(servlet.getRequest().getRequestURI()) : "";
    }

    private static String firstLine(@Nullable String text) {
        return shortened(text == null ? "" : text.lines().findFirst().orElse(""));
    }

    private static String shortened(@Nullable String text) {
        return text == null || text.length() <= SHOWN_CHARS_MAX
                ? String.valueOf(text)
                : text.substring(0, SHOWN_CHARS_MAX) + "...";
    }
}
