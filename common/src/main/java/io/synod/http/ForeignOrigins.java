package io.synod.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;

/** Tells a page of a foreign origin so as a problem (RFC 9457), where Spring writes a few words of plain text. */
final class ForeignOrigins extends DefaultCorsProcessor {

    private final Refusals refusals;

    ForeignOrigins(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public boolean processRequest(@Nullable CorsConfiguration allowed, HttpServletRequest request,
            HttpServletResponse response) throws IOException {
        if (super.processRequest(allowed, request, response)) {
            return true;
        }
        refusals.refuse(request, response, HttpStatus.FORBIDDEN, ProblemType.FOREIGN_ORIGIN,
                "pages of " + request.getHeader(HttpHeaders.ORIGIN)
                        + " may not do this here; paxos.learner.allowed-origins allows GET and POST to an origin");
        return false;
    }

    /** Leaves the body to {@link #processRequest}, which knows the origin. */
    @Override
    protected void rejectRequest(ServerHttpResponse response) {
        response.setStatusCode(HttpStatus.FORBIDDEN);
    }
}
