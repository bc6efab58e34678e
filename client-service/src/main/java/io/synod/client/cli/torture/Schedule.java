package io.synod.client.cli.torture;

import io.synod.client.cli.torture.Fault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The faults of a run, by when they begin. They follow from the seed, the time and the names of the processes alone; what a
 * machine does not allow, or what does not fit when its time has come, is left out then.
 */
final class Schedule {

    private static final int FIRST_MILLIS = 2_000;
    private static final int GAP_MILLIS_MIN = 300;
    private static final int GAP_MILLIS_MAX = 5_000;
    private static final int TIME_MILLIS_MIN = 200;
    private static final int TIME_MILLIS_MAX = 6_000;
    private static final int LOSS_PERCENT_MAX = 40;
    /** By weight: a kind that is named twice comes twice as often. */
    private static final List<Kind> KINDS =
            List.of(Kind.KILL, Kind.KILL, Kind.KILL, Kind.PAUSE, Kind.PAUSE, Kind.SLOW, Kind.CUT_IN,
                    Kind.CUT_OUT, Kind.CUT_LINK, Kind.CUT_LINK, Kind.LOSS, Kind.LOSS, Kind.FILL, Kind.WIPE);
    private static final int KILL_ALL_EVERY = 30;

    private final SplittableRandom random;
    private final List<String> acceptors;
    private final List<String> keepers = new ArrayList<>();
    private final List<String> voters = new ArrayList<>();
    private final List<String> others;
    private final String small;

    private Schedule(long seed, List<String> acceptors, List<String> proposers, List<String> learners,
            List<String> others) {
        this.random = new SplittableRandom(seed);
        this.acceptors = acceptors;
        this.others = others;
        this.small = acceptors.getLast();
        keepers.addAll(acceptors);
        keepers.addAll(learners);
        voters.addAll(acceptors);
        voters.addAll(proposers);
    }

    /**
     * Draws the faults of a run.
     *
     * @param seed what they follow from
     * @param millis when all are over
     * @param acceptors the names of the acceptors; the disk of the last one is small
     * @param proposers the names of the proposers
     * @param learners the names of the learners, which may lose what they keep as acceptors may
     * @param others the names of those that may be harmed beside
     */
    static List<Fault> draw(long seed, long millis, List<String> acceptors, List<String> proposers,
            List<String> learners, List<String> others) {
        Schedule schedule = new Schedule(seed, acceptors, proposers, learners, others);
        List<Fault> faults = new ArrayList<>();
        long at = FIRST_MILLIS;
        while (at + TIME_MILLIS_MAX < millis) {
            faults.add(schedule.draw(at));
            at += schedule.random.nextLong(GAP_MILLIS_MIN, GAP_MILLIS_MAX);
        }
        return List.copyOf(faults);
    }

    private Fault draw(long at) {
        long time = random.nextLong(TIME_MILLIS_MIN, TIME_MILLIS_MAX);
        if (random.nextInt(KILL_ALL_EVERY) == 0) {
            return new Fault(at, time / 4, Kind.KILL_ALL, Fault.ALL, Fault.ALL, 0);
        }
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        String victim = victim();
        return switch (kind) {
            case KILL, KILL_ALL, PAUSE, SLOW, CUT_IN, CUT_OUT -> new Fault(at, time, kind, victim, victim, 0);
            case CUT_LINK -> new Fault(at, time, kind, victim, anyOf(voters), 0);
            case LOSS -> new Fault(at, time, kind, Fault.ALL, Fault.ALL, 1 + random.nextInt(LOSS_PERCENT_MAX));
            case FILL -> new Fault(at, time, kind, small, small, 0);
            case WIPE -> {
                String keeper = anyOf(keepers);
                yield new Fault(at, time, kind, keeper, keeper, 0);
            }
        };
    }

    /** The leader as often as any acceptor and as any of the rest. */
    private String victim() {
        return switch (random.nextInt(3)) {
            case 0 -> Fault.LEADER;
            case 1 -> anyOf(acceptors);
            default -> anyOf(others);
        };
    }

    private String anyOf(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }
}
