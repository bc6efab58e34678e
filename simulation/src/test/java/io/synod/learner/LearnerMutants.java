package io.synod.learner;

import io.synod.protocol.Ballot;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.message.Report;
import io.synod.role.Effects;
import io.synod.simulation.Roles;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Learners that are broken on purpose, each at one point. */
public final class LearnerMutants {

    private LearnerMutants() {}

    private static Roles deciding(Decisions decisions) {
        return new Roles() {
            @Override
            public Learner learner(LearnerSettings settings, LearnerRecovery recovered, RandomGenerator random) {
                return new Learner(settings, recovered, random, decisions);
            }
        };
    }

    /** A repeated vote counts as another acceptor's. */
    public static Roles countsOneAcceptorTwice() {
        return deciding(new Decisions() {
            @Override
            int accepts(@Nullable Ballot[] newest, Ballot ballot, boolean repeated) {
                return super.accepts(newest, ballot, repeated) + (repeated ? 1 : 0);
            }
        });
    }

    /** Votes of different ballots are counted together. */
    public static Roles countsVotesOfAnyBallot() {
        return deciding(new Decisions() {
            @Override
            int accepts(@Nullable Ballot[] newest, Ballot ballot, boolean repeated) {
                int count = 0;
                for (Ballot vote : newest) {
                    count += vote != null ? 1 : 0;
                }
                return count;
            }
        });
    }

    /** The bytes that came with a lower ballot are taken for the decided value. */
    public static Roles takesValueBytesOfALowerBallot() {
        return deciding(new Decisions() {
            @Override
            boolean valueCounts(Ballot valueBallot, Ballot decided) {
                return true;
            }
        });
    }

    /** A value that is decided again is delivered again. */
    public static Roles skipsDeduplication() {
        return deciding(new Decisions() {
            @Override
            long firstNew(long next) {
                return 1;
            }
        });
    }

    /** A value is delivered when it is decided, also before those that it follows. */
    public static Roles deliversOutOfSessionOrder() {
        return deciding(new Decisions() {
            @Override
            boolean waits(long firstNumber, long next) {
                return false;
            }
        });
    }

    /** The limits of the session table are the learner's own, not the log's. */
    public static Roles takesSessionLimitsFromItsOwnConfiguration() {
        return deciding(new Decisions() {
            @Override
            SessionLimits limits(SessionLimits genesis, SessionLimits before) {
                return before;
            }
        });
    }

    /** It reports what it has delivered before that is durable. */
    public static Roles reportsBeforeItIsDurable() {
        return deciding(new Decisions() {
            @Override
            long held(long delivered, long durable) {
                return delivered;
            }
        });
    }

    /** It reports what was durable and cannot be read any more. */
    public static Roles reportsWhatIsDamaged() {
        return deciding(new Decisions() {
            @Override
            long sound(long durable, StoreDamage damage) {
                return durable;
            }
        });
    }

    /** The snapshot that it begins with comes without the sessions. */
    public static Roles forgetsTheSessionTableOfASnapshot() {
        return deciding(new Decisions() {
            @Override
            List<Session> handedOver(List<Session> sessions) {
                return List.of();
            }
        });
    }

    /** The snapshot that it begins with comes without the idempotency keys. */
    public static Roles forgetsTheKeysOfASnapshot() {
        return deciding(new Decisions() {
            @Override
            List<RememberedKeys.Remembered> handedOverKeys(List<RememberedKeys.Remembered> keys) {
                return List.of();
            }
        });
    }

    /** A value is delivered though its idempotency key stands for one that was. */
    public static Roles ignoresKeys() {
        return deciding(new Decisions() {
            @Override
            RememberedKeys.@Nullable Remembered known(RememberedKeys.@Nullable Remembered remembered) {
                return null;
            }
        });
    }

    /** It reports one instance more than it holds. */
    public static Roles reportsWhatItDoesNotHold() {
        return new Roles() {
            @Override
            public Learner learner(LearnerSettings settings, LearnerRecovery recovered, RandomGenerator random) {
                return new Learner(settings, recovered, random) {
                    @Override
                    public void onRound(long nowNanos, Effects effects) {
                        super.onRound(nowNanos, effects);
                        effects.now().replaceAll(LearnerMutants::exaggerated);
                        effects.afterCommit().replaceAll(LearnerMutants::exaggerated);
                    }
                };
            }
        };
    }

    private static Effects.Outgoing exaggerated(Effects.Outgoing outgoing) {
        return outgoing.message() instanceof Report report
                ? new Effects.Outgoing(
                        outgoing.to(),
                        new Report(report.storageId(), report.logId(), report.held() + 1, report.hashes()))
                : outgoing;
    }
}
