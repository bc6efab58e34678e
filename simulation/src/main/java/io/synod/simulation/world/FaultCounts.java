package io.synod.simulation.world;

/** How often each fault was injected. Written by one thread, the run's. */
public final class FaultCounts {

    public long lost;
    public long doubled;
    public long replayed;
    public long straggled;
    public long garbled;
    public long held;
    public long cut;
    public long forged;
    public long overflowed;
    public long partitions;
    public long clogs;
    public long pauses;
    public long crashes;
    public long forgotten;
    public long rejoined;
    public long moves;
    public long slowDisks;
    public long failedCommits;
    public long damagedLearners;

    /** All of them together. */
    public long total() {
        return lost + doubled + replayed + straggled + garbled + held + cut + forged + overflowed + nodeFaults();
    }

    /** Those of nodes, disks and links, without those of single datagrams. */
    public long nodeFaults() {
        return partitions + clogs + pauses + crashes + moves + slowDisks + failedCommits + damagedLearners;
    }

    /** Adds the counts of another run. */
    public void add(FaultCounts other) {
        lost += other.lost;
        doubled += other.doubled;
        replayed += other.replayed;
        straggled += other.straggled;
        garbled += other.garbled;
        held += other.held;
        cut += other.cut;
        forged += other.forged;
        overflowed += other.overflowed;
        partitions += other.partitions;
        clogs += other.clogs;
        pauses += other.pauses;
        crashes += other.crashes;
        forgotten += other.forgotten;
        rejoined += other.rejoined;
        moves += other.moves;
        slowDisks += other.slowDisks;
        failedCommits += other.failedCommits;
        damagedLearners += other.damagedLearners;
    }

    @Override
    public String toString() {
        return "datagrams: " + lost + " lost, " + cut + " cut, " + doubled + " doubled, " + replayed + " replayed, "
                + straggled + " overtaken, " + held + " held, " + garbled + " garbled, " + forged + " forged, "
                + overflowed + " overflowed; nodes: " + crashes + " crashes (" + forgotten + " that forgot, " + rejoined
                + " that rejoined), " + pauses
                + " pauses, " + partitions + " partitions, " + clogs + " clogged links, " + moves + " moves, "
                + slowDisks + " slow disks, " + failedCommits + " failed commits, " + damagedLearners
                + " damaged learners";
    }
}
