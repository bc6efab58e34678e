package io.synod.proposer.service;

import io.synod.proposer.LeadershipChanged;
import io.synod.proposer.Proposer;
import io.synod.role.Output;
import io.synod.runtime.OutputSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log when the proposer begins or ends to lead; of mere candidacies, only when debugging. */
final class ProposerLog implements OutputSink {

    private static final Logger log = LoggerFactory.getLogger(ProposerLog.class);

    private final int id;

    ProposerLog(int id) {
        this.id = id;
    }

    @Override
    public void accept(Output output) {
        if (!(output instanceof LeadershipChanged changed)) {
            return;
        }
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
