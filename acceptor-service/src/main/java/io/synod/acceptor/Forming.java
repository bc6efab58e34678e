package io.synod.acceptor;

import io.synod.protocol.LogId;
import io.synod.protocol.NodeId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptorState.Status;
import io.synod.protocol.message.Form;
import io.synod.protocol.message.FormReply;
import io.synod.role.Effects;
import io.synod.role.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whether an acceptor votes (rule S10). A log is formed once, by all acceptors that there are; one that lost what it knew
 * finds that another remembers its former life.
 *
 * <table>
 * <caption>Status</caption>
 * <tr><th>from</th><th>to</th><th>when</th></tr>
 * <tr><td>(start)</td><td>VOTING</td><td>the store remembers a formed log</td></tr>
 * <tr><td>(start)</td><td>FORMING</td><td>otherwise</td></tr>
 * <tr><td>FORMING</td><td>VOTING</td><td>every other acceptor, in the life that is noted here, has noted this one's
 * storage id and would form the same log</td></tr>
 * <tr><td>FORMING</td><td>OUT</td><td>another acceptor knew this one by another storage id, or would form, has formed or
 * was told of another log</td></tr>
 * <tr><td>FORMING, VOTING, REJOINING</td><td>OUT</td><td>a configured learner has delivered in another log; the store
 * failed</td></tr>
 * <tr><td>(start), OUT</td><td>REJOINING</td><td>it was told to rejoin, and enough others have answered ({@link
 * Rejoining})</td></tr>
 * <tr><td>REJOINING</td><td>VOTING</td><td>it has accepted what the leader proposed anew</td></tr>
 * </table>
 *
 * Nothing else leads out of OUT but a restart, and nothing back to FORMING. An acceptor's list of noted ids is written once an
 * id and not changed before the log is formed, and a log id is a hash of the complete list; so acceptors that agree on the log id before they vote
 * also agree on every life that took part.
 */
final class Forming {

    /** Another acceptor, as this one knows it. */
    private static final class Peer {
        /** The id by which it was first heard. */
        StorageId noted = StorageId.UNKNOWN;
        /** If it came back as another: its new id. What it says counts no more. */
        StorageId changed = StorageId.UNKNOWN;
        /** Whether it has noted this acceptor's id. */
        boolean answered;
        /** The log that it named last. */
        LogId logId = LogId.UNKNOWN;
    }

    private final int id;
    private final Peer[] peers;
    private StorageId own;
    /** The highest generation by which another acceptor is known to know this one. */
    private long knownGeneration;
    private boolean storageFailed;

    private Status status = Status.FORMING;
    private LogId logId = LogId.UNKNOWN;
    private LogId told = LogId.UNKNOWN;
    private String toldBy = "";
    private String reason = "";

    Forming(int id, int acceptors, AcceptorRecovery recovered) {
        this.id = id;
        own = recovered.storageId();
        if (recovered.noted().size() > acceptors) {
            throw new IllegalArgumentException("the store knows " + recovered.noted().size()
                    + " acceptors; configured are " + acceptors);
        }
        peers = new Peer[acceptors];
        for (int i = 0; i < acceptors; i++) {
            peers[i] = new Peer();
            if (i < recovered.noted().size()) {
                peers[i].noted = recovered.noted().get(i);
            }
        }
        StorageId self = peers[id].noted;
        Invariant.check(!self.isKnown() || self.equals(own) || self.generation() < own.generation(), "S10",
                "the store of acceptor %s is %s but notes %s", id, own, self);
        peers[id].noted = own;
        if (recovered.logId().isKnown()) {
            logId = recovered.logId();
            become(Status.VOTING);
            return;
        }
        switch (recovered.rejoin().stage()) {
            case NONE -> {}
            case ASKING -> stayOut("it goes on rejoining");
            case ADMITTED -> admit(recovered.rejoin().logId(), noted());
        }
    }

    Status status() {
        return status;
    }

