package io.synod.protocol.codec;

import java.util.Locale;

/** Why a datagram, or a message in it, was not acted on. The order is that of the checks. */
public enum RejectReason {
    /** Fewer bytes than a header, a message frame and a check need. */
    TOO_SHORT,
    /** More bytes than a datagram can have. */
    TOO_LONG,
    /** Not a datagram of this protocol. */
    MAGIC,
    /** A version of the layout that is not spoken here. */
    VERSION,
    /** A flag that is not known here. */
    FLAGS,
    /** In plain text, where only sealed ones are heard. */
    UNSEALED,
    /** Sealed, where there is no key. */
    SEALED,
    /** Another cluster's. */
    CLUSTER,
    /** Sealed with a key that is not in the ring of this node. */
    KEY_ID,
    /** The check over the bytes does not match: corrupt or cut. */
    CHECKSUM,
    /** The sender's type is not known, or nodes of this type are not heard here. */
    SENDER_TYPE,
    /** No node of that type and id is configured. */
    SENDER_ID,
    /** An incarnation or sequence that no sender draws. */
    HEADER_FIELD,
    /** The node's own datagram came back, or another process claims its name. */
    OWN,
    /** Sealed by one who is not known here, more of whom came than were looked at. */
    NOT_TRIED,
    /** The seal does not open: forged, corrupt, cut, meant for another node, or by one who has another key of that id. */
    SEAL,
    /** The sender's incarnation is one that was left for another (rule S11). */
    LEFT_INCARNATION,
    /** The sequence was seen before, or lies too far back to tell (rule S11). */
    REPLAYED,
    /** A message type that is not known. */
    MESSAGE_TYPE,
    /** A message, list or value that does not end where its lengths say. */
    MESSAGE_LENGTH,
    /** A field outside its range. */
    MESSAGE_FIELD,
    /** The sender's incarnation has not yet said back a token of this node. */
    NOT_ADMITTED,
    /** A token that this node did not give, or gave too long ago. */
    TOKEN,
    /** A node of the sender's type may not say this. */
    NO_RIGHT,
    /** No role of this node takes this message. */
    NO_RECEIVER,
    /** A fragment that does not fit its message. */
    FRAGMENT,
    /** A fragment of a message for which there is no room beside those that others are sending. */
    FRAGMENT_ROOM,
    /** A message joined from fragments is not the one that they name. */
    FRAGMENT_HASH;

    private final String tag = name().toLowerCase(Locale.ROOT);

    /** The reason as a metric's tag value, such as {@code left_incarnation}. */
    public String tag() {
        return tag;
    }
}
