package io.synod.client.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.RefusalReason;
import io.synod.protocol.Bytes;
import io.synod.protocol.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/** The status and the body that answer each outcome. */
class ValuesControllerTests {

    private static final int VALUE_BYTES_MAX = 16;

    private final List<Bytes> submitted = new ArrayList<>();
    private final List<@Nullable Bytes> keys = new ArrayList<>();
    private CompletableFuture<ValueOutcome> outcome = new CompletableFuture<>();
    private final ByteBudget budget = new ByteBudget(2 * VALUE_BYTES_MAX);
    private final MockMvcTester mvc = MockMvcTester.create(MockMvcBuilders.standaloneSetup(
            new ValuesController(this::submit, VALUE_BYTES_MAX, budget, Duration.ofMillis(10)))
            .build());

    private CompletableFuture<ValueOutcome> submit(Bytes value, @Nullable Bytes key) {
        submitted.add(value);
        keys.add(key);
        return outcome;
    }

    @Test
    void aDecidedValueIsCreatedAtItsPlace() {
        MvcTestResult result = post(new ValueOutcome.Decided(7, 2), "hello");
        assertThat(result).hasStatus(201).bodyJson().isStrictlyEqualTo("{\"instance\":7,\"index\":2}");
        assertThat(submitted).containsExactly(Bytes.ofUtf8("hello"));
    }

    @Test
    void anIndexThatTheClientCannotKnowIsNull() {
        assertThat(post(new ValueOutcome.Decided(7, -1), "hello"))
                .hasStatus(201)
                .bodyJson()
                .isStrictlyEqualTo("{\"instance\":7,\"index\":null}");
    }

    @Test
    void anEmptyBodyIsAnEmptyValue() {
        assertThat(post(new ValueOutcome.Decided(7, 2), "")).hasStatus(201);
        assertThat(submitted).containsExactly(Bytes.EMPTY);
    }

    @Test
    void aValueThatIsTooLargeIsNotSubmittedAndTheLimitIsNamed() {
        MvcTestResult result = post(new ValueOutcome.Decided(7, 2), "x".repeat(VALUE_BYTES_MAX + 1));
        assertProblem(result, 413, "urn:synod:problem:too-large");
        assertThat(result).bodyJson().extractingPath("$.detail").asString().contains("16 bytes");
        assertThat(submitted).isEmpty();
        assertThat(post(new ValueOutcome.Decided(7, 2), "x".repeat(VALUE_BYTES_MAX))).hasStatus(201);
    }

    @Test
    void aFullClientAsksToTryAgainLater() {
        MvcTestResult result = post(new ValueOutcome.Overloaded(), "hello");
        assertProblem(result, 429, "urn:synod:problem:overloaded");
        assertThat(result).hasHeader("Retry-After", "1");
    }

