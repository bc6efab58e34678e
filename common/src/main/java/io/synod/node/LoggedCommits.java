package io.synod.node;

import io.synod.runtime.CommitReports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log why a commit failed, which happens once in the life of a node, and passes every report on. */
final class LoggedCommits implements CommitReports {

    private static final Logger log = LoggerFactory.getLogger(LoggedCommits.class);

    private final CommitReports reports;

    LoggedCommits(CommitReports reports) {
        this.reports = reports;
    }

    @Override
    public void committed(long number) {
        reports.committed(number);
    }

    @Override
    public void commitFailed(long number, Throwable cause) {
        log.error("Commit {} failed: nothing that states promised or accepted state leaves any more (rule S2)", number,
                cause);
        reports.commitFailed(number, cause);
    }
}
