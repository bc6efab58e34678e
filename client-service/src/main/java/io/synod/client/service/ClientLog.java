package io.synod.client.service;

import io.synod.client.ClientOutput;
import io.synod.learner.LearnerNotice;
import io.synod.learner.LearnerStarted;
import io.synod.learner.LearnerStopped;
import io.synod.role.Output;
import io.synod.runtime.OutputSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log what the client's role reports of its own state; the outcomes of values are their submitters'. */
final class ClientLog implements OutputSink {

    private static final Logger log = LoggerFactory.getLogger(ClientLog.class);

    @Override
    public void accept(Output output) {
        switch (output) {
            case ClientOutput.SessionOpened opened -> log.info("Session {} is open", opened.session());
            case ClientOutput.SessionLost lost -> log.warn("Session {} is lost; another is opened", lost.session());
            case LearnerStarted started ->
                    log.info("Follows log {} from instance {}", started.logId(), started.first());
            case LearnerStopped stopped -> log.warn("Sees the log no longer: {}; begins anew", stopped.detail());
            case LearnerNotice notice -> log.debug("{}", notice);
            default -> {}
        }
    }
}
