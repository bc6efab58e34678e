package io.synod.learner.service;

import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import jakarta.websocket.RemoteEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Turns values into the frames of one WebSocket and sends them. A send waits while the client does not read, so nothing is
 * queued beyond one frame and what the system holds of the connection. Not for several threads.
 */
sealed interface Frames extends DeliveredLog.ValueConsumer {

    /** The subprotocol of {@link Binary}. */
    String BINARY_PROTOCOL = "synod.binary.v1";

    /** Sends what is left. */
    void flush() throws IOException;

    /** One JSON text frame a value. What is read together is written to the connection together. */
    final class Json implements Frames {

        private final RemoteEndpoint.Basic remote;
        private final ValueJson json;
        private final DeliveredLog log;
        private LogId logId = LogId.UNKNOWN;
        private String logText = LogId.UNKNOWN.toString();

        Json(RemoteEndpoint.Basic remote, ValueJson json, DeliveredLog log) throws IOException {
            this.remote = remote;
            this.json = json;
            this.log = log;
            remote.setBatchingAllowed(true);
        }

        @Override
        public void accept(long instance, int index, SessionId session, long number, Bytes value) {
            try {
                remote.sendText(json.write(DeliveredValue.of(instance, index, session, number, value, logText())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private String logText() {
            LogId now = log.logId();
            if (!now.equals(logId)) {
                logId = now;
                logText = now.toString();
            }
            return logText;
        }

        @Override
        public void flush() throws IOException {
            remote.flushBatch();
        }
    }

    /** Binary frames of many values each. */
    final class Binary implements Frames {

        private final RemoteEndpoint.Basic remote;
        private final DeliveredLog log;
        private final BinaryBatch batch = new BinaryBatch();

        Binary(RemoteEndpoint.Basic remote, DeliveredLog log) {
            this.remote = remote;
            this.log = log;
        }

        @Override
        public void accept(long instance, int index, SessionId session, long number, Bytes value) {
            LogId logId = log.logId();
            if (batch.add(logId, instance, index, session, number, value)) {
                try {
                    flush();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void flush() throws IOException {
            ByteBuffer frame = batch.take();
            if (frame != null) {
                remote.sendBinary(frame);
            }
        }
    }
}
