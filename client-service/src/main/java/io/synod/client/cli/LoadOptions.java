package io.synod.client.cli;

import io.synod.client.ClientSettings;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.SessionLimits;
import io.synod.udp.PeerAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The shape of a load: {@code -o -v -p -n}, as kclient has them. */
final class LoadOptions {

    private static final long DEADLINE_NANOS = 10_000_000_000L;
    private static final long WINDOW_BYTES_MAX = 16L << 20;

    @Option(
            names = {"-o", "--outstanding"},
            paramLabel = "OUTSTANDING",
            defaultValue = "1",
            description = "How many values each client has under way at all times. Default: ${DEFAULT-VALUE}.")
    int outstanding = 1;

    @Option(
            names = {"-v", "--value-size"},
            paramLabel = "VALUE_SIZE",
            defaultValue = "64",
            description = "The size of a value in bytes. Default: ${DEFAULT-VALUE}.")
    int valueBytes = 64;

    @Option(
            names = {"-p", "--proposer"},
            paramLabel = "PROPOSER",
            defaultValue = "0",
            description = "The id of the proposer to begin with. Default: ${DEFAULT-VALUE}.")
    int proposer;

    @Option(
            names = {"-n", "--clients"},
            paramLabel = "N",
            defaultValue = "1",
            description = "How many clients, each with its own session, in this process. Default: ${DEFAULT-VALUE}.")
    int clients = 1;

    /** The learner-service by whose WebSocket values are known to be done; null if by the client's own learner. */
    @Nullable
    PeerAddress subscribe;

    /** Checks the options and returns the settings of the client. */
    ClientSettings settings(ClusterFile cluster) {
        require("--outstanding", outstanding, 1, SessionLimits.FLOOR.windowMax());
        require("--value-size", valueBytes, subscribe == null ? 0 : LoadValues.STAMP_BYTES,
                ProtocolLimits.VALUE_BYTES_USUAL);
        require("--clients", clients, 1, 1_000);
        require("--proposer", proposer, 0, cluster.addresses().layout().proposers() - 1);
        long bytes = (long) outstanding * Math.max(1, valueBytes);
        return cluster.clientSettings()
                .withProposer(proposer)
                .withLanes(clients)
                .withWindow(outstanding, WINDOW_BYTES_MAX)
                .withQueue(outstanding, bytes)
                .withDeadlineNanos(DEADLINE_NANOS)
                .withLocates(false);
    }

    /** What is submitted; stamped where values come back over the WebSocket of {@link #subscribe}. */
    LoadValues values() {
        return new LoadValues(valueBytes, subscribe != null, clients, outstanding);
    }

    private static void require(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new CommandFailure(
                    ExitStatus.USAGE, option + " is " + value + "; allowed are " + min + " to " + max);
        }
    }
}
