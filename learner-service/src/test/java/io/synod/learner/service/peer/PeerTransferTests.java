package io.synod.learner.service.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.synod.http.ServiceCalls;
import io.synod.learner.Delivered;
import io.synod.learner.Doubt;
import io.synod.learner.LearnerRecovery;
import io.synod.learner.LearnerSnapshot;
import io.synod.learner.StoreDamage;
import io.synod.learner.service.DeliveredLog;
import io.synod.learner.storage.Checkpoints;
import io.synod.learner.storage.LearnerStore;
import io.synod.learner.storage.RecordDamagedException;
import io.synod.learner.storage.StoreReports;
import io.synod.protocol.Bytes;
import io.synod.protocol.LogId;
import io.synod.protocol.StorageId;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import io.synod.runtime.StorageState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.util.UriComponentsBuilder;

/** What one learner serves another takes, also where the connection breaks off or bytes are not as they were sent. */
@Timeout(60)
class PeerTransferTests {

    private static final long FIRST = 101;
    private static final long LAST = 900;
    private static final long CLUSTER = 42;
    private static final SealKey KEY = SealKey.draw(1, new SplittableRandom(2));

    /** A store that keeps a part of a log, and a snapshot before it. */
    private static final class PartialStore implements LearnerStore {
        private final LearnerSnapshot snapshot = new LearnerSnapshot(200, LogId.UNKNOWN, batch(5_000_000, 200_000));

        @Override
        public LearnerRecovery recover() {
            return LearnerRecovery.empty(new StorageId(1, 1));
        }

        @Override
        public void attach(StoreReports reports) {}

        private volatile @Nullable StoreDamage damage;

        @Override
        public void append(Delivered delivered, LogId logId) {}

        @Override
        public void snapshot(LearnerSnapshot taken) {}

        @Override
        public void restore(LearnerSnapshot taken) {}

        @Override
        public long first() {
            return FIRST;
        }

        @Override
        public long stored() {
            return LAST;
        }

        @Override
        public @Nullable Delivered read(long instance) {
            StoreDamage known = damage;
            if (known != null && instance >= known.first() && instance <= known.last()) {
                throw new RecordDamagedException(instance, known.what(), new IOException());
            }
            return instance < FIRST || instance > LAST ? null
                    : new Delivered(instance, batch(instance, 300), List.of());
        }

        @Override
        public @Nullable LearnerSnapshot snapshotAtOrBelow(long instance) {
            return instance < snapshot.instance() ? null : snapshot;
        }

        @Override
        public @Nullable StoreDamage damage() {
            return damage;
        }

        @Override
        public void doubt(Doubt why) {}

        @Override
        public StorageState state() {
            return StorageState.MEMORY;
        }

        @Override
        public @Nullable String failure() {
            return null;
        }

        @Override
        public void close() {}
    }

    private volatile @Nullable KeyRing serverKeys;
    private @Nullable KeyRing keys;
    private final PartialStore store = new PartialStore();
    private final PeerController controller = new PeerController(
            new DeliveredLog(2, 1, store, Checkpoints.NONE), store, Checkpoints.NONE,
            new PeerSeals(() -> this.serverKeys, CLUSTER, new SplittableRandom(1)));
    private final List<String> asked = new ArrayList<>();
    private UnaryOperator<byte[]> damage = bytes -> bytes;
    private Consumer<Headers> change = _ -> {};
    private HttpServer server;
    private PeerSource source;

