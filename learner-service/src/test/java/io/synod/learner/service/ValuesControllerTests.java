package io.synod.learner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.synod.http.ProblemAdvice;
import io.synod.http.ProblemJson;
import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.LearnerStore;
import io.synod.learner.storage.RecordDamagedException;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.SessionId;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import tools.jackson.databind.json.JsonMapper;

@Timeout(30)
class ValuesControllerTests {

    private final DeliveredLog log = new DeliveredLog(8, 1_000_000);
    private final Subscribers subscribers = new Subscribers(log, new LogWatch(log), 1);
    private final PageLimit pages = new PageLimit(1);
    private final MockMvc mvc = mvc(log, subscribers);

    private MockMvc mvc(DeliveredLog of, Subscribers readers) {
        JsonMapper mapper = new JsonMapper();
        ValueStream streams = new ValueStream(of, readers, new ValueJson(mapper), new ProblemJson(mapper));
        return MockMvcBuilders.standaloneSetup(new ValuesController(of, readers.watch(), pages, streams))
                .setControllerAdvice(new LearnerProblemAdvice(), new ProblemAdvice())
                .addInterceptors(pages)
                .build();
    }

    @AfterEach
    void close() {
        subscribers.stop();
    }

    @BeforeEach
    void deliver() {
        log.nameLog(new LogId(0xabc));
        for (long instance = 1; instance <= 12; instance++) {
            log.append(Deliveries.of(instance, 2 * instance, "a" + instance, "b" + instance));
        }
    }

    @Test
    void aPageHasValuesAndWhereTheNextBegins() throws Exception {
        mvc.perform(get("/api/values?from=5&limit=3"))
                .andExpect(status().isOk())
                .andExpect(content().contentType("application/json"))
                .andExpect(jsonPath("$.logId").value("0000000000000abc"))
                .andExpect(jsonPath("$.next").value("6:1"))
                .andExpect(jsonPath("$.firstInstance").value(5))
                .andExpect(jsonPath("$.lastInstance").value(12))
                .andExpect(jsonPath("$.stopped").doesNotExist())
                .andExpect(jsonPath("$.values", hasSize(3)))
                .andExpect(jsonPath("$.values[0].instance").value(5))
                .andExpect(jsonPath("$.values[0].index").value(0))
                .andExpect(jsonPath("$.values[0].session").value("1/1"))
                .andExpect(jsonPath("$.values[0].number").value(10))
                .andExpect(jsonPath("$.values[0].value").value("a5"))
                .andExpect(jsonPath("$.values[0].encoding").doesNotExist())
                .andExpect(jsonPath("$.values[2].value").value("a6"));
    }

    @Test
    void aPageGoesOnWithinAnInstance() throws Exception {
        mvc.perform(get("/api/values?from=12:1"))
                .andExpect(jsonPath("$.values", hasSize(1)))
                .andExpect(jsonPath("$.values[0].value").value("b12"))
                .andExpect(jsonPath("$.next").value("13:0"));
    }

    @Test
    void theEarliestAndTheLatestHaveNames() throws Exception {
        mvc.perform(get("/api/values?limit=1")).andExpect(jsonPath("$.values[0].instance").value(5));
        mvc.perform(get("/api/values?from=latest"))
                .andExpect(jsonPath("$.values", hasSize(0)))
                .andExpect(jsonPath("$.next").value("13:0"));
    }

    @Test
    void bytesThatAreNotTextAreInBase64() throws Exception {
        log.append(Deliveries.of(
                13, Deliveries.run(Deliveries.SESSION, 99, 0, Bytes.wrap(new byte[] {(byte) 0xff, 0}), Bytes.EMPTY)));
        mvc.perform(get("/api/values?from=13"))
                .andExpect(jsonPath("$.values[0].value").value("/wA="))
                .andExpect(jsonPath("$.values[0].encoding").value("base64"))
                .andExpect(jsonPath("$.values[1].value").value(""))
                .andExpect(jsonPath("$.values[1].encoding").doesNotExist());
    }

