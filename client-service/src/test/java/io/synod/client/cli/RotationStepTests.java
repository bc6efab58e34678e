package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotationStepTests {

    private static List<SealKey> oneOfEachId() {
        List<SealKey> keys = new ArrayList<>();
        SecureRandom random = new SecureRandom();
        for (int id = SealKey.ID_MIN; id <= SealKey.ID_MAX; id++) {
            keys.add(SealKey.draw(id, random));
        }
        return keys;
    }

    @Test
    void ofAnyTwoKeysOneIsNewerAndEachOrderAllowsItsOwnStep() {
        int pairs = 0;
        List<SealKey> keys = oneOfEachId();
        for (SealKey one : keys) {
            assertThat(RotationStep.next(KeyRing.of(one))).isEqualTo(RotationStep.ADD);
            for (SealKey other : keys) {
                if (!one.equals(other)) {
                    boolean newer = RotationStep.isLater(one.id(), other.id());
                    assertThat(RotationStep.isLater(other.id(), one.id())).isEqualTo(!newer);
                    assertThat(RotationStep.next(KeyRing.of(one, other)))
                            .isEqualTo(newer ? RotationStep.RETIRE : RotationStep.PROMOTE);
                    pairs++;
                }
            }
        }
        assertThat(pairs).isEqualTo(255 * 254);
    }

    @Test
    void theIdsAfterOneAreLaterAndGoRound() {
        for (int id = SealKey.ID_MIN; id <= SealKey.ID_MAX; id++) {
            assertThat(RotationStep.isLater(id, id)).isFalse();
            for (int places = 1; places <= SealKey.ID_MAX - SealKey.ID_MIN; places++) {
                int after = RotationStep.idAfter(id, places);
                assertThat(after).isBetween(SealKey.ID_MIN, SealKey.ID_MAX);
                assertThat(RotationStep.isLater(after, id)).isEqualTo(places <= RotationStep.LATER_IDS);
            }
        }
        assertThat(RotationStep.idAfter(255, 1)).isEqualTo(1);
    }

    @Test
    void laterIdsAreNamedAsRanges() {
        assertThat(RotationStep.laterIds(1)).isEqualTo("2 to 128");
        assertThat(RotationStep.laterIds(128)).isEqualTo("129 to 255");
        assertThat(RotationStep.laterIds(129)).isEqualTo("130 to 255 and 1");
        assertThat(RotationStep.laterIds(254)).isEqualTo("255 and 1 to 126");
        assertThat(RotationStep.laterIds(255)).isEqualTo("1 to 127");
    }
}
