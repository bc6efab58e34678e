package io.synod.learner.service.checkpoint;

import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.service.DeliveredLog;
import io.synod.learner.service.PositionGoneException;
import io.synod.learner.storage.Checkpoint;
import io.synod.learner.storage.CheckpointRefusedException;
import io.synod.learner.storage.CheckpointStore;
import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.LearnerStore;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/checkpoints}: an application stores what it has made of the log up to an instance, and begins there again later,
 * with the log after it. The learner stores its own state at that instance beside it.
 */
@RestController
@RequestMapping("/api/checkpoints")
public final class CheckpointController {

    /**
     * A checkpoint as it is told.
     *
     * @param instance the last instance that it includes
     * @param logId names the log
     * @param time when it was stored
     * @param bytes how many bytes it has
     */
    record Described(long instance, String logId, String time, long bytes) {
        static Described of(Checkpoint checkpoint) {
            return new Described(checkpoint.instance(), checkpoint.logId().toString(),
                    Instant.ofEpochMilli(checkpoint.timeMillis()).toString(), checkpoint.bytes());
        }
    }

    private final DeliveredLog log;
    private final @Nullable CheckpointStore checkpoints;
    private final LearnerStore store;
    private final Semaphore writing = new Semaphore(1);

    public CheckpointController(DeliveredLog log, LearnerStore store, Checkpoints checkpoints) {
        this.log = log;
        this.checkpoints = checkpoints.store();
        this.store = store;
    }

    @PutMapping("/{instance}")
    ResponseEntity<Described> put(@PathVariable("instance") String named, HttpServletRequest request)
            throws IOException {
        long instance = instance(named);
        CheckpointStore target = store();
        if (!writing.tryAcquire()) {
            throw Problems.error(HttpStatus.TOO_MANY_REQUESTS, ProblemType.OVERLOADED,
                    "another checkpoint is being stored");
        }
        try {
            target.requireKept(instance);
            Checkpoint stored = target.put(state(target, instance), request.getInputStream());
            return ResponseEntity.status(HttpStatus.CREATED).body(Described.of(stored));
        } catch (CheckpointRefusedException e) {
            String why = String.valueOf(e.getMessage());
            throw switch (e.reason()) {
                case OUTDATED -> Problems.error(HttpStatus.CONFLICT, ProblemType.OUTDATED, why);
                case NO_ROOM -> Problems.error(HttpStatus.INSUFFICIENT_STORAGE, ProblemType.NO_ROOM, why);
            };
        } finally {
            writing.release();
        }
    }

    private static long instance(String named) {
        try {
            long instance = Long.parseLong(named);
            if (instance >= 1) {
                return instance;
            }
        } catch (NumberFormatException e) {
            // Refused below, like one that is none.
        }
        throw Problems.error(HttpStatus.BAD_REQUEST, ProblemType.BAD_REQUEST,
                "instance is '" + named + "'; allowed is a whole number from 1");
    }

    private LearnerSnapshot state(CheckpointStore target, long instance) throws IOException {
        if (instance > log.last()) {
            throw Problems.error(HttpStatus.CONFLICT, ProblemType.NOT_DELIVERED,
                    "instance " + instance + " is not delivered here yet; the last is " + log.last());
        }
        try {
            return new PositionStates(log, store, target).at(instance);
        } catch (PositionGoneException e) {
            throw Problems.error(HttpStatus.GONE, ProblemType.GONE,
                    "what the log amounts to at instance " + instance + " cannot be built any more: " + e.getMessage());
        }
    }

    @GetMapping
    List<Described> list() {
        List<Described> list = new ArrayList<>();
        if (checkpoints != null) {
            checkpoints.all().forEach(checkpoint -> list.add(Described.of(checkpoint)));
        }
        return list;
    }

    @GetMapping("/latest")
    void latest(HttpServletResponse response) throws IOException {
        write(store().newest(), "there is no checkpoint", response);
    }

    @GetMapping("/{instance}")
    void get(@PathVariable("instance") String named, HttpServletResponse response) throws IOException {
        long instance = instance(named);
        write(store().at(instance), "there is no checkpoint at instance " + instance, response);
    }

    private void write(@Nullable Checkpoint checkpoint, String otherwise, HttpServletResponse response)
            throws IOException {
        if (checkpoint == null) {
            throw Problems.error(HttpStatus.NOT_FOUND, ProblemType.NO_CHECKPOINT, otherwise);
        }
        response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
        response.setContentLengthLong(checkpoint.bytes());
        response.setHeader("Synod-Instance", Long.toString(checkpoint.instance()));
        response.setHeader("Synod-Log", checkpoint.logId().toString());
        store().writeTo(checkpoint, response.getOutputStream());
    }

    private CheckpointStore store() {
        if (checkpoints == null) {
            throw Problems.error(HttpStatus.CONFLICT, ProblemType.NO_STORE,
                    "this learner keeps nothing on disk (paxos.learner.storage=memory)");
        }
        return checkpoints;
    }
}
