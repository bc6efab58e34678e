package io.synod.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.ClusterLayout;
import io.synod.simulation.check.Checks;
import io.synod.simulation.option.NetworkOptions;
import io.synod.simulation.option.Options;
import io.synod.simulation.world.EventQueue;
import io.synod.simulation.world.FaultCounts;
import io.synod.simulation.world.SeededRandom;
import io.synod.simulation.world.Trace;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How a closed loop of values fares while the network is bad all the time. The checkers of every run hold the rest. */
class BadNetworkTests {

    private static final long MILLIS = 1_000_000L;
    private static final long RUN_NANOS = 6_000 * MILLIS;
    private static final long STALL_NANOS_MAX = 1_000 * MILLIS;
    private static final int OUTSTANDING = 50;
    private static final Pattern DECIDED =
            Pattern.compile(".*client-0: Decided\\[lane=0, firstTicket=\\d+, count=(\\d+).*");

    /** Keeps values under way, and notes when they are decided. */
    private static final class Run {
        private final EventQueue events = new EventQueue();
        private final Cluster cluster;
        private boolean opened;
        private long decided;
        private long submitted;
        private long lastNanos;
        private long longestNanos;

        Run(double loss, double duplication) {
            NetworkOptions network =
                    new NetworkOptions(100_000, MILLIS, loss, duplication, 0, MILLIS, loss / 10, 0);
            Options options = CalmOptions.of(new ClusterLayout(3, 2, 2, false), false, network);
            cluster = new Cluster(options, Roles.GENUINE, events, new SeededRandom(options.seed()), new FaultCounts(),
                    new Checks(), new Trace(events, this::onLine, false));
            cluster.start();
        }

        private void onLine(String line) {
            opened |= line.contains("client-0: SessionOpened[lane=");
            Matcher matcher = DECIDED.matcher(line);
            if (matcher.matches()) {
                decided += Long.parseLong(matcher.group(1));
                longestNanos = decided > OUTSTANDING ? Math.max(longestNanos, events.nowNanos() - lastNanos) : 0;
                lastNanos = events.nowNanos();
            }
        }

        long valuesDecided() {
            while (events.nowNanos() < RUN_NANOS) {
                if (opened && submitted - decided < OUTSTANDING) {
                    cluster.submit((int) (OUTSTANDING - (submitted - decided)));
                    submitted = decided + OUTSTANDING;
                }
                long untilNanos = events.nowNanos() + MILLIS;
                while (events.step(untilNanos)) {
                    // Each event happens as it is taken.
                }
            }
            assertThat(longestNanos).as("the longest time in which nothing was decided").isLessThan(STALL_NANOS_MAX);
            return decided;
        }
    }

    @Test
    void f11LossReorderingAndDuplicationSlowTheLogDownSmoothly() {
        long clean = new Run(0, 0).valuesDecided();
        long doubled = new Run(0, 0.4).valuesDecided();
        long tenPercent = new Run(0.1, 0.4).valuesDecided();
        long thirtyPercent = new Run(0.3, 0.4).valuesDecided();
        System.err.println("BadNetworkTests: values decided: " + clean + " / " + doubled + " / " + tenPercent + " / "
                + thirtyPercent);
        assertThat(doubled).isGreaterThan(clean / 2);
        assertThat(tenPercent).isLessThan(doubled).isGreaterThan(clean / 12);
        assertThat(thirtyPercent).isLessThan(tenPercent).isGreaterThan(clean / 60);
    }
}
