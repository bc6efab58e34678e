package io.synod.benchmarks;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.AcceptorWrite;
import io.synod.acceptor.storage.DurableAcceptorStore;
import io.synod.protocol.Ballot;
import io.synod.protocol.Bytes;
import io.synod.protocol.StorageId;
import io.synod.role.Write;
import io.synod.runtime.CommitReports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;

/**
 * How long an acceptor's store with a million instances takes from the start of a new process until all is read and checked.
 * One process fills it and is killed, then others read it in turn.
 *
 * <pre>
 *   java -cp 'target/synod-benchmarks-VERSION.jar:target/lib/*' io.synod.benchmarks.StoreRecovery DIRECTORY [BYTES] [TURNS]
 * </pre>
 *
 * The directory must not exist; what was written there stays.
 */
public final class StoreRecovery {

    private static final int INSTANCES = 1_000_000;
    private static final int GROUP = 100;
    private static final Ballot BALLOT = new Ballot(1, 0, 1);

    private StoreRecovery() {}

    /** Runs all of it; or, started by itself, one process of it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Path.of(args[0]);
        String bytes = args.length > 1 ? args[1] : "100";
        String what = args.length > 2 ? args[2] : "3";
        switch (what) {
            case "fill" -> fill(directory, Integer.parseInt(bytes));
            case "recover" -> recover(directory);
            default -> {
                run(directory, bytes, "fill");
                for (int turn = 0; turn < Integer.parseInt(what); turn++) {
                    run(directory, bytes, "recover");
                }
            }
        }
    }

    private static void run(Path directory, String bytes, String what) throws IOException, InterruptedException {
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                StoreRecovery.class.getName(), directory.toString(), bytes, what).inheritIO().start().waitFor();
    }

    private static DurableAcceptorStore store(Path directory) {
        return new DurableAcceptorStore(directory, "benchmark", 0, new StorageId(1, 1), new SplittableRandom());
    }

    private static void fill(Path directory, int bytes) throws InterruptedException {
        DurableAcceptorStore store = store(directory);
        store.recover();
        Semaphore durable = new Semaphore(0);
        store.attach(new CommitReports() {
            @Override
            public void committed(long number) {
                durable.release();
            }

            @Override
            public void commitFailed(long number, Throwable cause) {
                throw new IllegalStateException(cause);
            }
        });
        byte[] value = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(value);
        long start = System.nanoTime();
        for (int first = 1; first <= INSTANCES; first += GROUP) {
            List<Write> group = new ArrayList<>();
            for (int instance = first; instance < first + GROUP; instance++) {
                group.add(new AcceptorWrite.ValueAccepted(instance, BALLOT, Bytes.wrap(value)));
            }
            store.commit(first / GROUP + 1, group);
            durable.acquire();
        }
        System.out.printf("filled with %,d instances of %,d bytes in %,d ms, %,.0f MB%n", INSTANCES, bytes,
                (System.nanoTime() - start) / 1_000_000, store.state().usedBytes() / 1e6);
        System.out.flush();
        // As a kill would: nothing is closed.
        Runtime.getRuntime().halt(0);
    }

    private static void recover(Path directory) {
        long start = System.nanoTime();
        DurableAcceptorStore store = store(directory);
        AcceptorRecovery recovery = store.recover();
        long end = System.nanoTime();
        System.out.printf("recovered %,d instances in %,d ms%n", recovery.accepted().size(),
                (end - start) / 1_000_000);
        store.close();
    }
}
