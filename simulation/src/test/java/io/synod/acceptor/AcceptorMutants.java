package io.synod.acceptor;

import io.synod.proposer.Proposer;
import io.synod.proposer.ProposerSettings;
import io.synod.protocol.Ballot;
import io.synod.protocol.Quorums;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Accepted;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.AcceptorState;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.Rejoin;
import io.synod.protocol.message.RejoinReply;
import io.synod.protocol.message.Repeat;
import io.synod.role.Durability;
import io.synod.role.Effects;
import io.synod.role.Sender;
import io.synod.simulation.Roles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
                recovered.accepted(),
                recovered.rejoin());
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
                            accepted.subList(0, Math.max(0, accepted.size() - 1)),
                            recovered.rejoin()),
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

    /** A learner is left out of the trim quorum as soon as it is asked for, however lately it was heard. */
    public static Roles excludesALearnerThatIsAlive() {
        return roles((settings, recovered, random) -> new Acceptor(settings, recovered, random) {
            @Override
            boolean mayExclude(long silentNanos, long goneNanos) {
                return true;
            }
        });
    }

    /** One answer is enough to be admitted. */
    public static Roles rejoinsOnOneAnswer() {
        return withRejoinRules(new RejoinRules() {
            @Override
            int answersNeeded(Quorums quorums) {
                return 1;
            }
        });
    }

    /** It votes as soon as it is admitted, without what the leader would propose anew. */
    public static Roles comesInBeforeAccepting() {
        return withRejoinRules(new RejoinRules() {
            @Override
            boolean isIn(long missing, long last) {
                return true;
            }
        });
    }

    /** It accepts at any ballot, whatever the others had promised when it was admitted. */
    public static Roles ignoresWhatTheOthersPromised() {
        return withRejoinRules(new RejoinRules() {
            @Override
            Ballot floor(Ballot highestPromised) {
                return Ballot.NONE;
            }
        });
    }

    private static Roles withRejoinRules(RejoinRules rules) {
        return roles((settings, recovered, random) -> new Acceptor(settings, recovered, random) {
            @Override
            RejoinRules rejoinRules() {
                return rules;
            }
        });
    }

    /** Nobody is asked: it takes the log from hearsay, and for promised what nobody told it. */
    public static Roles rejoinsWithoutAQuorumRead() {
        Map<Integer, Acceptor> all = new HashMap<>();
        return roles((settings, recovered, random) -> {
            Acceptor made = new Acceptor(settings, recovered, random) {
                @Override
                public @Nullable String rejoin(long nowNanos, Effects effects) {
                    String obstacle = super.rejoin(nowNanos, effects);
                    effects.afterCommit().removeIf(outgoing -> outgoing.message() instanceof Rejoin);
                    for (int id = 0; id < settings.layout().acceptors(); id++) {
                        Acceptor other = all.get(id);
                        if (other != null && id != settings.id() && other.view(nowNanos).logId().isKnown()) {
                            List<StorageId> ids = new ArrayList<>(other.view(nowNanos).noted());
                            ids.set(settings.id(), view(nowNanos).storageId());
                            onMessage(new Sender(settings.layout().acceptor(id), 1),
                                    new RejoinReply(true, other.view(nowNanos).logId(), Ballot.NONE, ids), nowNanos,
                                    effects);
                        }
                    }
                    return obstacle;
                }
            };
            all.put(settings.id(), made);
            return made;
        });
    }

    /** Instead of waiting for a leader it takes the others' accepts for its own, at the ballots that they have there. */
    public static Roles copiesTheOthersVotesAtTheirBallots() {
        Map<Integer, Acceptor> all = new HashMap<>();
        return roles((settings, recovered, random) -> {
            Acceptor made = new Copier(settings, recovered, random, all);
            all.put(settings.id(), made);
            return made;
        });
    }

    private static final class Copier extends Acceptor {

        private final AcceptorSettings settings;
        private final Map<Integer, Acceptor> all;
        private boolean copied;

        Copier(AcceptorSettings settings, AcceptorRecovery recovered, RandomGenerator random,
                Map<Integer, Acceptor> all) {
            super(settings, recovered, random);
            this.settings = settings;
            this.all = all;
        }

        @Override
        RejoinRules rejoinRules() {
            return new RejoinRules() {
                @Override
                Ballot floor(Ballot highestPromised) {
                    return Ballot.NONE;
                }

                @Override
                boolean isIn(long missing, long last) {
                    return copied;
                }
            };
        }

        @Override
        public void onMessage(Sender from, Message message, long nowNanos, Effects effects) {
            super.onMessage(from, message, nowNanos, effects);
            if (!copied && view(nowNanos).status() == AcceptorState.Status.REJOINING) {
                copied = true;
                for (Accepted vote : votesOfOthers(nowNanos)) {
                    Ballot ballot = vote.ballot();
                    Effects own = new Effects();
                    super.onMessage(
                            new Sender(settings.layout().proposer(ballot.proposerId()), ballot.incarnation()),
                            new Accept(ballot, vote.instance(), AcceptedRing.valueOf(vote)), nowNanos, own);
                    own.writes().forEach(effects::write);
                }
            }
        }

        /** The newest vote in each instance, by rising ballot. */
        private List<Accepted> votesOfOthers(long nowNanos) {
            Map<Long, Accepted> newest = new TreeMap<>();
            for (Acceptor other : all.values()) {
                Effects told = new Effects();
                if (other != this) {
                    other.onMessage(new Sender(settings.layout().learner(0), 1), new Repeat(1, Long.MAX_VALUE, true),
                            nowNanos, told);
                }
                for (Effects.Outgoing outgoing : told.afterCommit()) {
                    if (outgoing.message() instanceof Accepted vote) {
                        newest.merge(vote.instance(), vote, (a, b) -> a.ballot().isAbove(b.ballot()) ? a : b);
                    }
                }
            }
            return newest.values().stream().sorted(Comparator.comparing(Accepted::ballot)).toList();
        }
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