    private static Bytes batch(long seed, int bytes) {
        byte[] batch = new byte[bytes];
        new SplittableRandom(seed).nextBytes(batch);
        return Bytes.wrap(batch);
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/peer", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        source = new PeerSource(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), ServiceCalls.plain(),
                new PeerSeals(() -> keys, CLUSTER, new SplittableRandom(3)));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().toString());
        var query = UriComponentsBuilder.fromUri(exchange.getRequestURI()).build().getQueryParams();
        MockHttpServletRequest request = new MockHttpServletRequest("GET", exchange.getRequestURI().getPath());
        request.setQueryString(exchange.getRequestURI().getRawQuery());
        String drawn = exchange.getRequestHeaders().getFirst(PeerSeals.ASKED);
        if (drawn != null) {
            request.addHeader(PeerSeals.ASKED, drawn);
        }
        MockHttpServletResponse response = new MockHttpServletResponse();
        try {
            if (exchange.getRequestURI().getPath().endsWith("/log")) {
                controller.log(Long.parseLong(String.valueOf(query.getFirst("from"))), request, response);
            } else {
                controller.snapshot(Long.parseLong(String.valueOf(query.getFirst("instance"))),
                        Integer.parseInt(String.valueOf(query.getFirst("offset"))), request, response);
            }
            for (String name : response.getHeaderNames()) {
                exchange.getResponseHeaders().add(name, String.valueOf(response.getHeader(name)));
            }
            change.accept(exchange.getResponseHeaders());
            byte[] whole = response.getContentAsByteArray();
            byte[] sent = damage.apply(whole);
            exchange.sendResponseHeaders(200, whole.length);
            exchange.getResponseBody().write(sent);
            exchange.getResponseBody().flush();
            if (sent.length < whole.length) {
                throw new IOException("the connection breaks off");
            }
            exchange.close();
        } catch (ErrorResponseException e) {
            exchange.sendResponseHeaders(e.getStatusCode().value(), -1);
            exchange.close();
        }
    }

    private List<Bytes> take(long from) throws IOException, InterruptedException {
        List<Bytes> taken = new ArrayList<>();
        var _ = source.log(from, (_, first, batches) -> {
            assertThat(first).isEqualTo(from + taken.size());
            taken.addAll(batches);
        });
        return taken;
    }

    private static List<Bytes> log(long from) {
        List<Bytes> log = new ArrayList<>();
        for (long instance = from; instance <= LAST; instance++) {
            log.add(batch(instance, 300));
        }
        return log;
    }

    @Test
    void theLogIsTakenFromAnyInstanceThatIsThere() throws Exception {
        assertThat(take(FIRST)).isEqualTo(log(FIRST));
        assertThat(take(LAST)).isEqualTo(log(LAST));
        assertThat(take(LAST + 1)).isEmpty();
    }

    @Test
    void s12WhatIsThereNoMoreIsToldAsGone() {
        assertThatThrownBy(() -> take(FIRST - 1)).isInstanceOf(PeerSource.GoneException.class)
                .hasMessageContaining("410");
    }

    /** What cannot be read is taken from somebody else, and so is a snapshot after which it would be missing. */
    @Test
    void whatIsDamagedIsNotGivenAndWhatStandsBeforeAndAfterItIs() throws Exception {
        long damaged = store.snapshot.instance() + 20;
        store.damage = new StoreDamage(damaged, damaged + 2, "a bit flipped");
        assertThat(take(FIRST)).isEqualTo(log(FIRST).subList(0, (int) (damaged - FIRST)));
        assertThatThrownBy(() -> take(damaged)).isInstanceOf(IOException.class).hasMessageContaining("503");
        assertThat(take(damaged + 3)).isEqualTo(log(damaged + 3));
        assertThatThrownBy(() -> source.snapshot()).isInstanceOf(PeerSource.GoneException.class);
    }

    /** What came before the break counts; the rest is asked for from there on. */
    @Test
    void aTransferThatBreaksOffIsTakenUpWhereItBroke() throws Exception {
        takeOverBreaks();
    }

    private void takeOverBreaks() throws Exception {
        damage = bytes -> Arrays.copyOf(bytes, Math.min(bytes.length, 200_000));
        List<Bytes> taken = new ArrayList<>();
        int breaks = 0;
        while (taken.size() < LAST - FIRST + 1 && breaks < 100) {
            try {
                var _ = source.log(FIRST + taken.size(), (_, _, batches) -> taken.addAll(batches));
            } catch (IOException e) {
                breaks++;
            }
        }
        assertThat(breaks).isPositive();
        assertThat(taken).isEqualTo(log(FIRST));
    }

    @Test
    void noDamagedByteIsTaken() {
        for (int at : new int[] {0, 7, 8, 15, 16, 19, 20, 100, 10_000}) {
            damage = bytes -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= 0x40;
                return flipped;
            };
            assertThatThrownBy(() -> take(FIRST)).as("byte %s", at).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSnapshotComesWholeAlsoInParts() throws Exception {
        assertThat(source.snapshot()).isEqualTo(store.snapshot);
        asked.clear();
        damage = bytes -> Arrays.copyOf(bytes, Math.min(bytes.length, 80_000));
        assertThat(source.snapshot()).isEqualTo(store.snapshot);
        assertThat(asked).hasSizeGreaterThan(2);
        damage = bytes -> {
            byte[] flipped = bytes.clone();
            flipped[77] ^= 1;
            return flipped;
        };
        assertThatThrownBy(() -> source.snapshot()).isInstanceOf(IOException.class).hasMessageContaining("checksum");
    }

    private void seal(KeyRing server, KeyRing own) {
        serverKeys = server;
        keys = own;
    }

    private void requireNothingTaken(String as) {
        assertThatThrownBy(() -> source.log(FIRST, (_, _, _) -> {
            throw new AssertionError("something was taken");
        })).as(as).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsSealedComesWholeAlsoInPartsAndWhileKeysAreRotated() throws Exception {
        seal(KeyRing.of(KEY), KeyRing.of(KEY));
        assertThat(take(FIRST)).isEqualTo(log(FIRST));
        assertThat(source.snapshot()).isEqualTo(store.snapshot);
        SealKey next = SealKey.draw(2, new SplittableRandom(4));
        seal(KeyRing.of(next, KEY), KeyRing.of(KEY, next));
        assertThat(take(LAST)).isEqualTo(log(LAST));
        asked.clear();
        damage = bytes -> Arrays.copyOf(bytes, Math.min(bytes.length, 80_000));
        assertThat(source.snapshot()).isEqualTo(store.snapshot);
        assertThat(asked).hasSizeGreaterThan(2);
        takeOverBreaks();
    }

    /** S11: who answers is believed, so it must be a node of the cluster, and answer this question. */
    @Test
    void s11NothingIsTakenFromWhoHasNotTheKey() throws Exception {
        seal(KeyRing.of(KEY), KeyRing.of(KEY));
        serverKeys = null;
        assertThatThrownBy(() -> take(FIRST)).isInstanceOf(PeerSource.RefusedException.class)
                .hasMessageContaining("plain text");
        serverKeys = KeyRing.of(SealKey.draw(2, new SplittableRandom(5)));
        assertThatThrownBy(() -> take(FIRST)).isInstanceOf(PeerSource.RefusedException.class)
                .hasMessageContaining("key 2");
        serverKeys = KeyRing.of(SealKey.draw(1, new SplittableRandom(5)));
        requireNothingTaken("another key of the same number");
        serverKeys = KeyRing.of(KEY);
        change = headers -> headers.set(PeerController.LOG_ID, "77");
        requireNothingTaken("the name of another log");
        change = _ -> {};
        for (int at : new int[] {0, 3, 4, 100, 10_000, 65_535}) {
            damage = bytes -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= 0x40;
                return flipped;
            };
            requireNothingTaken("byte " + at);
        }
    }

    /** S11: what was once an answer is none to another question, though it is the same one. */
    @Test
    void s11AnAnswerThatWasRecordedIsNotTakenAgain() throws Exception {
        seal(KeyRing.of(KEY), KeyRing.of(KEY));
        List<byte[]> bodies = new ArrayList<>();
        List<String> seals = new ArrayList<>();
        damage = bytes -> {
            bodies.add(bytes);
            return bytes;
        };
        change = headers -> seals.add(headers.getFirst(PeerSeals.SEALED));
        assertThat(take(LAST)).hasSize(1);
        damage = _ -> bodies.getFirst();
        change = headers -> headers.set(PeerSeals.SEALED, seals.getFirst());
        assertThatThrownBy(() -> take(LAST)).isInstanceOf(IOException.class).hasMessageContaining("sealed");
    }

    @Test
    void whoHasAKeyAnswersNobodyWhoDrewNothing() {
        seal(KeyRing.of(KEY), KeyRing.of(KEY));
        keys = null;
        assertThatThrownBy(() -> take(FIRST)).isInstanceOf(IOException.class).hasMessageContaining("400");
    }

    @Test
    void aFrameOfAnotherInstanceOrLengthIsRefused() throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        LogFrames.write(7, batch(7, 10), new DataOutputStream(frames));
        assertThatThrownBy(() -> LogFrames.read(8, new DataInputStream(new ByteArrayInputStream(frames.toByteArray()))))
                .isInstanceOf(IOException.class).hasMessageContaining("instance 8 was due");
    }
}
