package io.synod.learner.service.peer;

import io.synod.http.ServiceCalls;
import io.synod.learner.LearnerSnapshot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks one learner for the log and snapshots ({@link PeerController}). What is kept in memory is a part of the log at a time. */
final class PeerSource {

    /** Takes a part of the log. */
    @FunctionalInterface
    interface LogConsumer {
        /** Takes batches of instances one after the other; waits for room if there is none. */
        void accept(LogId logId, long first, List<Bytes> batches) throws IOException, InterruptedException;
    }

    /** The peer has what is asked for no more, or never had. */
    static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;

        GoneException(String message) {
            super(message);
        }
    }

    private static final int CONNECT_MILLIS_MAX = 3_000;
    /** How long nothing may come, also in the middle of an answer. */
    private static final int SILENT_MILLIS_MAX = 10_000;
    private static final int PART_INSTANCES = 256;
    private static final int PART_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int SNAPSHOT_TRIES = 5;
    private static final long RETRY_MILLIS = 500;
    private static final int HEX = 16;
    private static final int DECIMAL = 10;

    /** The peer does not know our token, or it allows too little there; or what it answers is not sealed as it must be. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** An answer whose headers are there. What they say is certain when the body is read, where that is sealed. */
    private final class Answer implements AutoCloseable {
        private final HttpURLConnection response;
        private final String path;
        private final byte @Nullable [] asked;

        Answer(HttpURLConnection response, String path, byte @Nullable [] asked) {
            this.response = response;
            this.path = path;
            this.asked = asked;
        }

        InputStream body() throws IOException {
            return seals.open(response, path, asked);
        }

        /** What was not read is not waited for, so the peer need not go on writing it. */
        @Override
        public void close() {
            response.disconnect();
        }
    }

    private final URI peer;
    private final ServiceCalls calls;
    private final PeerSeals seals;

    /**
     * @param peer where the peer's HTTP is, such as {@code http://10.0.0.5:8800}
     * @param calls how it is called
     * @param seals opens what it answers
     */
    PeerSource(URI peer, ServiceCalls calls, PeerSeals seals) {
        this.seals = seals;
        this.peer = peer;
        this.calls = calls;
    }

    URI peer() {
        return peer;
    }

    /**
     * Takes the log from an instance on, as far as the peer gives it at a time.
     *
     * @return how many instances came
     * @throws GoneException if the peer has the instance no more
     */
    long log(long from, LogConsumer consumer) throws IOException, InterruptedException {
        long next = from;
        try (Answer answer = get("/peer/log?from=" + from);
                InputStream body = answer.body();
                DataInputStream in = new DataInputStream(new BufferedInputStream(body, BUFFER_BYTES))) {
            LogId logId = logId(answer.response);
            while (true) {
                List<Bytes> part = part(next, in);
                if (part.isEmpty()) {
                    return next - from;
                }
                consumer.accept(logId, next, part);
                next += part.size();
            }
        }
    }

    private static List<Bytes> part(long first, DataInputStream in) throws IOException {
        List<Bytes> part = new ArrayList<>();
        long bytes = 0;
        while (part.size() < PART_INSTANCES && bytes < PART_BYTES) {
            Bytes batch = LogFrames.read(first + part.size(), in);
            if (batch == null) {
                break;
            }
            part.add(batch);
            bytes += batch.length();
        }
        return part;
    }

    /**
     * Takes the newest snapshot.
     *
     * @throws GoneException if there is none
     */
    LearnerSnapshot snapshot() throws IOException, InterruptedException {
        long instance = 0;
        byte @Nullable [] state = null;
        int taken = 0;
        IOException last = new IOException("no answer");
        for (int attempt = 0; attempt < SNAPSHOT_TRIES; attempt++) {
            if (attempt > 0) {
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
            try (Answer answer = get("/peer/snapshot?instance=" + instance + "&offset=" + taken)) {
                HttpURLConnection response = answer.response;
                instance = number(response, PeerController.INSTANCE, DECIMAL);
                long length = number(response, PeerController.LENGTH, DECIMAL);
                if (length < 1 || length > LearnerSnapshot.STATE_BYTES_MAX || state != null && state.length != length) {
                    throw new GoneException(peer + " has a snapshot of " + length + " bytes");
                }
                state = state == null ? new byte[(int) length] : state;
                try (InputStream body = answer.body()) {
                    int read = body.read(state, taken, state.length - taken);
                    while (read > 0) {
                        taken += read;
                        read = body.read(state, taken, state.length - taken);
                    }
                }
                if (taken == state.length) {
                    return whole(response, instance, state);
                }
                last = new IOException(peer + " sent " + taken + " of " + length + " bytes of a snapshot");
            } catch (GoneException | RefusedException e) {
                throw e;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Takes the application's bytes of a checkpoint. */
    @FunctionalInterface
    interface BytesConsumer {
        void accept(InputStream bytes) throws IOException;
    }

    /**
     * Takes a checkpoint.
     *
     * @throws GoneException if there is none at that instance
     */
    void checkpoint(long instance, BytesConsumer consumer) throws IOException {
        try (Answer answer = get("/peer/checkpoint?instance=" + instance); InputStream body = answer.body()) {
            long length = number(answer.response, PeerController.LENGTH, DECIMAL);
            consumer.accept(new FilterInputStream(body) {
                private long left = length;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] bytes, int offset, int count) throws IOException {
                    int read = super.read(bytes, offset, count);
                    left -= Math.max(0, read);
                    if (read < 0 && left != 0) {
                        throw new EOFException("a checkpoint was cut off, " + left + " bytes before its end");
                    }
                    return read;
                }
            });
        }
    }

    private LearnerSnapshot whole(HttpURLConnection response, long instance, byte[] state) throws IOException {
        Bytes bytes = Bytes.wrap(state);
        if (bytes.checksum() != number(response, PeerController.CHECKSUM, HEX)) {
            throw new GoneException(peer + " sent a snapshot that is not as its checksum says");
        }
        return new LearnerSnapshot(instance, logId(response), bytes);
    }

    /** Unlike the newer client of the JDK, this one gives up on a peer that falls silent in the middle of an answer. */
    private Answer get(String path) throws IOException {
        if (!(peer.resolve(path).toURL().openConnection() instanceof HttpURLConnection connection)) {
            throw new IOException(peer + " is not reached over HTTP");
        }
        connection.setConnectTimeout(CONNECT_MILLIS_MAX);
        connection.setReadTimeout(SILENT_MILLIS_MAX);
        connection.setUseCaches(false);
        calls.prepare(connection);
        // An answer that is not read to its end then ends the connection, and the peer need not go on writing it.
        connection.setRequestProperty("Connection", "close");
        byte[] asked = seals.ask();
        if (asked != null) {
            connection.setRequestProperty(PeerSeals.ASKED, HexFormat.of().formatHex(asked));
        }
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK) {
            return new Answer(connection, path, asked);
        }
        connection.disconnect();
        String answer = peer + " answers " + status + " to " + path;
        if (status == HttpURLConnection.HTTP_UNAUTHORIZED || status == HttpURLConnection.HTTP_FORBIDDEN) {
            throw new RefusedException("it answers " + status + " when it is asked for the log:"
                    + " paxos.security.http-token-file must hold a token that has the role reader there");
        }
        throw status == HttpURLConnection.HTTP_GONE || status == HttpURLConnection.HTTP_NOT_FOUND
                ? new GoneException(answer)
                : new IOException(answer);
    }

    private static LogId logId(HttpURLConnection response) throws IOException {
        return new LogId(number(response, PeerController.LOG_ID, HEX));
    }

    private static long number(HttpURLConnection response, String header, int radix) throws IOException {
        String text = String.valueOf(response.getHeaderField(header));
        try {
            return radix == HEX ? Long.parseUnsignedLong(text, radix) : Long.parseLong(text, radix);
        } catch (NumberFormatException e) {
            throw new IOException(header + " is " + text, e);
        }
    }
}
