package io.synod.runtime;

import io.synod.protocol.Mixing;
import io.synod.protocol.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * The admitted clients, by incarnation: a hash table with linear probing, as it is asked for every datagram, and a list in
 * the order of silence. When it is full the longest silent client goes.
 */
final class ClientTable {

    private final int clientsMax;
    private @Nullable Peer[] slots;
    private int size;
    private @Nullable Peer oldest;
    private @Nullable Peer newest;

    ClientTable(int clientsMax) {
        this.clientsMax = clientsMax;
        this.slots = new @Nullable Peer[64];
    }

    int size() {
        return size;
    }

    /** Returns the client of an incarnation, or null if it is not admitted. */
    @Nullable
    Peer find(long incarnation) {
        return slots[slotOf(incarnation)];
    }

    /** Notes that something was heard of a client in the table. */
    void heard(Peer client) {
        if (client.newer != null) {
            unlink(client);
            append(client);
        }
    }

    /** Adds a client that is not in the table, in the place of the longest silent one if it is full. */
    Peer add(long incarnation) {
        Peer silent = oldest;
        if (size >= clientsMax && silent != null) {
            remove(silent);
        }
        if (2 * (size + 1) > slots.length) {
            grow();
        }
        Peer client = new Peer(NodeId.client(incarnation));
        slots[slotOf(incarnation)] = client;
        append(client);
        size++;
        return client;
    }

    private void remove(Peer client) {
        unlink(client);
        size--;
        int gap = slotOf(client.node.incarnation());
        slots[gap] = null;
        // Those behind the gap may have been pushed there by the one that is gone.
        int mask = slots.length - 1;
        for (int slot = (gap + 1) & mask; slots[slot] != null; slot = (slot + 1) & mask) {
            Peer moved = slots[slot];
            slots[slot] = null;
            slots[slotOf(moved.node.incarnation())] = moved;
        }
    }

    private void grow() {
        @Nullable Peer[] before = slots;
        slots = new @Nullable Peer[2 * before.length];
        for (Peer client : before) {
            if (client != null) {
                slots[slotOf(client.node.incarnation())] = client;
            }
        }
    }

    /** The slot where a client is, or where it belongs. */
    private int slotOf(long incarnation) {
        int mask = slots.length - 1;
        int slot = (int) Mixing.mix(incarnation) & mask;
        for (Peer client = slots[slot]; client != null; client = slots[slot]) {
            if (client.node.incarnation() == incarnation) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void append(Peer client) {
        client.older = newest;
        client.newer = null;
        if (newest == null) {
            oldest = client;
        } else {
            newest.newer = client;
        }
        newest = client;
    }

    private void unlink(Peer client) {
        Peer older = client.older;
        Peer newer = client.newer;
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
        client.older = null;
        client.newer = null;
    }
}
