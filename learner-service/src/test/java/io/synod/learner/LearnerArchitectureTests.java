package io.synod.learner;

import io.synod.architecture.RoleRules;
import org.junit.jupiter.api.Test;

class LearnerArchitectureTests {

    @Test
    void theLearnerIsAStateMachineAndNothingElse() {
        RoleRules.pureRole("io.synod.learner").check(RoleRules.classes("io.synod.learner"));
    }
}
