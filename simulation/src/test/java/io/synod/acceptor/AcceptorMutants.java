package io.synod.acceptor;

import io.synod.proposer.Proposer;
import io.synod.proposer.ProposerSettings;
import io.synod.protocol.Ballot;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Promise;
import io.synod.role.Durability;
import io.synod.role.Effects;
import io.synod.role.Sender;
import io.synod.simulation.Roles;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/** Acceptors that are broken on purpose, each at one point. */
public final class AcceptorMutants {

    private AcceptorMutants() {}

    private interface Maker {
        Acceptor make(AcceptorSettings settings, AcceptorRecovery recovered, RandomGenerator random);
    }

    private static Roles roles(Maker maker) {
        return new Roles() {
            @Override
            public Acceptor acceptor(AcceptorSettings settings, AcceptorRecovery recovered, RandomGenerator random) {
                return maker.make(settings, recovered, random);
            }
        };
    }

    /**
     * As libpaxos: a ballot of the same round and proposer is promised again, whatever its incarnation.
     *
     * @param others makes the other roles
     */
    public static Roles promisesAnEqualBallotToAnotherIncarnation(Roles others) {
        return new Roles() {
            @Override
            public Acceptor acceptor(AcceptorSettings settings, AcceptorRecovery recovered, RandomGenerator random) {
                return new Acceptor(settings, recovered, random) {
                    @Override
                    boolean mayPromise(Ballot ballot, Ballot promised) {
                        return super.mayPromise(ballot, promised) || isEqualInLibpaxos(ballot, promised);
                    }

                    @Override
                    boolean mayAccept(Ballot ballot, Ballot promised) {
                        return super.mayAccept(ballot, promised) || isEqualInLibpaxos(ballot, promised);
                    }
                };
            }

            @Override
            public Proposer proposer(ProposerSettings settings, long incarnation, RandomGenerator random) {
                return others.proposer(settings, incarnation, random);
            }
        };
    }

    private static boolean isEqualInLibpaxos(Ballot ballot, Ballot promised) {
        return ballot.round() == promised.round() && ballot.proposerId() == promised.proposerId();
    }

    /** It promises what it is asked to. */
    public static Roles promisesALowerBallot() {
        return roles((settings, recovered, random) -> new Acceptor(settings, recovered, random) {
            @Override
            boolean mayPromise(Ballot ballot, Ballot promised) {
                return true;
            }
        });
    }

    /** It accepts below its promise. */
    public static Roles acceptsBelowItsPromise() {
        return roles((settings, recovered, random) -> new Acceptor(settings, recovered, random) {
            @Override
            boolean mayAccept(Ballot ballot, Ballot promised) {
                return true;
            }
        });
    }

    /** After a restart it remembers what it accepted, but no promise beyond that. */
    public static Roles forgetsItsPromiseOnRestart() {
        return roles((settings, recovered, random) -> new Acceptor(settings, withoutPromise(recovered), random));
    }

    private static AcceptorRecovery withoutPromise(AcceptorRecovery recovered) {
        Ballot highest = Ballot.NONE;
        for (AcceptedEntry entry : recovered.accepted()) {
            highest = Ballot.max(highest, entry.ballot());
        }
        return new AcceptorRecovery(
                recovered.storageId(),
                recovered.noted(),
                recovered.logId(),
                highest,
                recovered.trimPoint(),
                recovered.accepted());
    }

    /** After a restart it remembers its promise, but not the newest value that it accepted. */
    public static Roles forgetsItsLastAcceptOnRestart() {
        return roles((settings, recovered, random) -> {
            List<AcceptedEntry> accepted = recovered.accepted();
            return new Acceptor(
                    settings,
                    new AcceptorRecovery(
                            recovered.storageId(),
                            recovered.noted(),
                            recovered.logId(),
                            recovered.promised(),
                            recovered.trimPoint(),
                            accepted.subList(0, Math.max(0, accepted.size() - 1))),
                    random);
        });
    }

    /** The first page of a promise says that there is nothing above it. */
    public static Roles claimsThatAPageIsTheLast() {
        return roles((settings, recovered, random) -> new Acceptor(settings, recovered, random) {
            @Override
            long coveredThrough(long collectedThrough, long highestAccepted) {
                return Promise.NOTHING_ABOVE;
            }
        });
    }

    /** The log is formed when a majority of the acceptors has noted this one. */
    public static Roles formsTheLogByAMajority() {
        return roles((settings, recovered, random) -> new Acceptor(settings, recovered, random) {
            @Override
            boolean completesForming(int othersAgreed, int others) {
                return othersAgreed + 1 > (others + 1) / 2;
            }
        });
    }

    /** It trims whatever a learner asks for. */
    public static Roles trimsWithoutTheQuorum() {
        return roles((settings, recovered, random) -> new Acceptor(settings, recovered, random) {
            @Override
            long trimBound(long asked, long heldByQuorum) {
                return asked;
            }
        });
    }

    /** What causes no write is answered at once, though an earlier write may not be durable yet. */
    public static Roles answersARepeatBeforeTheCommit() {
        return hasty((from, wrote) -> !wrote);
    }

    /** A role of the same node is answered at once. */
    public static Roles answersACoLocatedRoleBeforeTheCommit() {
        return hasty((from, wrote) -> from);
    }

    /** A promise or an accepted goes before the commit, where the predicate of "co-located" and "wrote" says so. */
    private static Roles hasty(BiPredicate<Boolean, Boolean> now) {
        return roles((settings, recovered, random) -> new Acceptor(settings, recovered, random) {
            @Override
            public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
                int waiting = effects.afterCommit().size();
                int writes = effects.writes().size();
                super.onMessage(from, message, nowNanos, effects);
                boolean wrote = effects.writes().size() > writes;
                boolean local = from.node().equals(settings.layout().acceptor(settings.id()));
                if (now.test(local, wrote)) {
                    List<Effects.Outgoing> hurried =
                            effects.afterCommit().subList(waiting, effects.afterCommit().size());
                    hurried.removeIf(outgoing -> {
                        boolean moves = outgoing.to().equals(from.node())
                                && Durability.of(outgoing.message()) == Durability.AFTER_COMMIT;
                        if (moves) {
                            effects.now().add(outgoing);
                        }
                        return moves;
                    });
                }
            }
        });
    }
}
