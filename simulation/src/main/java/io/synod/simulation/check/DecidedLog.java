package io.synod.simulation.check;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.Quorums;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts all votes as nobody in the cluster can: each accept counts from when it is durable at its acceptor. Checks that a
 * ballot has one value an instance (S5), that an instance has one decided value (S6, S7), and that nothing else is proposed
 * above a decision (S4).
 */
public final class DecidedLog {

    /** What is known of one ballot in one instance. */
    private static final class Proposal {
        private final long checksum;
        private int acceptors;

        Proposal(long checksum) {
            this.checksum = checksum;
        }
    }

    private static final class Instance {
        private final TreeMap<Ballot, Proposal> proposals = new TreeMap<>();
        private @Nullable Ballot decidedAt;
        private @Nullable Bytes decided;
    }

    private final Quorums quorums;
    private final Checks checks;
    private final List<Instance> instances = new ArrayList<>();
    private long watermark;

    public DecidedLog(Quorums quorums, Checks checks) {
        this.quorums = quorums;
        this.checks = checks;
    }

    /** The highest instance up to which all are decided. */
    public long watermark() {
        return watermark;
    }

    /** The highest instance in which anything was proposed. */
    public long highest() {
        return instances.size();
    }

    public boolean isDecided(long number) {
        return number >= 1 && number <= instances.size() && instances.get((int) number - 1).decidedAt != null;
    }

    /** Whether an instance is decided at a ballot, or at one below it. */
    public boolean isDecidedUpTo(long number, Ballot ballot) {
        return isDecided(number)
                && !java.util.Objects.requireNonNull(instances.get((int) number - 1).decidedAt).isAbove(ballot);
    }

    /** The batch that is decided in an instance, which must be. */
    public Bytes decided(long number) {
        Bytes value = instances.get((int) number - 1).decided;
        if (value == null) {
            throw new IllegalStateException("instance " + number + " is not decided");
        }
        return value;
    }

    /** Notes that somebody has said that a ballot has a value in an instance: a proposal, a vote, or a report of one. */
    public void said(Ballot ballot, long number, long checksum) {
        proposal(instance(number), ballot, number, checksum);
    }

    /** Notes that an acceptor's accept is durable. */
    public void voted(int acceptor, Ballot ballot, long number, Bytes value) {
        Instance instance = instance(number);
        Proposal proposal = proposal(instance, ballot, number, value.checksum());
        proposal.acceptors |= 1 << acceptor;
        if (Integer.bitCount(proposal.acceptors) < quorums.phase2()) {
            return;
        }
        if (instance.decidedAt == null || ballot.isBelow(instance.decidedAt)) {
            decide(instance, ballot, number, value);
        }
    }

    private void decide(Instance instance, Ballot ballot, long number, Bytes value) {
        long checksum = value.checksum();
        for (Map.Entry<Ballot, Proposal> above : instance.proposals.tailMap(ballot, false).entrySet()) {
            checks.that(
                    above.getValue().checksum == checksum,
                    "S4",
                    "instance %d is decided as %x at ballot %s, but %x was proposed at %s",
                    number,
                    checksum,
                    ballot,
                    above.getValue().checksum,
                    above.getKey());
        }
        if (instance.decided != null) {
            checks.that(instance.decided.equals(value), "S7", "instance %d has two decided values", number);
        }
        instance.decidedAt = ballot;
        instance.decided = value;
        while (isDecided(watermark + 1)) {
            watermark++;
        }
    }

    private Instance instance(long number) {
        checks.that(number >= 1 && number <= instances.size() + 1_000_000L, "S4", "instance %d is spoken of", number);
        while (instances.size() < number) {
            instances.add(new Instance());
        }
        return instances.get((int) number - 1);
    }

    private Proposal proposal(Instance instance, Ballot ballot, long number, long checksum) {
        Proposal known = instance.proposals.get(ballot);
        if (known != null) {
            checks.that(
                    known.checksum == checksum,
                    "S5",
                    "ballot %s has two values in instance %d: %x and %x",
                    ballot,
                    number,
                    known.checksum,
                    checksum);
            return known;
        }
        Bytes decided = instance.decided;
        if (decided != null && ballot.isAbove(java.util.Objects.requireNonNull(instance.decidedAt))) {
            checks.that(
                    decided.checksum() == checksum,
                    "S4",
                    "%x is proposed at ballot %s in instance %d, which is decided as %x at %s",
                    checksum,
                    ballot,
                    number,
                    decided.checksum(),
                    instance.decidedAt);
        }
        Proposal proposal = new Proposal(checksum);
        instance.proposals.put(ballot, proposal);
        return proposal;
    }
}