    StorageId own() {
        return own;
    }

    /** The log that this acceptor votes, or voted, in, or that it rejoins. */
    LogId logId() {
        return logId;
    }

    /** The storage ids known, by acceptor id. */
    List<StorageId> noted() {
        List<StorageId> list = new ArrayList<>(peers.length);
        for (Peer peer : peers) {
            list.add(peer.noted);
        }
        return list;
    }

    /** Sends a form to each other acceptor that does not agree yet; {@code nodes} are those of all acceptors, by id. */
    void ask(List<NodeId> nodes, Effects effects) {
        if (status != Status.FORMING) {
            return;
        }
        Form form = new Form(own);
        for (int i = 0; i < peers.length; i++) {
            if (i != id && !agrees(peers[i])) {
                effects.send(nodes.get(i), form);
            }
        }
    }

    /** Notes the storage id of another acceptor, and answers. It does so in every status. */
    void onForm(int acceptorId, NodeId node, Form form, Effects effects) {
        note(acceptorId, form.storageId(), effects);
        effects.send(node, new FormReply(peers[acceptorId].noted, own, nameableLog()));
        judge();
    }

    void onFormReply(int acceptorId, FormReply reply, Effects effects) {
        if (status != Status.FORMING) {
            return;
        }
        note(acceptorId, reply.own(), effects);
        Peer peer = peers[acceptorId];
        knownGeneration = Math.max(knownGeneration, reply.noted().generation());
        if (!reply.noted().equals(own)) {
            stayOut("acceptor " + acceptorId + " knew this acceptor by storage id " + reply.noted() + ", now it is "
                    + own + ": it has lost what it knew");
        } else if (reply.own().equals(peer.noted)) {
            peer.answered = true;
            peer.logId = reply.logId();
            judge();
        }
    }

    /** Takes note that a configured learner has delivered in a log. */
    void onDelivered(int learnerId, LogId log) {
        String by = "learner " + learnerId;
        switch (status) {
            case OUT -> {}
            case VOTING, REJOINING -> {
                if (!log.equals(logId)) {
                    stayOut(by + " has delivered in log " + log + ", this acceptor is of log " + logId);
                }
            }
            case FORMING -> {
                if (told.isKnown() && !told.equals(log)) {
                    stayOut(by + " has delivered in log " + log + ", " + toldBy + " in log " + told);
                } else {
                    told = log;
                    toldBy = by;
                    judge();
                }
            }
        }
    }

    /** Takes note that the store remembers nothing more: nobody may build on what this acceptor says (rule S2). */
    void onStorageFailed(String reason) {
        storageFailed = true;
        if (status != Status.OUT) {
            stayOut("its store has failed: " + reason);
        }
    }

    /** How many other acceptors have noted this one's id and name the same log. */
    int agreed() {
        int count = 0;
        for (int i = 0; i < peers.length; i++) {
            if (i != id && agrees(peers[i])) {
                count++;
            }
        }
        return count;
    }

    /** Forms the log: the acceptor votes from here on. */
    void form(Effects effects) {
        become(Status.VOTING);
        logId = LogId.of(noted());
        effects.write(new AcceptorWrite.LogFormed(logId));
    }

    // Rejoining

    boolean hasStorageFailed() {
        return storageFailed;
    }

    /** Draws a storage id of a higher generation than any by which this acceptor is known, and than {@code above}. */
    StorageId renewOwn(long above, RandomGenerator random, Effects effects) {
        long generation = Math.max(Math.max(own.generation(), knownGeneration), above) + 1;
        own = new StorageId(generation, random.nextLong());
        peers[id].noted = own;
        effects.write(new AcceptorWrite.Renewed(own));
        return own;
    }

    /** Takes note of a later life of another acceptor. */
    void renewPeer(int acceptorId, StorageId storageId, Effects effects) {
        Peer peer = peers[acceptorId];
        if (storageId.generation() > peer.noted.generation()) {
            peer.noted = storageId;
            effects.write(new AcceptorWrite.PeerRenewed(acceptorId, storageId));
        }
    }

