package io.synod.learner.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /api/values}: the delivered log, page by page. With {@code wait} an empty page is held back until there is
 * something to tell, so whoever follows the log need not ask again and again. Whoever accepts
 * {@value ValueStream#MEDIA_TYPE} gets a stream instead of a page.
 */
@RestController
@RequestMapping("/api")
final class ValuesController {

    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 10_000;
    private static final long PAGE_BYTES_MAX = 1 << 20;
    private static final long WAIT_MILLIS_MAX = 60_000;
    /** How many values are looked at in one read for those of one session. */
    private static final int VALUES_A_SCAN = 8_192;
    /** How often the log is read in vain for one page; each read has bounds of its own. */
    private static final int READS_MAX = 16;

    /**
     * A page of the log.
     *
     * @param logId names the log
     * @param values the values, in order
     * @param next where the next page begins; without values and up to {@code lastInstance}, where the search goes on
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
    private final LogWatch watch;
    private final PageLimit pages;
    private final ValueStream streams;

    ValuesController(DeliveredLog log, LogWatch watch, PageLimit pages, ValueStream streams) {
        this.log = log;
        this.watch = watch;
        this.pages = pages;
        this.streams = streams;
    }

    /** Answers with a page, or writes a stream and returns null. */
    @GetMapping("/values")
    @Nullable
    Page values(HttpServletRequest request, HttpServletResponse response)
            throws InterruptedException, IOException {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.contains(ValueStream.MEDIA_TYPE)) {
            ReadParameters given = new ReadParameters(
                    request.getParameterMap(), "from", "to", "limit", "follow", "client", "log");
            ValueStream.Range range = ValueStream.Range.of(given, log);
            requireSameLog(range.logId());
            streams.write(range, response);
            return null;
        }
        ReadParameters given =
                new ReadParameters(request.getParameterMap(), "from", "limit", "wait", "client", "log");
        Reader reader = new Reader(
                given.start(log, "earliest"),
                given.client(),
                (int) given.number("limit", LIMIT_DEFAULT, 1, LIMIT_MAX));
        long waitMillis = given.number("wait", 0, 0, WAIT_MILLIS_MAX);
        requireSameLog(given.log());
        Page page = page(reader, Duration.ofMillis(waitMillis).toNanos(), request);
        // The log may have become known while there was nothing to read.
        requireSameLog(given.log());
        return page;
    }

    private void requireSameLog(@Nullable String logId) {
        if (log.isOther(logId)) {
            throw Problems.error(
                    HttpStatus.CONFLICT,
                    ProblemType.OTHER_LOG,
                    "this learner delivers log " + log.logId() + ", the position is one of log " + logId);
        }
    }

    private Page page(Reader reader, long waitNanos, HttpServletRequest request) throws InterruptedException {
        long deadline = System.nanoTime() + waitNanos;
        enter(request);
        Position next = reader.read(null);
        if (reader.foundNothing() && waitNanos > 0) {
            try (LogWatch.Follower follower = watch.follow(reader.client)) {
                // What came before it followed.
                next = reader.read(next);
                // Instances that deliver nothing are passed by without an answer.
                while (reader.foundNothing()) {
                    pages.leave(request);
                    Position more = follower.await(next, deadline - System.nanoTime());
                    if (more == null) {
                        break;
                    }
                    enter(request);
                    next = reader.read(more);
                }
            }
        }
        return new Page(
                log.logId().toString(), reader.values, next.toString(), log.first(), log.last(), log.stopped());
    }

    private void enter(HttpServletRequest request) throws InterruptedException {
        if (!pages.enter(request)) {
            throw Problems.error(
                    HttpStatus.TOO_MANY_REQUESTS,
                    ProblemType.OVERLOADED,
                    "too many pages are being read at this learner; try again later");
        }
    }

    /** Reads the values of one page. */
    private final class Reader {

        private final ReadParameters.Start start;
        private final @Nullable SessionId client;
        private final int limit;
        private final List<DeliveredValue> values = new ArrayList<>();
        private boolean brokeOff;

        Reader(ReadParameters.Start start, @Nullable SessionId client, int limit) {
            this.start = start;
            this.client = client;
            this.limit = limit;
        }

        /** Whether there is nothing for this page up to the end of the log. */
        boolean foundNothing() {
            return values.isEmpty() && !brokeOff;
        }

        /**
         * Reads from a position on, or from the start; ends with the first values, at the end of the log, or when enough was looked
         * at in vain.
         *
         * @return where to go on
         */
        Position read(@Nullable Position from) {
            int valuesMax = client == null ? limit : VALUES_A_SCAN;
            Position next = from == null
                    ? start.read(log, valuesMax, PAGE_BYTES_MAX, this::add)
                    : log.read(from, valuesMax, PAGE_BYTES_MAX, this::add);
            for (int reads = 1; values.isEmpty() && next.instance() <= log.last(); reads++) {
                if (reads == READS_MAX) {
                    brokeOff = true;
                    return next;
                }
                next = log.read(next, valuesMax, PAGE_BYTES_MAX, this::add);
            }
            if (client == null || values.size() < limit) {
                return next;
            }
            // More was looked at than there is room for.
            DeliveredValue last = values.getLast();
            return new Position(last.instance(), last.index() + 1);
        }

        private void add(long instance, int index, SessionId session, long number, Bytes value) {
            if (values.size() < limit && (client == null || client.equals(session))) {
                values.add(DeliveredValue.of(instance, index, session, number, value, null));
            }
        }
    }
}
