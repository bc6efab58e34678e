package io.synod.acceptor;

import io.synod.architecture.RoleRules;
import org.junit.jupiter.api.Test;

class AcceptorArchitectureTests {

    @Test
    void theAcceptorIsAStateMachineAndNothingElse() {
        RoleRules.pureRole("io.synod.acceptor").check(RoleRules.classes("io.synod.acceptor"));
    }
}