    /** Takes over what others know: from here on the acceptor belongs to their log, and does not vote yet. */
    void admit(LogId log, List<StorageId> ids) {
        become(Status.REJOINING);
        logId = log;
        for (int i = 0; i < peers.length; i++) {
            peers[i].noted = ids.get(i);
        }
    }

    /** The acceptor is in: it votes. */
    void comeIn(Effects effects) {
        become(Status.VOTING);
        effects.write(new AcceptorWrite.Rejoined(logId));
    }

    /** Says for people how rejoining stands. */
    void explain(String how) {
        reason = how;
    }

    /** Says for people whom forming waits for, the log voted in, or why the acceptor stays out. */
    String reason() {
        return switch (status) {
            case VOTING -> "votes in log " + logId;
            case OUT, REJOINING -> reason;
            case FORMING -> waitingFor();
        };
    }

    private String waitingFor() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < peers.length; i++) {
            Peer peer = peers[i];
            if (i == id || (peer.answered && !peer.changed.isKnown())) {
                continue;
            }
            text.append(text.isEmpty() ? "waits for " : ", ").append("acceptor ").append(i);
            if (peer.changed.isKnown()) {
                text.append(" (was ").append(peer.noted).append(", came back as ").append(peer.changed).append(')');
            }
        }
        if (text.isEmpty()) {
            text.append("waits until all acceptors know each other");
        }
        if (told.isKnown()) {
            text.append("; ").append(toldBy).append(" has delivered in log ").append(told);
        }
        return text.toString();
    }

    private void note(int acceptorId, StorageId storageId, Effects effects) {
        Peer peer = peers[acceptorId];
        if (!peer.noted.isKnown()) {
            peer.noted = storageId;
            effects.write(new AcceptorWrite.StorageNoted(acceptorId, storageId));
        } else if (!peer.noted.equals(storageId)) {
            peer.changed = storageId;
        }
    }

    /** The log that this acceptor can form; unknown as long as it does not know all storage ids. */
    private LogId candidate() {
        for (Peer peer : peers) {
            if (!peer.noted.isKnown()) {
                return LogId.UNKNOWN;
            }
        }
        return LogId.of(noted());
    }

    /** What another acceptor is to compare with the log that it can form. */
    private LogId nameableLog() {
        if (logId.isKnown()) {
            return logId;
        }
        return told.isKnown() ? told : candidate();
    }

    private boolean agrees(Peer peer) {
        return peer.answered && peer.logId.equals(candidate());
    }

    /** Stays out if another log than the one that can be formed is known to exist, or to be about to. */
    private void judge() {
        LogId candidate = candidate();
        if (status != Status.FORMING || !candidate.isKnown()) {
            return;
        }
        if (told.isKnown() && !told.equals(candidate)) {
            stayOut(toldBy + " has delivered in log " + told + ", this acceptor can form log " + candidate + " alone");
            return;
        }
        for (int i = 0; i < peers.length; i++) {
            Peer peer = peers[i];
            if (peer.answered && peer.logId.isKnown() && !peer.logId.equals(candidate)) {
                stayOut("acceptor " + i + " knows log " + peer.logId + ", this acceptor can form log " + candidate
                        + " alone: an acceptor was restarted or wiped before the log was formed, or all were after");
                return;
            }
        }
    }

    private void stayOut(String why) {
        become(Status.OUT);
        reason = why;
    }

    private void become(Status next) {
        boolean allowed = switch (status) {
            case FORMING -> next != Status.FORMING;
            case VOTING -> next == Status.OUT;
            case REJOINING -> next == Status.VOTING || next == Status.OUT;
            case OUT -> next == Status.REJOINING;
        };
        Invariant.check(allowed, "S10", "acceptor %s cannot go from %s to %s", id, status, next);
        status = next;
    }
}
