package io.synod.proposer.service;

import io.synod.proposer.LeadershipChanged;
import io.synod.proposer.LogChanged;
import io.synod.proposer.Proposer;
import io.synod.protocol.LogId;
import io.synod.role.Output;
import io.synod.runtime.OutputSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log when the proposer begins or ends to lead, or meets another log; of mere candidacies, only when debugging. */
final class ProposerLog implements OutputSink {

    private static final Logger log = LoggerFactory.getLogger(ProposerLog.class);

    private final int id;

    ProposerLog(int id) {
        this.id = id;
    }

    @Override
    public void accept(Output output) {
        if (output instanceof LogChanged(LogId from, LogId to)) {
            log.warn("Proposer {} knew log {}; the acceptors hold log {}, and it proposes there from now on", id, from,
                    to);
        } else if (output instanceof LeadershipChanged changed) {
            log(changed);
        }
    }

    private void log(LeadershipChanged changed) {
        switch (changed.to()) {
            case LEADER -> log.info("Proposer {} leads at ballot {} from instance {} on", id, changed.ballot(),
                    changed.firstInstance());
            case CANDIDATE -> log.debug("Proposer {} asks for leadership at ballot {}: {}", id, changed.ballot(),
                    changed.reason());
            case FOLLOWER -> {
                if (changed.from() == Proposer.State.LEADER) {
                    log.info("Proposer {} leads no more at ballot {}: {}", id, changed.ballot(), changed.reason());
                } else {
                    log.debug("Proposer {} gives up ballot {}: {}", id, changed.ballot(), changed.reason());
                }
            }
        }
    }
}
