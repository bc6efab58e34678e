package io.synod.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.codec.DatagramWriter;
import io.synod.protocol.codec.MessageSize;
import io.synod.protocol.message.AcceptedEntry;
import io.synod.protocol.message.Promise;
import io.synod.protocol.message.TrimRequest;
import io.synod.role.Effects.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PromisePagesTests {

    private static final Ballot BALLOT = new Ballot(1, 0, 5);

    /** Values of all sizes, gaps, a trim point, any datagram size: pages lost and asked for again end with all there is. */
    @Test
    void pagesTogetherTellEverythingAndClaimNoMoreThanTheyTell() {
        for (int seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            AcceptorSettings settings = AcceptorBench.SETTINGS
                    .withDatagramBytesMax(random.nextInt(548, random.nextBoolean() ? 1_473 : 65_508))
                    .withReplies(random.nextInt(1, 9), 100, random.nextInt(1, 10_000));
            AcceptorBench bench = new AcceptorBench(settings);
            long trimPoint = random.nextInt(4) == 0 ? random.nextInt(1, 50) : 0;
            NavigableMap<Long, Bytes> stored = fill(bench, random, trimPoint);

            long from = random.nextLong(1, 120);
            Map<Long, Bytes> told = new TreeMap<>();
            long next = from;
            while (next != Promise.NOTHING_ABOVE) {
                List<Outgoing> answer = bench.prepare(BALLOT, next);
                assertThat(answer).hasSizeBetween(1, settings.promisePagesMax());
                // The later pages of an answer may be lost; each stands alone.
                for (Outgoing outgoing : answer.subList(0, random.nextInt(1, answer.size() + 1))) {
                    Promise page = (Promise) outgoing.message();
                    assertThat(page.from()).isEqualTo(next);
                    assertHonest(page, stored, settings.datagramBytesMax(), trimPoint);
                    page.entries().forEach(entry -> told.put(entry.instance(), entry.value()));
                    next = page.through() == Promise.NOTHING_ABOVE ? Promise.NOTHING_ABOVE : page.through() + 1;
                }
            }
            assertThat(told).isEqualTo(stored.tailMap(Math.max(from, trimPoint + 1), true));
        }
    }

    private static NavigableMap<Long, Bytes> fill(AcceptorBench bench, SplittableRandom random, long trimPoint) {
        TreeMap<Long, Bytes> stored = new TreeMap<>();
        int sizeMax = random.nextInt(1, 3_000);
        for (long instance = 1; instance <= 100; instance++) {
            if (random.nextInt(3) > 0) {
                Bytes value = Bytes.wrap(new byte[random.nextInt(sizeMax)]);
                bench.accept(BALLOT, instance, value);
                stored.put(instance, value);
            }
        }
        if (trimPoint > 0) {
            bench.give(AcceptorBench.learner(0), new TrimRequest(trimPoint));
            for (int learner = 0; learner < 3; learner++) {
                bench.report(learner, 1, trimPoint);
            }
            stored.headMap(trimPoint, true).clear();
        }
        return stored;
    }

    private static void assertHonest(Promise page, NavigableMap<Long, Bytes> stored, int datagramBytesMax,
            long trimPoint) {
        assertThat(page.trimPoint()).isEqualTo(trimPoint);
        assertThat(page.storageIds()).isEqualTo(AcceptorBench.NOTED);
        List<AcceptedEntry> expected = new ArrayList<>();
        for (Map.Entry<Long, Bytes> entry : stored.subMap(page.from(), true, page.through(), true).entrySet()) {
            expected.add(new AcceptedEntry(entry.getKey(), BALLOT, entry.getValue()));
        }
        assertThat(page.entries()).isEqualTo(expected);
        assertThat(DatagramWriter.fits(MessageSize.of(page), datagramBytesMax) || expected.size() == 1).isTrue();
    }

    @Test
    void nothingAcceptedIsOnePageThatSaysSo() {
        AcceptorBench bench = new AcceptorBench();

        assertThat(bench.prepare(BALLOT, 17)).containsExactly(new Outgoing(AcceptorBench.LAYOUT.proposer(0),
                new Promise(BALLOT, 17, Promise.NOTHING_ABOVE, List.of(), 0, 0, AcceptorBench.LOG,
                        AcceptorBench.NOTED)));
    }

    @Test
    void phase1ExtendsDownwardsAtTheSameBallot() {
        AcceptorBench bench = new AcceptorBench();
        bench.accept(BALLOT, 3, AcceptorBench.value(3));
        assertThat(((Promise) bench.prepare(BALLOT, 10).getFirst().message()).entries()).isEmpty();

        assertThat(((Promise) bench.prepare(BALLOT, 2).getFirst().message()).entries())
                .containsExactly(new AcceptedEntry(3, BALLOT, AcceptorBench.value(3)));
    }
}
