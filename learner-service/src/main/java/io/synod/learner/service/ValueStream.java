package io.synod.learner.service;

import io.synod.http.ProblemJson;
import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.learner.storage.RecordDamagedException;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Writes a range of the delivered log, or the log as it grows, as lines of JSON, one a value. It writes on the request's
 * own thread, which waits while the client does not read. What goes wrong before the first line is answered as a problem;
 * afterwards the last line is an object with the member {@code problem}.
 */
final class ValueStream {

    /** What a client accepts that wants a stream. */
    static final String MEDIA_TYPE = "application/x-ndjson";

    private static final int VALUES_A_READ = 1_000;
    private static final long BYTES_A_READ = 1 << 20;
    /** After so long without a value an empty line shows who is still there. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final DeliveredLog log;
    private final Subscribers subscribers;
    private final ValueJson json;
    private final ProblemJson problems;

    ValueStream(DeliveredLog log, Subscribers subscribers, ValueJson json, ProblemJson problems) {
        this.log = log;
        this.subscribers = subscribers;
        this.json = json;
        this.problems = problems;
    }

    /**
     * What is to be written.
     *
     * @param start where to begin
     * @param to the last instance
     * @param limit how many values at most
     * @param follow whether to wait for instances that are not delivered yet
     * @param client the session whose values alone are wanted; null for all
     * @param logId names the log that the position is one of; null if the client did not say
     */
    record Range(
            ReadParameters.Start start,
            long to,
            long limit,
            boolean follow,
            @Nullable SessionId client,
            @Nullable String logId) {

        static Range of(ReadParameters given, DeliveredLog log) {
            boolean follow = given.flag("follow");
            // A log that grows faster than it is read would have no end.
            long to = given.number("to", follow ? Long.MAX_VALUE : log.last(), 1, Long.MAX_VALUE);
            return new Range(
                    given.start(log, follow ? "latest" : "earliest"),
                    follow ? to : Math.min(to, log.last()),
                    given.number("limit", Long.MAX_VALUE, 1, Long.MAX_VALUE),
                    follow,
                    given.client(),
                    given.log());
        }
    }

    /**
     * Writes a range.
     *
     * @throws PositionGoneException if it begins before what is retained
     * @throws ErrorResponseException if there is no place for another reader
     */
    void write(Range range, HttpServletResponse response) throws IOException, InterruptedException {
        if (!subscribers.enter()) {
            throw Problems.error(HttpStatus.TOO_MANY_REQUESTS, ProblemType.OVERLOADED, "there are " + subscribers.max()
                    + " subscribers, and no more are taken (paxos.learner.subscribers-max)");
        }
        try (LogWatch.Follower follower = subscribers.watch().follow(range.client())) {
            new Writer(range, response).write(follower);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            subscribers.leave();
        }
    }

    /** Writes one stream. */
    private final class Writer implements DeliveredLog.ValueConsumer {

        private final Range range;
        private final HttpServletResponse response;
        private long left;
        private @Nullable OutputStream out;

        Writer(Range range, HttpServletResponse response) {
            this.range = range;
            this.response = response;
            this.left = range.limit();
        }

        void write(LogWatch.Follower follower) throws IOException, InterruptedException {
            Position position = range.start().read(log, VALUES_A_READ, BYTES_A_READ, this);
            String end = null;
            while (left > 0 && position.instance() <= range.to() && end == null) {
                if (position.instance() <= log.last()) {
                    LogWatch.letOthersRead();
                } else {
                    out().flush();
                    Position more = follower.await(position, IDLE_NANOS);
                    end = ended(follower);
                    if (more == null && end == null) {
                        out().write('\n');
                    }
                    position = more == null ? position : more;
                }
                try {
                    position = log.read(position, VALUES_A_READ, BYTES_A_READ, this);
                } catch (PositionGoneException e) {
                    writeProblem(e.problem());
                    return;
                } catch (RecordDamagedException e) {
                    writeProblem(DamageProblem.of(e));
                    return;
                }
            }
            if (end != null) {
                writeProblem(Problems.of(HttpStatus.SERVICE_UNAVAILABLE, ProblemType.STOPPED, end));
            }
            out().flush();
        }

        private @Nullable String ended(LogWatch.Follower follower) {
            String stopped = log.stopped();
            return stopped != null ? stopped : follower.isReleased() ? "this learner stops" : null;
        }

        private OutputStream out() throws IOException {
            OutputStream opened = out;
            if (opened == null) {
                response.setContentType(MEDIA_TYPE);
                opened = response.getOutputStream();
                out = opened;
            }
            return opened;
        }

        @Override
        public void accept(long instance, int index, SessionId session, long number, Bytes value) {
            boolean wanted = left > 0 && instance <= range.to()
                    && (range.client() == null || range.client().equals(session));
            if (!wanted) {
                return;
            }
            left--;
            try {
                String line = json.write(
                        DeliveredValue.of(instance, index, session, number, value, log.logId().toString()));
                OutputStream to = out();
                to.write(line.getBytes(StandardCharsets.UTF_8));
                to.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void writeProblem(ProblemDetail problem) throws IOException {
            OutputStream to = out();
            to.write("{\"problem\":".getBytes(StandardCharsets.UTF_8));
            to.write(problems.write(problem));
            to.write("}\n".getBytes(StandardCharsets.UTF_8));
            to.flush();
        }
    }
}
