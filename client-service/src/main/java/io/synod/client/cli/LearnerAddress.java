package io.synod.client.cli;

import io.synod.udp.PeerAddress;

/** Where a learner answers over HTTP: given by its id, or by host:port. */
final class LearnerAddress {

    private LearnerAddress() {}

    /**
     * Reads an option's value.
     *
     * @throws CommandFailure if it is neither
     */
    static PeerAddress of(String text, ClusterFile cluster) {
        int learners = cluster.addresses().layout().learners();
        try {
            if (text.contains(":")) {
                return PeerAddress.parse(text);
            }
            int id = Integer.parseInt(text);
            if (id >= 0 && id < learners) {
                return cluster.http(cluster.addresses().layout().learner(id));
            }
        } catch (IllegalArgumentException _) {
            // Refused below.
        }
        throw new CommandFailure(ExitStatus.USAGE, "'" + text + "' is no learner; allowed are the ids 0 to "
                + (learners - 1) + ", or a host:port such as 127.0.0.1:8800");
    }
}
