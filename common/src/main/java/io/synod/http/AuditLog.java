package io.synod.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Who did what over HTTP: the logger {@value #NAME}, one line of {@code key=value} for each call that changes something and for each
 * that was refused for its token, its origin or its host.
 *
 * <pre>
 *   event=call who=ops role=operator from=10.0.0.5 method=POST path=/actuator/trim what="instance=100" status=200 millis=12
 *   event=refused who=anonymous role=none from=10.0.0.9 method=POST path=/actuator/trim status=401 unlogged=0
 * </pre>
 *
 * <p>No line has a query, a header or a body: tokens, tickets and values stand nowhere. Of refused calls, which anybody can
 * make, at most {@value #REFUSED_MAX} a second are written, and the next line says how many were not. Thread-safe.
 */
public final class AuditLog {

    static final String NAME = "io.synod.audit";
    static final int REFUSED_MAX = 10;

    private static final Logger log = LoggerFactory.getLogger(NAME);
    private static final String WHAT = "synod.audit.what";
    private static final int PATH_CHARS_MAX = 200;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoTime;
    private long secondNanos;
    private int written;
    private long unlogged;

    AuditLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.secondNanos = nanoTime.getAsLong();
    }

    /** Says in the audit line of the request that this thread answers what is asked for, such as {@code instance=100}. */
    public static void what(String text) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            request.setAttribute(WHAT, text, RequestAttributes.SCOPE_REQUEST);
        }
    }

    void call(HttpServletRequest request, int status, long millis) {
        Object what = request.getAttribute(WHAT);
        log.info("event=call {}{} status={} millis={}", who(request),
                what == null ? "" : " what=\"" + printable(what.toString()) + "\"", status, millis);
    }

    void refused(HttpServletRequest request, int status) {
        long before = before();
        if (before >= 0) {
            log.warn("event=refused {} status={} unlogged={}", who(request), status, before);
        }
    }

    /** Returns how many were not written since the last that was; below 0 if this one is not written either. */
    private synchronized long before() {
        long now = nanoTime.getAsLong();
        if (now - secondNanos >= SECOND_NANOS) {
            secondNanos = now;
            written = 0;
        }
        if (written >= REFUSED_MAX) {
            unlogged++;
            return -1;
        }
        written++;
        long before = unlogged;
        unlogged = 0;
        return before;
    }

    private static String who(HttpServletRequest request) {
        @Nullable Caller caller = Caller.of(request);
        return "who=" + (caller == null ? "anonymous" : caller.name())
                + " role=" + (caller == null ? "none" : caller.role().label())
                + " from=" + printable(request.getRemoteAddr()).replace(' ', '?')
                + " method=" + printable(request.getMethod())
                + " path=" + printable(request.getRequestURI());
    }

    /** A line stays one line, and a value one value, whatever was sent. */
    private static String printable(String text) {
        String cut = text.length() > PATH_CHARS_MAX ? text.substring(0, PATH_CHARS_MAX) + "..." : text;
        return cut.replaceAll("[^!#-~ ]", "?");
    }
}