    @Test
    void l2ABodyIsReadOnlyWhereThereIsRoomForItsBytes() {
        assertThat(budget.take(2 * VALUE_BYTES_MAX - 4)).isTrue();
        assertProblem(post(new ValueOutcome.Decided(7, 2), "hello"), 429, "urn:synod:problem:overloaded");
        assertThat(submitted).isEmpty();
        assertThat(post(new ValueOutcome.Decided(7, 2), "four")).hasStatus(201);
        budget.give(2 * VALUE_BYTES_MAX - 4);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void l2TheBytesOfAValueAreGivenBackWithItsOutcome() {
        for (int i = 0; i < 20; i++) {
            post(new ValueOutcome.Unknown(new SessionId(5, 1), 12), "hello");
            post(new ValueOutcome.Decided(7, 2), "x".repeat(VALUE_BYTES_MAX + 1));
        }
        assertThat(budget.taken()).isZero();
    }

    @Test
    void anOverloadedClusterToo() {
        assertProblem(post(new ValueOutcome.Refused(RefusalReason.OVERLOADED), "a"), 429,
                "urn:synod:problem:overloaded");
    }

    @Test
    void whatIsCertainlyNotSubmittedIsUnavailable() {
        for (RefusalReason reason : List.of(RefusalReason.NO_LEADER, RefusalReason.NOT_SENT,
                RefusalReason.SESSION_ENDED)) {
            MvcTestResult result = post(new ValueOutcome.Refused(reason), "hello");
            assertProblem(result, 503, "urn:synod:problem:not-submitted");
            assertThat(result).bodyJson().extractingPath("$.reason").isEqualTo(reason.name());
        }
        assertProblem(post(new ValueOutcome.NotRunning("FAILED"), "a"), 503, "urn:synod:problem:not-submitted");
    }

    @Test
    void anUnknownOutcomeNamesSessionAndNumber() {
        MvcTestResult result = post(new ValueOutcome.Unknown(new SessionId(5, 1), 12), "hello");
        assertProblem(result, 504, "urn:synod:problem:unknown");
        assertThat(result).bodyJson().extractingPath("$.session").isEqualTo("5/1");
        assertThat(result).bodyJson().extractingPath("$.number").isEqualTo(12);
    }

    @Test
    void aLoopThatGivesNoOutcomeInTimeIsUnknownToo() {
        outcome = new CompletableFuture<>();
        MvcTestResult result = mvc.post().uri("/api/values").content("hello").exchange();
        assertProblem(result, 504, "urn:synod:problem:unknown");
        assertThat(result).bodyJson().hasPathSatisfying("$.session", session -> assertThat(session).isNull());
        assertThat(result).bodyJson().hasPathSatisfying("$.number", number -> assertThat(number).isNull());
    }

    @Test
    void anIdempotencyKeyGoesWithItsValue() {
        outcome = CompletableFuture.completedFuture(new ValueOutcome.Decided(7, 2));
        String longest = "~".repeat(64);
        assertThat(postKeyed("order-1")).hasStatus(201).bodyJson().isStrictlyEqualTo("{\"instance\":7,\"index\":2}");
        assertThat(postKeyed(longest)).hasStatus(201);
        assertThat(post(new ValueOutcome.Decided(8, 0), "hello")).hasStatus(201);
        assertThat(keys).containsExactly(Bytes.ofUtf8("order-1"), Bytes.ofUtf8(longest), null);
    }

    @Test
    void aKeyThatIsNotAllowedIsToldWhatIs() {
        for (String[] bad : new String[][] {{""}, {"a b"}, {"k".repeat(65)}, {"caf\u00e9"}, {"a\tb"}, {"a", "b"}}) {
            MvcTestResult result = postKeyed(bad);
            assertProblem(result, 400, "urn:synod:problem:bad-idempotency-key");
            assertThat(result).bodyJson().extractingPath("$.detail").asString().contains("1 to 64", "printable ASCII");
        }
        assertThat(submitted).isEmpty();
    }

    @Test
    void aKeyThatStandsForAnotherValueIsUnprocessable() {
        outcome = CompletableFuture.completedFuture(new ValueOutcome.Refused(RefusalReason.KEY_OF_ANOTHER_VALUE));
        MvcTestResult result = postKeyed("order-1");
        assertProblem(result, 422, "urn:synod:problem:key-of-another-value");
        assertThat(result).bodyJson().extractingPath("$.detail").asString().contains("Idempotency-Key",
                "not delivered");
    }

    private MvcTestResult postKeyed(String... values) {
        return mvc.post().uri("/api/values").header("Idempotency-Key", (Object[]) values).content("hello").exchange();
    }

    private MvcTestResult post(ValueOutcome answer, String body) {
        outcome = CompletableFuture.completedFuture(answer);
        return mvc.post().uri("/api/values").content(body).exchange();
    }

    private static void assertProblem(MvcTestResult result, int status, String type) {
        assertThat(result).hasStatus(status).hasContentType("application/problem+json");
        assertThat(result).bodyJson().extractingPath("$.type").isEqualTo(type);
        assertThat(result).bodyJson().extractingPath("$.status").isEqualTo(status);
    }
}
