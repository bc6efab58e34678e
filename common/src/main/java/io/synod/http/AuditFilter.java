package io.synod.http;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Has the audit log written: a line for each call that changes something, when it is answered, and for each that was refused
 * here. Values are left out: each is in the log with its session, at full speed a line a value would cost more than the value, and {@code
 * paxos_client_submitted_total} counts them. One that was refused for its token or its origin is not left out.
 */
final class AuditFilter extends OncePerRequestFilter {

    private final AuditLog log;

    AuditFilter(AuditLog log) {
        this.log = log;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long begunNanos = System.nanoTime();
        boolean done = false;
        try {
            chain.doFilter(request, response);
            done = true;
        } finally {
            if (Refusals.isRefused(request)) {
                log.refused(request, response.getStatus());
            } else if (isPrivileged(request)) {
                if (request.isAsyncStarted()) {
                    request.getAsyncContext().addListener(new Completion(request, response, begunNanos));
                } else {
                    call(request, done ? response.getStatus() : HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                            begunNanos);
                }
            }
        }
    }

    private static boolean isPrivileged(HttpServletRequest request) {
        return !HttpRights.reads(request.getMethod()) && !request.getServletPath().equals("/api/values");
    }

    private void call(HttpServletRequest request, int status, long begunNanos) {
        log.call(request, status, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos));
    }

    private final class Completion implements AsyncListener {

        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private final long begunNanos;

        Completion(HttpServletRequest request, HttpServletResponse response, long begunNanos) {
            this.request = request;
            this.response = response;
            this.begunNanos = begunNanos;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            call(request, response.getStatus(), begunNanos);
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
