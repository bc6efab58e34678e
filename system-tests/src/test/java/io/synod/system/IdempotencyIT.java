package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value with an {@code Idempotency-Key} is delivered once, wherever it is retried and whoever was killed (rule S8). */
class IdempotencyIT {

    private static final int VALUES = 300;
    private static final int ANSWERED_BEFORE_THE_KILL = 40;
    private static final int THREADS = 8;
    private static final List<String> SERVICES = List.of("client-0", "client-1", "learner-0");

    @TempDir
    private Path directory;

    @Test
    void f13AValueUnderAKeyIsDeliveredOnceWhereverItIsRetried() {
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            cluster.synod().run("start", "client", "2").requireOk();
            String place = created(cluster, "client-0", "order-1", "a");
            for (String service : SERVICES) {
                assertThat(created(cluster, service, "order-1", "a")).as(service).isEqualTo(place);
                Http.Answer other = cluster.submit(service, "order-1", "b");
                assertThat(other.status()).as(other.text()).isEqualTo(422);
                assertThat(other.json().path("type").asString()).isEqualTo("urn:synod:problem:key-of-another-value");
            }
            assertThat(cluster.submit("client-0", "two words", "a").status()).isEqualTo(400);
            assertThat(cluster.deliveredLog("learner-0")).containsExactly(place + " a");

            Map<String, Set<String>> places = new ConcurrentHashMap<>();
            inParallel(SERVICES.size() * VALUES, i -> {
                String key = "at-once-" + i / SERVICES.size();
                String service = SERVICES.get(i % SERVICES.size());
                places.computeIfAbsent(key, _ -> ConcurrentHashMap.newKeySet())
                        .add(created(cluster, service, key, key));
            });
            assertThat(places).hasSize(VALUES).allSatisfy((_, all) -> assertThat(all).hasSize(1));
            assertThat(cluster.deliveredLog("learner-0")).hasSize(1 + VALUES);
            assertThat(cluster.exceptionsLogged()).isEmpty();
        }
    }

    @Test
    void f13RetriesAfterKillsOfTheClientServiceAndTheLearnerFindTheFirst() {
        try (ProcessCluster cluster = ProcessCluster.up(directory)) {
            cluster.synod().run("start", "client", "2").requireOk();
            Map<String, String> answered = new ConcurrentHashMap<>();
            List<String> cutOff = Collections.synchronizedList(new ArrayList<>());
            Semaphore answers = new Semaphore(0);
            Thread kill = Thread.ofVirtual().start(() -> {
                answers.acquireUninterruptibly(ANSWERED_BEFORE_THE_KILL);
                cluster.kill("client-0");
            });
            inParallel(VALUES, i -> {
                try {
                    answered.put("k" + i, created(cluster, "client-0", "k" + i, "v" + i));
                    answers.release();
                } catch (UncheckedIOException _) {
                    cutOff.add("k" + i);
                }
            });
            join(kill);
            assertThat(cutOff).isNotEmpty();
            assertThat(answered).hasSizeGreaterThanOrEqualTo(ANSWERED_BEFORE_THE_KILL);

            retryAll(cluster, "client-1", answered);
            cluster.synod().run("start", "client", "1").requireOk();
            retryAll(cluster, "client-0", answered);
            cluster.kill("learner-0");
            cluster.synod().run("start", "learner", "1").requireOk();
            retryAll(cluster, "client-1", answered);
            assertThat(cluster.deliveredLog("learner-0"))
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, VALUES)
                            .mapToObj(i -> answered.get("k" + i) + " v" + i).toList());
        }
    }

    /** Submits every value again; what was answered before is answered alike. */
    private static void retryAll(ProcessCluster cluster, String service, Map<String, String> answered) {
        inParallel(VALUES, i -> {
            String place = created(cluster, service, "k" + i, "v" + i);
            String before = answered.putIfAbsent("k" + i, place);
            assertThat(before == null ? place : before).as("k%s at %s", i, service).isEqualTo(place);
        });
    }

    /** Submits a value until its outcome is known, and returns its place. */
    private static String created(ProcessCluster cluster, String service, String key, String value) {
        Http.Answer[] answer = new Http.Answer[1];
        Await.until("the outcome of " + key + " at " + service, Duration.ofSeconds(60), () -> {
            answer[0] = cluster.submit(service, key, value);
            return answer[0].status() != 504 && answer[0].status() != 503 && answer[0].status() != 429;
        });
        assertThat(answer[0].status()).as(answer[0].text()).isEqualTo(201);
        return answer[0].json().path("instance").asLong() + ":" + answer[0].json().path("index").asInt(-1);
    }

    private interface Job {
        void run(int number);
    }

    private static void inParallel(int jobs, Job job) {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(jobs);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < jobs; i++) {
                int number = i;
                threads.execute(() -> {
                    try {
                        job.run(number);
                    } catch (RuntimeException | AssertionError e) {
                        failures.add(e);
                    } finally {
                        done.countDown();
                    }
                });
            }
            assertThat(done.await(3, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        assertThat(failures).isEmpty();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
