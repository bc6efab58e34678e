package io.synod.proposer;

import io.synod.protocol.Ballot;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.message.AcceptorState;
import java.util.ArrayList;
import java.util.List;

/** Shows what a proposer knows of the acceptors: their newest beacons, and how their answers come. */
final class AcceptorPeers {

    private AcceptorPeers() {}

    static List<ProposerView.AcceptorPeer> of(Election election, Pipeline pipeline, long nowNanos) {
        List<ProposerView.AcceptorPeer> peers = new ArrayList<>();
        for (int acceptor = 0; acceptor < election.acceptors(); acceptor++) {
            peers.add(peer(acceptor, election, pipeline, nowNanos));
        }
        return peers;
    }

    private static ProposerView.AcceptorPeer peer(
            int acceptor, Election election, Pipeline pipeline, long nowNanos) {
        AcceptorState beacon = election.stateOf(acceptor);
        RoundTrip trip = pipeline.trip(acceptor);
        long heardNanos = election.heardNanos(acceptor);
        return new ProposerView.AcceptorPeer(
                acceptor,
                beacon == null ? null : beacon.status(),
                beacon == null ? Ballot.NONE : beacon.promised(),
                beacon == null ? StorageId.UNKNOWN : beacon.storageId(),
                beacon == null ? LogId.UNKNOWN : beacon.logId(),
                beacon == null ? 0 : beacon.trimPoint(),
                heardNanos == Time.NEVER ? -1 : (nowNanos - heardNanos) / 1_000_000,
                trip.srttNanos() / 1_000,
                trip.rtoNanos() / 1_000,
                pipeline.isFull(acceptor));
    }
}
