package io.synod.proposer;

import io.synod.architecture.RoleRules;
import org.junit.jupiter.api.Test;

class ProposerArchitectureTests {

    @Test
    void theProposerIsAStateMachineAndNothingElse() {
        RoleRules.pureRole("io.synod.proposer").check(RoleRules.classes("io.synod.proposer"));
    }
}
