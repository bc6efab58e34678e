package io.synod.runtime;

import io.synod.protocol.NodeType;
import io.synod.protocol.codec.DatagramReader;
import io.synod.protocol.codec.RejectReason;
import io.synod.protocol.seal.DatagramCipher;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import io.synod.protocol.seal.SenderKeys;
import org.jspecify.annotations.Nullable;

/**
 * Seals what a node sends, and opens what it receives. The cipher of a peer's life is kept with the peer; that of a life that
 * was not admitted is kept for a short time among {@link Strangers}. Not thread-safe.
 */
final class Seals {

    private final NodeSettings settings;
    private final byte[] self;
    private final SenderKeys senderKeys;
    private final Strangers strangers;
    private @Nullable KeyRing ring;
    private @Nullable DatagramCipher toMembers;
    private @Nullable DatagramCipher toClients;

    Seals(NodeSettings settings) {
        this.settings = settings;
        this.self = DatagramCipher.receiverBytes(settings.nodeId());
        this.senderKeys = new SenderKeys(settings.clusterId());
        this.strangers = new Strangers();
        use(settings.keys());
    }

    /** From now on seals and opens with these keys; without any, datagrams are in plain text. */
    void use(@Nullable KeyRing newRing) {
        ring = newRing;
        strangers.clear();
        toMembers = newRing == null ? null : own(newRing, NodeType.ACCEPTOR);
        toClients = newRing == null ? null : own(newRing, NodeType.CLIENT);
    }

    private @Nullable DatagramCipher own(KeyRing keys, NodeType receiver) {
        return senderKeys.cipher(
                keys.sending(), settings.type(), settings.id(), settings.incarnation(), receiver);
    }

    /** The id of the key that it seals with; 0 for plain text. */
    int sendingKeyId() {
        return toClients == null ? 0 : toClients.keyId();
    }

    @Nullable
    KeyRing ring() {
        return ring;
    }

    /** Returns what seals datagrams to nodes of a type; null for plain text. */
    @Nullable
    DatagramCipher cipherTo(NodeType receiver) {
        return receiver == NodeType.CLIENT ? toClients : toMembers;
    }

    /**
     * Opens a sealed datagram.
     *
     * @param sender the peer that its header names, in whatever life; null for a client that is not known
     * @return null if it is open now, or why not
     */
    @Nullable
    RejectReason open(DatagramReader datagram, @Nullable Peer sender, long nowNanos) {
        SealKey key = ring == null ? null : ring.find(datagram.keyId());
        if (key == null) {
            return RejectReason.KEY_ID;
        }
        return sender != null && sender.incarnation() == datagram.incarnation()
                ? openKnown(datagram, key, sender)
                : openStranger(datagram, key, nowNanos);
    }

    /** Derives a key at most once for each life and key of the ring, whatever a forger claims in that life's name. */
    private @Nullable RejectReason openKnown(DatagramReader datagram, SealKey key, Peer sender) {
        for (DatagramCipher kept : sender.openers) {
            if (kept != null && kept.isOf(key)) {
                return datagram.open(kept, self) ? null : RejectReason.SEAL;
            }
        }
        DatagramCipher derived = derive(datagram, key);
        if (derived == null) {
            return RejectReason.SEAL;
        }
        // The older goes: of a key that was dropped, once there were two others.
        sender.openers[1] = sender.openers[0];
        sender.openers[0] = derived;
        return datagram.open(derived, self) ? null : RejectReason.SEAL;
    }

    private @Nullable RejectReason openStranger(DatagramReader datagram, SealKey key, long nowNanos) {
        DatagramCipher cipher = strangers.find(datagram);
        if (cipher == null || !cipher.isOf(key)) {
            if (!strangers.mayTry(nowNanos)) {
                return RejectReason.NOT_TRIED;
            }
            cipher = derive(datagram, key);
        }
        if (cipher == null || !datagram.open(cipher, self)) {
            return RejectReason.SEAL;
        }
        strangers.keep(datagram, cipher);
        return null;
    }

    private @Nullable DatagramCipher derive(DatagramReader datagram, SealKey key) {
        return senderKeys.cipher(
                key, datagram.senderType(), datagram.senderId(), datagram.incarnation(), settings.type());
    }
}