    @Test
    void s12WhatIsGoneIsSaidToBeGone() throws Exception {
        mvc.perform(get("/api/values?from=4:1"))
                .andExpect(status().isGone())
                .andExpect(content().contentType("application/problem+json"))
                .andExpect(jsonPath("$.type").value("urn:synod:problem:gone"))
                .andExpect(jsonPath("$.firstInstance").value(5))
                .andExpect(jsonPath("$.detail", containsString("first retained instance is 5")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "from=0; an instance from 1",
            "from=x; earliest",
            "from=1:-1; earliest",
            "limit=0; 1 to 10000",
            "limit=10001; 1 to 10000",
            "limit=many; 1 to 10000",
            "wait=-1; 0 to 60000",
            "wait=60001; 0 to 60000",
            "form=1; there is no parameter 'form'; allowed are from",
            "from=1&from=2; given 2 times",
            "client=x; instance and the ordinal",
            "client=0/1; instance and the ordinal"
    })
    void badInputIsToldWhatIsAllowed(String query, String allowed) throws Exception {
        mvc.perform(get("/api/values?" + query))
                .andExpect(status().isBadRequest())
                .andExpect(content().contentType("application/problem+json"))
                .andExpect(jsonPath("$.detail", containsString(allowed)));
    }

    @Test
    void aPositionOfAnotherLogIsRefused() throws Exception {
        mvc.perform(get("/api/values?from=5&log=0000000000000abc")).andExpect(status().isOk());
        mvc.perform(get("/api/values?from=5&log=0000000000000def"))
                .andExpect(status().isConflict())
                .andExpect(jsonPath("$.type").value("urn:synod:problem:other-log"));
    }

    @Test
    void beforeALogIsKnownNoPositionIsOneOfAnother() throws Exception {
        DeliveredLog unformed = new DeliveredLog(8, 1_000_000);
        Subscribers readers = new Subscribers(unformed, new LogWatch(unformed), 1);
        MockMvc early = mvc(unformed, readers);
        early.perform(get("/api/values?log=0000000000000abc")).andExpect(status().isOk());
        mvc.perform(get("/api/values?from=5&log=unknown")).andExpect(status().isOk());
        Thread formed = Thread.ofVirtual().start(() -> {
            unformed.nameLog(new LogId(0xdef));
            unformed.append(Deliveries.of(1, 1, "of another log"));
        });
        early.perform(get("/api/values?log=0000000000000abc&wait=20000")).andExpect(status().isConflict());
        formed.join();
        readers.stop();
    }

    @Test
    void l2MorePagesThanThereIsRoomForAreRefused() throws Exception {
        MockHttpServletRequest other = new MockHttpServletRequest();
        assertThat(pages.enter(other)).isTrue();
        mvc.perform(get("/api/values?from=5"))
                .andExpect(status().isTooManyRequests())
                .andExpect(jsonPath("$.type").value("urn:synod:problem:overloaded"));
        pages.leave(other);
        for (int i = 0; i < 3; i++) {
            mvc.perform(get("/api/values?from=5")).andExpect(status().isOk());
        }
    }

    @Test
    void l2WhoWaitsForValuesHoldsNoPage() throws Exception {
        Thread waits = Thread.ofVirtual().start(() -> {
            try {
                mvc.perform(get("/api/values?from=13&wait=20000"));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        mvc.perform(get("/api/values?from=5")).andExpect(status().isOk());
        log.append(Deliveries.of(13, 99, "late"));
        waits.join();
    }

    @Test
    void anEmptyPageWaitsForTheNextValue() throws Exception {
        Thread writer = Thread.ofVirtual().start(() -> {
            log.append(Deliveries.of(13));
            log.append(Deliveries.of(14, 99, "late"));
        });
        mvc.perform(get("/api/values?from=13&wait=20000"))
                .andExpect(jsonPath("$.values[0].value").value("late"))
                .andExpect(jsonPath("$.next").value("15:0"));
        writer.join();
    }

    @Test
    void aPageWithValuesDoesNotWait() throws Exception {
        long start = System.nanoTime();
        mvc.perform(get("/api/values?from=12&wait=20000")).andExpect(jsonPath("$.values", hasSize(2)));
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void aServiceThatEndsAnswersWhoWaitsAndSaysOfItsLearnerNothing() throws Exception {
        Thread end = Thread.ofVirtual().start(subscribers::stop);
        mvc.perform(get("/api/values?from=13&wait=20000"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.values", hasSize(0)))
                .andExpect(jsonPath("$.next").value("13:0"))
                .andExpect(jsonPath("$.stopped").doesNotExist());
        end.join();
    }

    @Test
    void aStoppedLearnerSaysWhy() throws Exception {
        log.stop("below the trim point", false);
        mvc.perform(get("/api/values?from=13&wait=20000"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.values", hasSize(0)))
                .andExpect(jsonPath("$.stopped").value("below the trim point"));
    }

    private ResultActions stream(String query) throws Exception {
        return mvc.perform(get("/api/values?" + query).header("Accept", "application/x-ndjson"));
    }

    private static String line(long instance, int index, String value) {
        return "{\"instance\":" + instance + ",\"index\":" + index + ",\"session\":\"1/1\",\"number\":"
                + (2 * instance + index) + ",\"value\":\"" + value + "\",\"logId\":\"0000000000000abc\"}\n";
    }

    @Test
    void aRangeIsStreamedAsLines() throws Exception {
        stream("from=5:1&to=6")
                .andExpect(status().isOk())
                .andExpect(content().contentType("application/x-ndjson"))
                .andExpect(content().string(line(5, 1, "b5") + line(6, 0, "a6") + line(6, 1, "b6")));
        stream("from=12&limit=1").andExpect(content().string(line(12, 0, "a12")));
        stream("from=12&to=99").andExpect(content().string(line(12, 0, "a12") + line(12, 1, "b12")));
        stream("from=12&client=9/9").andExpect(content().string(""));
        assertThat(subscribers.count()).isZero();
    }

    @Test
    void theLiveLogIsStreamedAsItGrows() throws Exception {
        Thread writer = Thread.ofVirtual().start(() -> {
            log.append(Deliveries.of(13, 26, "a13"));
            log.append(Deliveries.of(14, 28, "a14", "b14"));
        });
        stream("from=13&follow=true&limit=2").andExpect(content().string(line(13, 0, "a13") + line(14, 0, "a14")));
        writer.join();
    }

    @Test
    void aStreamThatCannotBeginIsAProblemAndOneThatBreaksOffEndsWithOne() throws Exception {
        stream("from=1").andExpect(status().isGone()).andExpect(content().contentType("application/problem+json"));
        stream("follow=maybe").andExpect(status().isBadRequest());
        stream("to=0").andExpect(status().isBadRequest());
        stream("from=5&log=0000000000000def").andExpect(status().isConflict());
        Thread end = Thread.ofVirtual().start(() -> log.stop("below the trim point", false));
        stream("from=12:1&follow=true")
                .andExpect(status().isOk())
                .andExpect(content().string(containsString("{\"problem\":{")))
                .andExpect(content().string(containsString("below the trim point")));
        end.join();
    }

    @Test
    void l2MoreStreamsThanThereArePlacesAreRefused() throws Exception {
        assertThat(subscribers.enter()).isTrue();
        stream("from=5")
                .andExpect(status().isTooManyRequests())
                .andExpect(jsonPath("$.detail", containsString("paxos.learner.subscribers-max")));
        subscribers.leave();
        stream("from=5").andExpect(status().isOk());
    }

    @Test
    void aPageMayBeOfOneSessionAlone() throws Exception {
        SessionId other = new SessionId(7, 3);
        log.append(Deliveries.of(13, Deliveries.run(other, 1, 0, Bytes.ofUtf8("theirs"))));
        mvc.perform(get("/api/values?from=6&client=7/3"))
                .andExpect(jsonPath("$.values", hasSize(1)))
                .andExpect(jsonPath("$.values[0].value").value("theirs"))
                .andExpect(jsonPath("$.next").value("14:0"));
    }

    private MockMvc stored(LearnerStore store, long stored) {
        when(store.first()).thenReturn(1L);
        when(store.stored()).thenReturn(stored);
        DeliveredLog of = new DeliveredLog(4, 1_000_000, store, Checkpoints.NONE);
        return mvc(of, new Subscribers(of, new LogWatch(of), 1));
    }

    /** L2: a session that is over for long is not looked for through the whole log while somebody waits. */
    @Test
    void aPageLooksAtABoundedPartOfTheLogAndSaysWhereToGoOn() throws Exception {
        LearnerStore store = mock(LearnerStore.class, withSettings().stubOnly());
        when(store.read(anyLong())).thenAnswer(call -> Deliveries.of(call.getArgument(0), 1, "theirs"));
        MockMvc large = stored(store, 10_000_000);
        int looked = 16 * 8_192;
        for (String wait : new String[] {"", "&wait=20000"}) {
            large.perform(get("/api/values?client=7/3" + wait))
                    .andExpect(status().isOk())
                    .andExpect(jsonPath("$.values", hasSize(0)))
                    .andExpect(jsonPath("$.next").value(looked + 1 + ":0"))
                    .andExpect(jsonPath("$.lastInstance").value(10_000_000));
        }
        when(store.read(looked + 5L)).thenReturn(Deliveries.of(looked + 5L, Deliveries.run(new SessionId(7, 3), 1, 0,
                Bytes.ofUtf8("mine"), Bytes.ofUtf8("mine too"))));
        large.perform(get("/api/values?client=7/3&limit=1&from=" + (looked + 1)))
                .andExpect(jsonPath("$.values[0].value").value("mine"))
                .andExpect(jsonPath("$.next").value(looked + 5 + ":1"));
    }

    @Test
    void f04WhatIsDamagedIsSaidToBe() throws Exception {
        LearnerStore store = mock(LearnerStore.class);
        when(store.read(anyLong())).thenAnswer(call -> Deliveries.of(call.getArgument(0), 1, "v"));
        when(store.read(3)).thenThrow(new RecordDamagedException(3, "a bit flipped in 000012.sst", new IOException()));
        MockMvc damaged = stored(store, 5);
        damaged.perform(get("/api/values?from=1"))
                .andExpect(jsonPath("$.values", hasSize(2)))
                .andExpect(jsonPath("$.next").value("3:0"));
        for (String accept : new String[] {"application/json", "application/x-ndjson"}) {
            damaged.perform(get("/api/values?from=3").header("Accept", accept))
                    .andExpect(status().isInternalServerError())
                    .andExpect(content().contentType("application/problem+json"))
                    .andExpect(jsonPath("$.type").value("urn:synod:problem:damaged"))
                    .andExpect(jsonPath("$.damagedInstance").value(3))
                    .andExpect(jsonPath("$.detail", containsString("another learner has it")));
        }
        damaged.perform(get("/api/values?from=1").header("Accept", "application/x-ndjson"))
                .andExpect(status().isOk())
                .andExpect(content().string(containsString("urn:synod:problem:damaged")));
        damaged.perform(get("/api/values?from=4")).andExpect(jsonPath("$.values", hasSize(2)));
    }
}
