package io.synod.learner.service.peer;

import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.learner.Delivered;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.StoreDamage;
import io.synod.learner.service.DeliveredLog;
import io.synod.learner.service.PositionGoneException;
import io.synod.learner.storage.Checkpoint;
import io.synod.learner.storage.CheckpointStore;
import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.LearnerStore;
import io.synod.learner.storage.RecordDamagedException;
import io.synod.protocol.Bytes;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a learner serves to others that catch up: {@code GET /peer/log?from=} the decided log from an instance on, a part at a
 * time, and {@code GET /peer/snapshot} what it amounts to at the newest checkpoint, or else snapshot, from which the log is here. Both can be
 * taken up where they broke off. {@code GET /peer/checkpoint?instance=} the application's bytes of a checkpoint. Where the cluster has a key, bodies are
 * sealed ({@link PeerSeals}).
 */
@RestController
@RequestMapping("/peer")
public final class PeerController {

    static final String LOG_ID = "Synod-Log";
    static final String INSTANCE = "Synod-Instance";
    static final String CHECKSUM = "Synod-Checksum";
    static final String LENGTH = "Synod-Length";

    private static final long BYTES_MAX = 64L << 20;
    private static final int TRANSFERS_MAX = 4;
    private static final int BUFFER_BYTES = 1 << 16;

    private final DeliveredLog log;
    private final LearnerStore store;
    private final Checkpoints checkpoints;
    private final PeerSeals seals;
    private final Semaphore transfers = new Semaphore(TRANSFERS_MAX);

    public PeerController(DeliveredLog log, LearnerStore store, Checkpoints checkpoints, PeerSeals seals) {
        this.seals = seals;
        this.log = log;
        this.store = store;
        this.checkpoints = checkpoints;
    }

    /** Writes what was decided from an instance on, in frames ({@link LogFrames}), as far as it goes and up to a bound. */
    @GetMapping("/log")
    void log(@RequestParam long from, HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter();
        try {
            Delivered delivered = first(from);
            begin(response);
            try (OutputStream body = seals.seal(request, response);
                    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(body, BUFFER_BYTES))) {
                write(from, delivered, out);
                out.flush();
                PeerSeals.end(body);
            }
        } finally {
            transfers.release();
        }
    }

    private void write(long from, @Nullable Delivered first, DataOutputStream out) throws IOException {
        Delivered delivered = first;
        long written = 0;
        long instance = from;
        try {
            while (delivered != null && written < BYTES_MAX) {
                LogFrames.write(instance, delivered.batch(), out);
                written += LogFrames.HEADER_BYTES + delivered.batch().length();
                instance++;
                delivered = log.get(instance);
            }
        } catch (PositionGoneException | RecordDamagedException e) {
            // It went while it was sent, or cannot be read: the next request is told so.
        }
    }

    private @Nullable Delivered first(long from) {
        if (from < 1) {
            throw Problems.error(HttpStatus.BAD_REQUEST, ProblemType.BAD_REQUEST,
                    "from is " + from + "; allowed is an instance from 1");
        }
        try {
            return log.get(from);
        } catch (PositionGoneException e) {
            throw Problems.error(HttpStatus.GONE, ProblemType.GONE, e.getMessage() + "; take a snapshot");
        } catch (RecordDamagedException e) {
            throw Problems.error(HttpStatus.SERVICE_UNAVAILABLE, ProblemType.DAMAGED,
                    "instance " + e.instance() + " is damaged here; take it from another learner");
        }
    }

    /**
     * Writes a snapshot.
     *
     * @param instance which; 0 for the newest
     * @param offset how many bytes of it are left out, since they came before
     */
    @GetMapping("/snapshot")
    void snapshot(@RequestParam(defaultValue = "0") long instance, @RequestParam(defaultValue = "0") int offset,
            HttpServletRequest request, HttpServletResponse response) throws IOException {
        enter();
        try {
            LearnerSnapshot snapshot = instance == 0 ? newest() : find(instance);
            if (snapshot == null) {
                throw Problems.error(HttpStatus.NOT_FOUND, ProblemType.NO_SNAPSHOT, "there is no such snapshot here");
            }
            Bytes state = snapshot.state();
            if (offset < 0 || offset > state.length()) {
                throw Problems.error(HttpStatus.BAD_REQUEST, ProblemType.BAD_REQUEST,
                        "offset is " + offset + " of " + state.length());
            }
            begin(response);
            response.setHeader(LOG_ID, Long.toHexString(snapshot.logId().value()));
            response.setHeader(INSTANCE, Long.toString(snapshot.instance()));
            response.setHeader(LENGTH, Integer.toString(state.length()));
            response.setHeader(CHECKSUM, Long.toHexString(state.checksum()));
            try (OutputStream out = seals.seal(request, response)) {
                out.write(state.slice(offset, state.length() - offset).toByteArray());
                PeerSeals.end(out);
            }
        } finally {
            transfers.release();
        }
    }

    /** Writes the application's bytes of a checkpoint. */
    @GetMapping("/checkpoint")
    void checkpoint(@RequestParam long instance, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        enter();
        try {
            CheckpointStore stored = checkpoints.store();
            Checkpoint checkpoint = stored == null ? null : stored.at(instance);
            if (stored == null || checkpoint == null) {
                throw Problems.error(HttpStatus.NOT_FOUND, ProblemType.NO_CHECKPOINT,
                        "there is no checkpoint at instance " + instance + " here");
            }
            begin(response);
            response.setHeader(LENGTH, Long.toString(checkpoint.bytes()));
            try (OutputStream out = seals.seal(request, response)) {
                stored.writeTo(checkpoint, out);
                PeerSeals.end(out);
            }
        } finally {
            transfers.release();
        }
    }

    /** A checkpoint before a snapshot: whoever begins there can give an application the log from it on. */
    private @Nullable LearnerSnapshot newest() throws IOException {
        Checkpoint checkpoint = checkpoints.newest();
        if (checkpoint != null && isFollowed(checkpoint.instance())) {
            return find(checkpoint.instance());
        }
        try {
            LearnerSnapshot snapshot = store.snapshotAtOrBelow(Long.MAX_VALUE);
            return snapshot != null && isFollowed(snapshot.instance()) ? snapshot : null;
        } catch (RecordDamagedException e) {
            return null;
        }
    }

    /** Whether the log after an instance can be had here, as far as is known. */
    private boolean isFollowed(long instance) {
        StoreDamage damage = store.damage();
        return instance + 1 >= log.first() && (damage == null || instance >= damage.last());
    }

    private @Nullable LearnerSnapshot find(long instance) throws IOException {
        CheckpointStore stored = checkpoints.store();
        Checkpoint checkpoint = stored == null ? null : stored.at(instance);
        if (stored != null && checkpoint != null) {
            return stored.state(checkpoint);
        }
        LearnerSnapshot snapshot = store.snapshotAtOrBelow(instance);
        return snapshot != null && snapshot.instance() == instance ? snapshot : null;
    }

    private void begin(HttpServletResponse response) {
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        response.setHeader(LOG_ID, Long.toHexString(log.logId().value()));
    }

    private void enter() {
        if (log.isDoubted()) {
            throw Problems.error(HttpStatus.SERVICE_UNAVAILABLE, ProblemType.DOUBTED,
                    "this learner stopped since its log may be wrong: " + log.stopped());
        }
        if (!transfers.tryAcquire()) {
            throw Problems.error(HttpStatus.TOO_MANY_REQUESTS, ProblemType.OVERLOADED,
                    "as many learners as may take the log at a time do");
        }
    }
}
