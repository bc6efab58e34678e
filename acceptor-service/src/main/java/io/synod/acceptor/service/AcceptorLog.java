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
        if (output instanceof AcceptorStatusChanged changed) {
            switch (changed.status()) {
                case FORMING, VOTING -> log.info("Acceptor {} {}: {}", id, words(changed.status()), changed.reason());
                case OUT -> log.error("Acceptor {} {}: {}", id, words(changed.status()), changed.reason());
            }
        }
    }

    /** Returns a status in words that follow the acceptor's name. */
    static String words(Status status) {
        return switch (status) {
            case FORMING -> "does not vote yet";
            case VOTING -> "votes";
            case OUT -> "stays out";
        };
    }
}
