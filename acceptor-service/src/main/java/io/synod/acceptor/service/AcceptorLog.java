package io.synod.acceptor.service;

import io.synod.acceptor.AcceptorStatusChanged;
import io.synod.acceptor.Remedy;
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
        if (output instanceof AcceptorStatusChanged(Status status, String reason, Remedy remedy)) {
            String line = "Acceptor " + id + " " + words(id, status, reason, remedy);
            switch (status) {
                case FORMING, VOTING, REJOINING -> log.info(line);
                case OUT -> log.error(line);
            }
        }
    }

    /** Returns a status, its reason and what can be done about it, in words that follow the acceptor's name. */
    static String words(int id, Status status, String reason, Remedy remedy) {
        return switch (status) {
            case FORMING, REJOINING -> "does not vote yet: " + reason;
            case VOTING -> reason;
            case OUT -> "stays out: " + reason + words(id, remedy);
        };
    }

    private static String words(int id, Remedy remedy) {
        String command = "./synod rejoin acceptor " + id + " (POST /actuator/rejoin)";
        return switch (remedy) {
            case NONE -> "";
            case REJOIN -> "; " + command + " brings it back";
            case EMPTY_AND_REJOIN ->
                    "; stop it, empty its directory and start it again, then " + command + " brings it back";
            case NEW_CLUSTER -> "; with these quorums nobody can rejoin";
        };
    }
}
