package io.synod.runtime;

import io.synod.protocol.Ballot;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.ProtocolLimits;
import io.synod.protocol.RoleType;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.codec.Reassembler;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.message.Accept;
import io.synod.protocol.message.Echo;
import io.synod.protocol.message.EchoReply;
import io.synod.protocol.message.Heartbeat;
import io.synod.protocol.message.Message;
import io.synod.protocol.message.Prepare;
import io.synod.protocol.message.RejoinRange;
import io.synod.role.Routing;
import io.synod.role.Sender;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges datagrams in this order: header, check or seal (see {@link Seals}), sender (see {@link PeerGuard}), contents as a whole, rights. What fails
 * is dropped and counted under its reason. Nothing of a datagram is acted on before all of it has passed; fragments are
 * kept only after that. Not thread-safe.
 */
final class Inbox {

    /** Takes what has passed. */
    @FunctionalInterface
    interface Receiver {

        /** Returns whether there is a role that takes the message. */
        boolean deliver(Sender from, Message message, long nowNanos);
    }

    /** After so long without a further fragment nobody repeats a message any more. */
    private static final long FRAGMENTS_UNTOUCHED_NANOS_MAX = 10_000_000_000L;

    /** No report is longer; it is the longest of what a learner has to say. */
    private static final int REPORT_BYTES_MAX = 2_048;

    private final NodeType self;
    private final DatagramReader reader;
    private final Reassembler reassembler;
    private final PeerGuard guard;
    private final Seals seals;
    private final Outbox outbox;
    private final Receiver receiver;
    private final NodeCounters counters;
    private long reassembliesDropped;

    Inbox(
            NodeSettings settings,
            PeerGuard guard,
            Seals seals,
            Outbox outbox,
            Receiver receiver,
            NodeCounters counters) {
        this.self = settings.type();
        this.reader = new DatagramReader(settings.clusterId(), settings.layout());
        this.reassembler = new Reassembler(
                settings.bounds().reassembliesMax(),
                settings.bounds().reassemblyBytesMax(),
                FRAGMENTS_UNTOUCHED_NANOS_MAX);
        this.guard = guard;
        this.seals = seals;
        this.outbox = outbox;
        this.receiver = receiver;
        this.counters = counters;
    }

    /** Returns whether the datagram was acted on. */
    boolean receive(ByteBuffer datagram, SocketAddress source, long nowNanos) {
        counters.countReceived(datagram.remaining());
        RejectReason rejected = judge(datagram, source, nowNanos);
        Peer from = guard.peer();
        if (rejected != null || from == null) {
            counters.countRejected(rejected == null ? RejectReason.NOT_ADMITTED : rejected);
            return false;
        }
        from.heard(reader.keyId(), nowNanos);
        if (reader.keyId() != seals.sendingKeyId()) {
            counters.countUnderOtherKey();
        }
        List<Message> messages = reader.messages();
        for (int i = 0; i < messages.size(); i++) {
            act(from, messages.get(i), nowNanos);
        }
        for (int i = 0; i < reader.fragmentCount(); i++) {
            join(from, i, nowNanos);
        }
        return true;
    }

    /** Gives up messages of which no fragment came for long. */
    void expire(long nowNanos) {
        reassembler.expire(nowNanos);
        long dropped = reassembler.dropped();
        counters.countReassembliesDropped((int) (dropped - reassembliesDropped));
        reassembliesDropped = dropped;
    }

    private @Nullable RejectReason judge(ByteBuffer datagram, SocketAddress source, long nowNanos) {
        RejectReason rejected = judgeOrigin(datagram, nowNanos);
        if (rejected != null) {
            return rejected;
        }
        RejectReason sender = guard.judge(reader, source);
        if (sender != null && sender != RejectReason.NOT_ADMITTED) {
            return sender;
        }
        rejected = reader.readMessages();
        if (rejected == null) {
            rejected = judgeRights(reader.messages());
        }
        if (rejected == null) {
            rejected = judgeFragments();
        }
        if (rejected == null && sender == RejectReason.NOT_ADMITTED) {
            rejected = admit(source, nowNanos);
        }
        return rejected;
    }

