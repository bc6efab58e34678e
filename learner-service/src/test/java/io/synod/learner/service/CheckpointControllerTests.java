package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.put;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.synod.http.ProblemAdvice;
import io.synod.learner.Delivered;
import io.synod.learner.service.checkpoint.CheckpointController;
import io.synod.learner.storage.Checkpoint;
import io.synod.learner.storage.CheckpointStore;
import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.MemoryLearnerStore;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionLimits;
import io.synod.protocol.StorageId;
import io.synod.protocol.entry.EntryWriter;
import io.synod.protocol.entry.LogEntry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/** Checkpoints as an application stores and takes them. */
class CheckpointControllerTests {

    private static final LogId LOG = new LogId(0xabc);
    private static final long LAST = 9;

    @TempDir
    private Path directory;

    private long room = Long.MAX_VALUE;
    private CheckpointStore checkpoints;
    private MockMvc mvc;

    @BeforeEach
    void deliver() {
        checkpoints = new CheckpointStore(directory, 2, () -> LOG, () -> room, () -> 1_000);
        MemoryLearnerStore store = new MemoryLearnerStore(StorageId.UNKNOWN);
        DeliveredLog log = new DeliveredLog(100, 1_000_000, store, new Checkpoints(checkpoints));
        log.nameLog(LOG);
        for (long instance = 1; instance <= LAST; instance++) {
            EntryWriter batch = new EntryWriter(64);
            if (instance == 1) {
                batch.genesis(new LogEntry.Genesis(SessionLimits.DEFAULT));
            }
            batch.open(new LogEntry.OpenSession(3, instance, 100));
            log.append(new Delivered(instance, batch.take(), List.of()));
        }
        CheckpointController controller = new CheckpointController(log, store, new Checkpoints(checkpoints));
        mvc = MockMvcBuilders.standaloneSetup(controller)
                .setControllerAdvice(new LearnerProblemAdvice(), new ProblemAdvice()).build();
    }

    private ResultActions store(long instance, String application) throws Exception {
        return mvc.perform(put("/api/checkpoints/" + instance).content(application));
    }

    @Test
    void whatWasStoredLastIsGivenBack() throws Exception {
        store(5, "five").andExpect(status().isCreated()).andExpect(jsonPath("$.logId").value("0000000000000abc"));
        store(7, "seven").andExpect(status().isCreated());
        mvc.perform(get("/api/checkpoints/latest"))
                .andExpect(status().isOk())
                .andExpect(header().string("Synod-Instance", "7"))
                .andExpect(content().string("seven"));
        store(LAST + 1, "ten").andExpect(status().isConflict())
                .andExpect(jsonPath("$.type").value("urn:synod:problem:not-delivered"));
    }

    @Test
    void whatWouldBeTheFirstToGoIsRefused() throws Exception {
        store(5, "five");
        store(7, "seven");
        store(3, "three").andExpect(status().isConflict())
                .andExpect(jsonPath("$.type").value("urn:synod:problem:outdated"));
        assertThat(checkpoints.all()).extracting(Checkpoint::instance).containsExactly(5L, 7L);
    }

    @Test
    void whatIsNoInstanceIsToldWhatIsAllowed() throws Exception {
        for (String none : new String[] {"0", "-1", "abc", "1.5", "9223372036854775808"}) {
            mvc.perform(put("/api/checkpoints/" + none).content("x")).andExpect(status().isBadRequest())
                    .andExpect(
                            jsonPath("$.detail").value("instance is '" + none + "'; allowed is a whole number from 1"));
            mvc.perform(get("/api/checkpoints/" + none)).andExpect(status().isBadRequest())
                    .andExpect(jsonPath("$.type").value("urn:synod:problem:bad-request"));
        }
    }

    @Test
    void f06WhatFindsNoRoomIsRefused() throws Exception {
        room = 1_000;
        store(5, "five").andExpect(status().isInsufficientStorage())
                .andExpect(jsonPath("$.type").value("urn:synod:problem:no-room"));
        assertThat(directory).isEmptyDirectory();
        room = 10_000_000;
        store(5, "five").andExpect(status().isCreated());
    }
}
