package io.synod.http;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers as a problem (RFC 9457) what the web server refused before any of our code saw it, and what failed in it. */
@RestController
final class ProblemErrorController implements ErrorController {

    @RequestMapping("${server.error.path:${error.path:/error}}")
    ResponseEntity<ProblemDetail> problem(HttpServletRequest request) {
        Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        HttpStatus known = code instanceof Integer number ? HttpStatus.resolve(number) : HttpStatus.NOT_FOUND;
        HttpStatus status = known == null ? HttpStatus.INTERNAL_SERVER_ERROR : known;
        Object message = request.getAttribute(RequestDispatcher.ERROR_MESSAGE);
        String detail = message instanceof String text && !text.isBlank() && !status.is5xxServerError()
                ? text
                : status.is5xxServerError() ? "the service failed; its log has more" : unsaid(status);
        ProblemDetail problem = Problems.of(status, detail);
        return ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }

    /** What the web server did not say: it refuses alone what it cannot take apart. */
    private static String unsaid(HttpStatus status) {
        return status == HttpStatus.BAD_REQUEST
                ? "the request cannot be read; allowed are paths and queries encoded as in RFC 3986, such as from=42%3A7"
                : status.getReasonPhrase();
    }
}
