package io.synod.learner.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /api/values}: the delivered log, page by page. With {@code wait} an empty page is held back until there is
 * something to tell, so whoever follows the log need not ask again and again.
 */
@RestController
@RequestMapping("/api")
final class ValuesController {

    private static final int LIMIT_MAX = 10_000;
    private static final long PAGE_BYTES_MAX = 1 << 20;
    private static final long WAIT_MILLIS_MAX = 60_000;
    private static final String FROM_ALLOWED = Position.ALLOWED + ", or earliest, or latest";

    /**
     * A page of the log.
     *
     * @param logId names the log
     * @param values the values, in order
     * @param next where the next page begins
     * @param firstInstance the first instance that is retained
     * @param lastInstance the last instance that was delivered
     * @param stopped why nothing more will be delivered here; absent while more may be
     */
    record Page(
            String logId,
            List<DeliveredValue> values,
            String next,
            long firstInstance,
            long lastInstance,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String stopped) {}

    private final DeliveredLog log;
    private final PageLimit pages;

    ValuesController(DeliveredLog log, PageLimit pages) {
        this.log = log;
        this.pages = pages;
    }

    @GetMapping("/values")
    Page values(
            @RequestParam(defaultValue = "earliest") String from,
            @RequestParam(defaultValue = "100") String limit,
            @RequestParam(defaultValue = "0") String wait,
            @RequestParam(name = "log", required = false) @Nullable String logId,
            HttpServletRequest request)
            throws InterruptedException {
        Position position = position(from);
        boolean earliest = from.equals("earliest");
        int limitValues = (int) number("limit", limit, 1, LIMIT_MAX);
        long waitMillis = number("wait", wait, 0, WAIT_MILLIS_MAX);
        requireSameLog(logId);
        try {
            Page page = page(position, earliest, limitValues, Duration.ofMillis(waitMillis).toNanos(), request);
            // The log may have become known while there was nothing to read.
            requireSameLog(logId);
            return page;
        } catch (PositionGoneException e) {
            ErrorResponseException gone =
                    problem(HttpStatus.GONE, "gone", "Not retained any more",
                            e.getMessage() + "; there is no checkpoint");
            gone.getBody().setProperty("firstInstance", e.firstInstance());
            gone.getBody().setProperty("checkpoint", null);
            throw gone;
        }
    }

    private void requireSameLog(@Nullable String logId) {
        if (log.isOther(logId)) {
            throw problem(
                    HttpStatus.CONFLICT,
                    "other-log",
                    "Another log",
                    "this learner delivers log " + log.logId() + ", the position is one of log " + logId);
        }
    }

    private Page page(Position from, boolean earliest, int limit, long waitNanos, HttpServletRequest request)
            throws InterruptedException {
        long deadline = System.nanoTime() + waitNanos;
        List<DeliveredValue> values = new ArrayList<>();
        enter(request);
        Position next = earliest ? readEarliest(limit, values) : read(from, limit, values);
        // Instances that deliver nothing are passed by without an answer.
        while (values.isEmpty()) {
            pages.leave(request);
            if (!log.await(next.instance(), deadline - System.nanoTime())) {
                break;
            }
            enter(request);
            next = read(next, limit, values);
        }
        return new Page(log.logId().toString(), values, next.toString(), log.first(), log.last(), log.stopped());
    }

    private void enter(HttpServletRequest request) throws InterruptedException {
        if (!pages.enter(request)) {
            throw problem(HttpStatus.TOO_MANY_REQUESTS, "overloaded", "Overloaded",
                    "too many pages are being read at this learner; try again later");
        }
    }

    /** Under load the earliest instance may go before it is read; then the next one is the earliest. */
    private Position readEarliest(int limit, List<DeliveredValue> values) {
        while (true) {
            try {
                return read(Position.atStartOf(log.first()), limit, values);
            } catch (PositionGoneException e) {
                values.clear();
            }
        }
    }

    private Position read(Position from, int limit, List<DeliveredValue> values) {
        return log.read(
                from,
                limit,
                PAGE_BYTES_MAX,
                (instance, index, session, number, value) -> values
                        .add(DeliveredValue.of(instance, index, session, number, value)));
    }

    private Position position(String from) {
        return switch (from) {
            case "earliest" -> Position.atStartOf(log.first());
            case "latest" -> Position.atStartOf(log.last() + 1);
            default -> {
                Position position = Position.parse(from);
                if (position == null) {
                    throw badRequest("from", from, FROM_ALLOWED);
                }
                yield position;
            }
        };
    }

    private static long number(String name, String text, long min, long max) {
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, like a number out of bounds.
        }
        throw badRequest(name, text, min + " to " + max);
    }

    private static ErrorResponseException badRequest(String name, String text, String allowed) {
        return problem(
                HttpStatus.BAD_REQUEST,
                "bad-request",
                "Bad request",
                name + " is '" + text + "'; allowed is " + allowed);
    }

    private static ErrorResponseException problem(HttpStatus status, String type, String title, String detail) {
        return new ErrorResponseException(status, Problems.of(status, type, title, detail), null);
    }
}
