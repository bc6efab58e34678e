package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.Quorums;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Trimmed;
import io.synod.role.Effects;
import io.synod.role.Sender;
import io.synod.simulation.Roles;
import java.util.random.RandomGenerator;

/** Proposers that are broken on purpose, each at one point. */
public final class ProposerMutants {

    private ProposerMutants() {}

    private interface PhaseOneMaker {
        PhaseOne make(
                Ballot ballot, LogId logId, Quorums quorums, long from, long last, long retryNanosMax, long nowNanos);
    }

    private static Roles withPhaseOne(PhaseOneMaker maker) {
        return new Roles() {
            @Override
            public Proposer proposer(ProposerSettings settings, long incarnation, RandomGenerator random) {
                return new Proposer(settings, incarnation, random) {
                    @Override
                    PhaseOne newPhaseOne(Ballot at, LogId logId, long from, long last, long nowNanos) {
                        return maker.make(
                                at,
                                logId,
                                settings.quorums(),
                                from,
                                last,
                                settings.timing().retryNanosMax(),
                                nowNanos);
                    }
                };
            }
        };
    }

    /** Of two reported values it proposes the one of the lower ballot. */
    public static Roles takesALowerReportedValue() {
        return withPhaseOne((ballot, logId, quorums, from, last, retry, now) -> new PhaseOne(ballot, logId, quorums,
                from, last, retry, now) {
            @Override
            boolean supersedes(Ballot reported, Ballot known) {
                return reported.isBelow(known);
            }
        });
    }

    /** Any page of an acceptor counts as if it covered everything. */
    public static Roles takesAnInstanceAsFreeOnPartialPages() {
        return withPhaseOne((ballot, logId, quorums, from, last, retry, now) -> new PhaseOne(ballot, logId, quorums,
                from, last, retry, now) {
            @Override
            long coverage(long covered, boolean pages) {
                return pages ? Promise.NOTHING_ABOVE : 0;
            }
        });
    }

    /**
     * Not broken: it does not learn from beacons which rounds were used, so a restarted proposer begins with round 1 again
     * and is told by preemptions alone.
     */
    public static Roles drawsLowRounds() {
        return new Roles() {
            @Override
            public Proposer proposer(ProposerSettings settings, long incarnation, RandomGenerator random) {
                return new Proposer(settings, incarnation, random) {
                    @Override
                    public void onMessage(Sender from, Message message, long nowNanos, Effects out) {
                        super.onMessage(from, withoutRounds(message, settings.id(), incarnation), nowNanos, out);
                    }
                };
            }
        };
    }

    private static Message withoutRounds(Message message, int id, long incarnation) {
        if (message instanceof AcceptorState state) {
            Ballot leader = state.leader();
            boolean own = leader.proposerId() == id && leader.incarnation() == incarnation;
            return new AcceptorState(
                    state.storageId(),
                    state.logId(),
                    state.status(),
                    Ballot.NONE,
                    own ? leader : Ballot.NONE,
                    state.leaderSilentMicros(),
                    state.trimPoint(),
                    state.watermark(),
                    state.storedInstances(),
                    state.nearlyFull());
        }
        return message;
    }

    /** Whatever names a trim point, or a watermark above it, is heard without that. */
    public static Roles takesTrimmedAsEmpty() {
        return new Roles() {
            @Override
            public Proposer proposer(ProposerSettings settings, long incarnation, RandomGenerator random) {
                return new Proposer(settings, incarnation, random) {
                    @Override
                    public void onMessage(Sender from, Message message, long nowNanos, Effects out) {
                        super.onMessage(from, withoutTrimPoint(message), nowNanos, out);
                    }
                };
            }
        };
    }

    private static Message withoutTrimPoint(Message message) {
        return switch (message) {
            case Promise page -> new Promise(
                    page.ballot(),
                    page.from(),
                    page.through(),
                    page.entries(),
                    0,
                    0,
                    page.logId(),
                    page.storageIds());
            case AcceptorState state -> new AcceptorState(
                    state.storageId(),
                    state.logId(),
                    state.status(),
                    state.promised(),
                    state.leader(),
                    state.leaderSilentMicros(),
                    0,
                    0,
                    state.storedInstances(),
                    state.nearlyFull());
            case Heartbeat heartbeat -> new Heartbeat(heartbeat.ballot(), 0);
            case Trimmed _ -> new Trimmed(0);
            default -> message;
        };
    }

    /** An instance counts as decided with one vote less than a quorum. */
    public static Roles countsOneAcceptorTwice() {
        return new Roles() {
            @Override
            public Proposer proposer(ProposerSettings settings, long incarnation, RandomGenerator random) {
                return new Proposer(settings, incarnation, random) {
                    @Override
                    Pipeline newPipeline(ProposerSettings pipelineSettings) {
                        return new Pipeline(pipelineSettings) {
                            @Override
                            boolean decides(int votes) {
                                return votes != 0
                                        && Integer.bitCount(votes) + 1 >= settings.quorums().phase2();
                            }
                        };
                    }
                };
            }
        };
    }
}
