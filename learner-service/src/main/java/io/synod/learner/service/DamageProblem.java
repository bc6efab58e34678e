package io.synod.learner.service;

import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.learner.storage.RecordDamagedException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** The problem (RFC 9457) of an instance that this learner has and cannot read any more. */
final class DamageProblem {

    private DamageProblem() {}

    static ProblemDetail of(RecordDamagedException damage) {
        ProblemDetail problem = Problems.of(HttpStatus.INTERNAL_SERVER_ERROR, ProblemType.DAMAGED,
                "what this learner stored of instance " + damage.instance()
                        + " is damaged; another learner has it, and the log goes on here after the damage");
        problem.setProperty("damagedInstance", damage.instance());
        return problem;
    }
}
