package io.synod.acceptor.service;

import io.synod.acceptor.AcceptorStatusChanged;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.role.Output;
import io.synod.runtime.OutputSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log when the acceptor's status, or what it waits for, has changed. */
final class AcceptorLog implements OutputSink {

    private static final Logger log = LoggerFactory.getLogger(AcceptorLog.class);

    private final int id;

    AcceptorLog(int id) {
        this.id = id;
    }

    @Override
    public void accept(Output output) {
        if (output instanceof AcceptorStatusChanged(Status status, String reason)) {
            String line = "Acceptor " + id + " " + words(status, reason);
            switch (status) {
                case FORMING, VOTING -> log.info(line);
                case OUT -> log.error(line);
            }
        }
    }

    /** Returns a status and its reason in words that follow the acceptor's name. */
    static String words(Status status, String reason) {
        return switch (status) {
            case FORMING -> "does not vote yet: " + reason;
            case VOTING -> reason;
            case OUT -> "stays out: " + reason;
        };
    }
}
