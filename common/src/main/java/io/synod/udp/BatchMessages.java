package io.synod.udp;

import java.io.Serial;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.GenericMessage;

/** Makes the Spring message of a batch. Nobody reads an id or a time of it, so none is drawn. */
final class BatchMessages {

    private static final class NoHeaders extends MessageHeaders {
        @Serial
        private static final long serialVersionUID = 1L;

        NoHeaders() {
            super(null, ID_VALUE_NONE, -1L);
        }
    }

    private static final MessageHeaders NO_HEADERS = new NoHeaders();

    private BatchMessages() {}

    static Message<DatagramBatch> of(DatagramBatch batch) {
        return new GenericMessage<>(batch, NO_HEADERS);
    }
}
