package io.synod.acceptor.storage;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.RejoinState;
import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.storage.CommitTag;
import io.synod.storage.RocksEngine;
import io.synod.storage.StoreIdentity;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The records of a store, big-endian, and what they amount to when they are read back.
 *
 * <table>
 * <caption>Records</caption>
 * <tr><th>key</th><th>value</th></tr>
 * <tr><td>{@code identity}</td><td>{@link StoreIdentity} as text</td></tr>
 * <tr><td>{@code commit}</td><td>tag and number of the last commit ({@link CommitTag#mark})</td></tr>
 * <tr><td>{@code promised}</td><td>the highest ballot promised or accepted at: round 8, proposer 4, incarnation 8</td></tr>
 * <tr><td>{@code log}</td><td>the log that was formed or rejoined, 8</td></tr>
 * <tr><td>{@code renewed}</td><td>the storage id, if it is not the one of the identity any more: generation 8, random 8</td></tr>
 * <tr><td>{@code admitted}</td><td>the ballot above which it accepts since it rejoined, 20, and the log that it rejoins, 8</td></tr>
 * <tr><td>{@code trim}</td><td>the trim point, 8</td></tr>
 * <tr><td>{@code noted/} and an acceptor's id, 4</td><td>its storage id: generation 8, random 8</td></tr>
 * <tr><td>(of the other column family) instance, 8</td><td>ballot 20, value</td></tr>
 * </table>
 */
final class StateRecords {

    static final byte[] PROMISED = name("promised");
    static final byte[] LOG = name("log");
    static final byte[] TRIM = name("trim");
    static final byte[] RENEWED = name("renewed");
    static final byte[] ADMITTED = name("admitted");
    static final int BALLOT_BYTES = 2 * Long.BYTES + Integer.BYTES;

    private static final byte[] NOTED = name("noted/");

    private final CommitTag tag;
    private final List<StorageId> noted = new ArrayList<>();
    private final List<AcceptedEntry> accepted = new ArrayList<>();
    private long commit = -1;
    private Ballot promised = Ballot.NONE;
    private Ballot lastBallot = Ballot.NONE;
    private LogId logId = LogId.UNKNOWN;
    private long trimPoint;
    private StorageId renewed = StorageId.UNKNOWN;
    private RejoinState admitted = RejoinState.NONE;

    StateRecords(CommitTag tag) {
        this.tag = tag;
    }

    // Writing

    private static byte[] name(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] notedKey(int acceptorId) {
        return ByteBuffer.allocate(NOTED.length + Integer.BYTES).put(NOTED).putInt(acceptorId).array();
    }

    static byte[] storageId(StorageId id) {
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(id.generation()).putLong(id.random()).array();
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static byte[] ballot(Ballot ballot) {
        ByteBuffer buffer = ByteBuffer.allocate(BALLOT_BYTES);
        writeBallot(ballot, buffer);
        return buffer.array();
    }

    static byte[] admitted(Ballot above, LogId logId) {
        ByteBuffer buffer = ByteBuffer.allocate(BALLOT_BYTES + Long.BYTES);
        writeBallot(above, buffer);
        return buffer.putLong(logId.value()).array();
    }

    static void writeBallot(Ballot ballot, ByteBuffer buffer) {
        buffer.putLong(ballot.round()).putInt(ballot.proposerId()).putLong(ballot.incarnation());
    }

    // Reading

    long trimPoint() {
        return trimPoint;
    }

    /** Adds a record of the state. */
    void add(byte[] key, byte[] value) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(value);
        try {
            if (Arrays.equals(key, RocksEngine.IDENTITY)) {
                return;
            } else if (Arrays.equals(key, RocksEngine.COMMIT)) {
                commit = tag.numberOf(value);
            } else if (Arrays.equals(key, PROMISED)) {
                promised = readBallot(buffer);
            } else if (Arrays.equals(key, LOG)) {
                logId = new LogId(buffer.getLong());
            } else if (Arrays.equals(key, TRIM)) {
                trimPoint = buffer.getLong();
            } else if (Arrays.equals(key, RENEWED)) {
                renewed = new StorageId(buffer.getLong(), buffer.getLong());
            } else if (Arrays.equals(key, ADMITTED)) {
                admitted = RejoinState.admitted(readBallot(buffer), new LogId(buffer.getLong()));
            } else if (key.length == NOTED.length + Integer.BYTES && ByteBuffer.wrap(key).slice(0, NOTED.length).equals(
                    ByteBuffer.wrap(NOTED))) {
                note(ByteBuffer.wrap(key).getInt(NOTED.length), new StorageId(buffer.getLong(), buffer.getLong()));
            } else {
                throw new IOException("it holds a record of unknown name '" + new String(key, StandardCharsets.UTF_8)
                        + "', of a later version perhaps");
            }
        } catch (BufferUnderflowException e) {
            throw new IOException("its record '" + new String(key, StandardCharsets.UTF_8) + "' is too short", e);
        }
    }

    private void note(int acceptorId, StorageId id) {
        while (noted.size() <= acceptorId) {
            noted.add(StorageId.UNKNOWN);
        }
        noted.set(acceptorId, id);
    }

    /** Adds an accepted instance, each above the one before. */
    void addAccepted(byte[] key, byte[] value) throws IOException {
        if (key.length != Long.BYTES || value.length < BALLOT_BYTES) {
            throw new IOException("it holds a record of an instance that is too short");
        }
        Ballot ballot = readBallot(ByteBuffer.wrap(value));
        // Nearly all are of one ballot: they share it.
        lastBallot = ballot.equals(lastBallot) ? lastBallot : ballot;
        accepted.add(new AcceptedEntry(ByteBuffer.wrap(key).getLong(), lastBallot,
                Bytes.wrap(value, BALLOT_BYTES, value.length - BALLOT_BYTES)));
    }

    private static Ballot readBallot(ByteBuffer buffer) {
        return new Ballot(buffer.getLong(), buffer.getInt(), buffer.getLong());
    }

    /** Returns what was read. It checks itself: what is monotone in an acceptor is so in the records. */
    AcceptorTable.Loaded loaded(StorageId ownStorageId) throws IOException {
        if (commit < 0) {
            throw new IOException("it does not say which commit was the last");
        }
        StorageId storageId = renewed.isKnown() ? renewed : ownStorageId;
        return new AcceptorTable.Loaded(commit,
                new AcceptorRecovery(storageId, noted, logId, promised, trimPoint, accepted, rejoin()));
    }

    /** A store with a later storage id and no log was told to rejoin. */
    private RejoinState rejoin() {
        boolean isAsking = admitted.equals(RejoinState.NONE) && renewed.isKnown() && !logId.isKnown();
        return isAsking ? RejoinState.ASKING : admitted;
    }
}
