package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.testing.SynodCluster;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example of {@code docs/testing.md}: what the test of an application may look like. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ExampleIT {

    @Test
    void anOrderIsTakenWhileAnAcceptorIsDown() {
        Requirement.DOCKER.orSkip(ExampleIT.class, Images.arePossible());
        Images.build(List.of("acceptor", "proposer", "learner", "client"));

        try (SynodCluster cluster = SynodCluster.builder().start()) {
            cluster.kill("acceptor-1");
            long instance = cluster.submit("an order").instance();
            cluster.awaitDelivered("learner-0", instance);
            assertThat(cluster.delivered("learner-0")).anyMatch(line -> line.contains("an order"));
        }
    }
}
