package io.synod.simulation.world;

/** A datagram under way. Its copies share what is known of whether it was acted on. */
public final class Packet {

    private static final class Fate {
        /** The life of the receiver that acted on one of the copies; 0 for none yet. */
        private long actedOnInLife;
    }

    private final SimAddress source;
    private final int to;
    private final byte[] bytes;
    private final boolean genuine;
    private final Fate fate;

    /**
     * Creates a datagram.
     *
     * @param genuine whether a node sent exactly these bytes
     */
    public Packet(SimAddress source, int to, byte[] bytes, boolean genuine) {
        this(source, to, bytes, genuine, new Fate());
    }

    private Packet(SimAddress source, int to, byte[] bytes, boolean genuine, Fate fate) {
        this.source = source;
        this.to = to;
        this.bytes = bytes;
        this.genuine = genuine;
        this.fate = fate;
    }

    /** The same datagram once more. */
    public Packet copy() {
        return new Packet(source, to, bytes, genuine, fate);
    }

    /** The same datagram with other bytes. */
    public Packet garbled(byte[] otherBytes) {
        return new Packet(source, to, otherBytes, false);
    }

    public SimAddress source() {
        return source;
    }

    public int to() {
        return to;
    }

    public byte[] bytes() {
        return bytes;
    }

    /** Whether a node sent exactly these bytes; nothing may follow from others. */
    public boolean isGenuine() {
        return genuine;
    }

    /** Whether the given life of the receiver has acted on this datagram, or on a copy of it, before. */
    public boolean wasActedOnIn(long life) {
        return fate.actedOnInLife == life;
    }

    public void actedOnIn(long life) {
        fate.actedOnInLife = life;
    }
}