    private @Nullable RejectReason judgeOrigin(ByteBuffer datagram, long nowNanos) {
        boolean sealed = seals.ring() != null;
        reader.expectSealed(sealed);
        RejectReason rejected = reader.readHeader(datagram);
        if (rejected == null) {
            rejected = guard.identify(reader);
        }
        if (rejected == null && sealed) {
            rejected = seals.open(reader, guard.peer(), nowNanos);
        }
        return rejected;
    }

    private @Nullable RejectReason judgeRights(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (!Routing.of(message).maySay(reader.senderType()) || !isOwnBallot(message)) {
                return RejectReason.NO_RIGHT;
            }
        }
        return null;
    }

    /** A fragment does not name the type of its message, but who says it bounds how long it can be. */
    private @Nullable RejectReason judgeFragments() {
        for (int i = 0; i < reader.fragmentCount(); i++) {
            if (reader.fragmentMessageBytes(i) > fragmentedBytesMax(reader.senderType())) {
                return RejectReason.NO_RIGHT;
            }
        }
        return null;
    }

    private int fragmentedBytesMax(NodeType sender) {
        return switch (sender) {
            case CLIENT -> self.hosts(RoleType.PROPOSER) ? 1 + ProtocolLimits.MESSAGE_BYTES_MAX : 0;
            case LEARNER -> REPORT_BYTES_MAX;
            case ACCEPTOR, PROPOSER, REPLICA -> 1 + ProtocolLimits.MESSAGE_BYTES_MAX;
        };
    }

    /** Nobody proposes, or speaks as the leader, at another's ballot. */
    private boolean isOwnBallot(Message message) {
        Ballot ballot = switch (message) {
            case Accept accept -> accept.ballot();
            case Prepare prepare -> prepare.ballot();
            case Heartbeat heartbeat -> heartbeat.ballot();
            case RejoinRange range -> range.ballot();
            default -> null;
        };
        if (ballot == null) {
            return true;
        }
        return ballot.proposerId() == reader.senderId() && ballot.incarnation() == reader.incarnation();
    }

    /** Takes the answer to an echo, or else sends one. Returns null if the sender is admitted now. */
    private @Nullable RejectReason admit(SocketAddress source, long nowNanos) {
        RejectReason rejected = RejectReason.NOT_ADMITTED;
        Echo asked = null;
        List<Message> messages = reader.messages();
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (message instanceof EchoReply reply) {
                rejected = guard.admit(reader, source, reply.token(), nowNanos);
                if (rejected == null) {
                    return null;
                }
            } else if (message instanceof Echo echo) {
                asked = echo;
            }
        }
        Peer peer = guard.peer();
        boolean configured = reader.senderType() != NodeType.CLIENT;
        if (asked != null && configured && peer != null) {
            // Sent to where the node is configured, so it is no use to forge.
            outbox.answer(peer, asked);
        }
        if (guard.mayEcho(reader, nowNanos)) {
            Echo echo = new Echo(guard.tokenFor(reader, source, nowNanos));
            if (configured && peer != null) {
                outbox.post(peer, echo);
            } else {
                outbox.sendAlone(NodeId.client(reader.incarnation()), source, echo);
            }
        }
        return rejected;
    }

    private void act(Peer from, Message message, long nowNanos) {
        if (message instanceof Echo echo) {
            outbox.answer(from, echo);
        } else if (message instanceof EchoReply) {
            return; // it has done its work, or the sender was admitted already
        } else if (receiver.deliver(from.sender(), message, nowNanos)) {
            counters.countMessageReceived();
        } else {
            counters.countRejected(RejectReason.NO_RECEIVER);
        }
    }

    private void join(Peer from, int fragment, long nowNanos) {
        switch (reassembler.add(reader, fragment, from.node, nowNanos)) {
            case INCOMPLETE -> {}
            case NO_ROOM -> counters.countRejected(RejectReason.FRAGMENT_ROOM);
            case HASH_MISMATCH -> counters.countRejected(RejectReason.FRAGMENT_HASH);
            case JOINED -> {
                RejectReason rejected = reader.readJoined(reassembler.joined());
                if (rejected == null) {
                    rejected = judgeRights(reader.messages());
                }
                if (rejected == null) {
                    act(from, reader.messages().getFirst(), nowNanos);
                } else {
                    counters.countRejected(rejected);
                }
            }
        }
    }
}
