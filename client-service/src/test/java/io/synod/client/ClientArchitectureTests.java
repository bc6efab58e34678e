package io.synod.client;

import io.synod.architecture.RoleRules;
import org.junit.jupiter.api.Test;

class ClientArchitectureTests {

    @Test
    void theClientIsAStateMachineAndNothingElse() {
        RoleRules.pureRole("io.synod.client", "io.synod.learner").check(RoleRules.classes("io.synod.client"));
    }
}
