package io.synod.learner.service;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * How many pages of values may be in memory at a time, from the reading of the first value until the answer is written. A
 * request that waits for values holds none. Thread-safe.
 */
final class PageLimit implements HandlerInterceptor {

    private static final String HELD = PageLimit.class.getName();
    private static final long WAIT_SECONDS_MAX = 2;

    private final Semaphore pages;

    PageLimit(int pagesMax) {
        pages = new Semaphore(pagesMax);
    }

    /** Makes room for the page of a request, which waits a little for it; returns false if there is none. */
    boolean enter(HttpServletRequest request) throws InterruptedException {
        if (request.getAttribute(HELD) != null) {
            return true;
        }
        if (!pages.tryAcquire(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
            return false;
        }
        request.setAttribute(HELD, true);
        return true;
    }

    /** The request has no page after all, or its answer is written. */
    void leave(HttpServletRequest request) {
        if (request.getAttribute(HELD) != null) {
            request.removeAttribute(HELD);
            pages.release();
        }
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        leave(request);
    }
}
