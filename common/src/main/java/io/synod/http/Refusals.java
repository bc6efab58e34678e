package io.synod.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Refuses a request by a problem (RFC 9457) before any call sees it, and marks it for the audit log. */
final class Refusals {

    private static final String REFUSED = "synod.refused";

    private final Supplier<JsonMapper> mapper;

    /** @param mapper gives the mapper of problems, which is made after this */
    Refusals(Supplier<JsonMapper> mapper) {
        this.mapper = mapper;
    }

    /** Returns whether a request was refused here. */
    static boolean isRefused(HttpServletRequest request) {
        return request.getAttribute(REFUSED) != null;
    }

    void refuse(HttpServletRequest request, HttpServletResponse response, HttpStatus status,
            ProblemType type, String detail) throws IOException {
        request.setAttribute(REFUSED, type);
        byte[] body = new ProblemJson(mapper.get()).write(Problems.of(status, type, detail));
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
