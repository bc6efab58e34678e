package io.synod.acceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.message.Accepted;
import io.synod.role.Invariant;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AcceptedRingTests {

    private static Accepted accepted(long instance, long round, int bytes) {
        Bytes value = Bytes.wrap(new byte[bytes]);
        return new Accepted(new Ballot(round, 0, 1), instance, value.checksum(), value);
    }

    @Test
    void behavesAsAnOrderedMapUnderAnyRunOfPutsAndTrims() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int instancesMax = random.nextInt(1, 5_000);
            long start = random.nextBoolean() ? 0 : random.nextLong(1L << 40);
            AcceptedRing ring = new AcceptedRing(instancesMax, Long.MAX_VALUE / 4, start);
            TreeMap<Long, Accepted> model = new TreeMap<>();
            long trimPoint = start;
            for (int step = 1; step <= 300; step++) {
                long instance = trimPoint + random.nextLong(-5, instancesMax + 5L);
                if (random.nextInt(10) == 0 && instance >= trimPoint) {
                    ring.trim(instance);
                    trimPoint = instance;
                    model.headMap(instance, true).clear();
                } else if (instance > trimPoint && ring.hasRoom(instance, 3)) {
                    model.put(instance, accepted(instance, step, 3));
                    ring.put(model.get(instance));
                } else {
                    assertThat(instance <= trimPoint || instance > trimPoint + instancesMax).isTrue();
                    assertThat(ring.get(instance)).isNull();
                }
                assertThat(ring.stored()).isEqualTo(model.size());
                assertThat(ring.bytes()).isEqualTo(model.size() * (3L + AcceptedRing.INSTANCE_OVERHEAD_BYTES));
                assertThat(ring.highest()).isEqualTo(model.isEmpty() ? ring.highest() : model.lastKey());
                assertThat(ring.trimPoint()).isEqualTo(trimPoint);
            }
            for (long instance = trimPoint - 3; instance <= trimPoint + instancesMax + 3; instance++) {
                assertThat(ring.get(instance)).isSameAs(model.get(instance));
            }
        }
    }

    @Test
    void instancesOfOneSlotAreNeverTakenForEachOther() {
        AcceptedRing ring = new AcceptedRing(1 << 20, Long.MAX_VALUE / 4, 0);
        ring.put(accepted(5, 1, 0));
        int slots = ring.slots();

        assertThat(ring.get(5L + slots)).isNull();
        ring.put(accepted(5L + slots, 1, 0));
        assertThat(ring.slots()).isEqualTo(2 * slots);
        assertThat(ring.get(5)).isNotNull();
        assertThat(ring.get(5L + 2L * slots)).isNull();
    }

    @Test
    void growsByDoublingAndNeverBeyondItsBound() {
        AcceptedRing ring = new AcceptedRing(10_000, Long.MAX_VALUE / 4, 0);
        assertThat(ring.slots()).isEqualTo(1_024);
        ring.put(accepted(1_025, 1, 0));
        assertThat(ring.slots()).isEqualTo(2_048);
        ring.put(accepted(10_000, 1, 0));
        assertThat(ring.slots()).isEqualTo(16_384);

        assertThat(ring.hasRoom(10_001, 0)).isFalse();
        assertThat(ring.hasRoom(Long.MAX_VALUE, 0)).isFalse();
        assertThatExceptionOfType(Invariant.Violation.class).isThrownBy(() -> ring.put(accepted(10_001, 1, 0)));
    }

    @Test
    void atTheByteBoundRefusesNewInstancesButFillsGaps() {
        int cost = 100 + AcceptedRing.INSTANCE_OVERHEAD_BYTES;
        AcceptedRing ring = new AcceptedRing(1_000, 8L * cost, 0);
        for (long instance = 3; instance <= 10; instance++) {
            assertThat(ring.hasRoom(instance, 100)).isTrue();
            ring.put(accepted(instance, 1, 100));
        }

        assertThat(ring.hasRoom(11, 0)).isFalse();
        assertThat(ring.hasRoom(1, 100)).isTrue();
        ring.put(accepted(1, 1, 100));
        ring.put(accepted(2, 1, 100));
        assertThat(ring.hasRoom(10, 101)).isFalse();
        assertThat(ring.hasRoom(10, 100)).isTrue();
        ring.trim(4);
        assertThat(ring.hasRoom(11, 100)).isTrue();
    }

    @Test
    void aLowerOrEqualBallotNeverReplaces() {
        AcceptedRing ring = new AcceptedRing(10, 1_000_000, 0);
        ring.put(accepted(1, 2, 0));

        assertThatExceptionOfType(Invariant.Violation.class).isThrownBy(() -> ring.put(accepted(1, 2, 0)))
                .withMessageContaining("S5");
        assertThatExceptionOfType(Invariant.Violation.class).isThrownBy(() -> ring.put(accepted(1, 1, 0)));
    }

    @Test
    void itIsNearlyFullAboveThreeQuartersOfItsInstancesOrBytes() {
        AcceptedRing ring = new AcceptedRing(100, 1 << 20, 0);
        ring.put(new Accepted(new Ballot(1, 0, 1), 75, 0, Bytes.EMPTY));
        assertThat(ring.isNearlyFull()).isFalse();
        ring.put(new Accepted(new Ballot(1, 0, 1), 76, 0, Bytes.EMPTY));
        assertThat(ring.isNearlyFull()).isTrue();
        ring.trim(76);
        assertThat(ring.isNearlyFull()).isFalse();
        ring.put(new Accepted(new Ballot(1, 0, 1), 77, 0, Bytes.wrap(new byte[3 << 18])));
        assertThat(ring.isNearlyFull()).isTrue();
    }
}
