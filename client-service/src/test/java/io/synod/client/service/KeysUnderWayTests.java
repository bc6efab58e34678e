package io.synod.client.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.client.RefusalReason;
import io.synod.client.ValueKey;
import io.synod.protocol.Bytes;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KeysUnderWayTests {

    private static final ValueOutcome DECIDED = new ValueOutcome.Decided(7, 2);

    private final KeysUnderWay keys = new KeysUnderWay();
    private final CompletableFuture<ValueOutcome> first = new CompletableFuture<>();
    private final CompletableFuture<ValueOutcome> second = new CompletableFuture<>();

    private static ValueKey key(String key, String value) {
        return ValueKey.of(Bytes.ofUtf8(key), Bytes.ofUtf8(value));
    }

    @Test
    void whoComesWithAKeyUnderWayGetsTheOutcomeOfTheFirst() {
        assertThat(keys.join(key("k", "a"), first)).isFalse();
        keys.begin(5, key("k", "a"), first);
        assertThat(keys.join(key("k", "a"), second)).isTrue();
        assertThat(second).isNotDone();
        assertThat(keys.complete(5, DECIDED)).isTrue();
        assertThat(first).isCompletedWithValue(DECIDED);
        assertThat(second).isCompletedWithValue(DECIDED);
    }

    @Test
    void anotherValueUnderTheKeyIsRefusedAtOnce() {
        keys.begin(5, key("k", "a"), first);
        assertThat(keys.join(key("k", "b"), second)).isTrue();
        assertThat(second).isCompletedWithValue(new ValueOutcome.Refused(RefusalReason.KEY_OF_ANOTHER_VALUE));
        assertThat(first).isNotDone();
    }

    @Test
    void afterTheOutcomeTheKeyIsSubmittedAnew() {
        keys.begin(5, key("k", "a"), first);
        keys.complete(5, DECIDED);
        assertThat(keys.join(key("k", "a"), second)).isFalse();
        assertThat(keys.complete(5, DECIDED)).isFalse();
        assertThat(keys.complete(6, DECIDED)).isFalse();
    }
}
