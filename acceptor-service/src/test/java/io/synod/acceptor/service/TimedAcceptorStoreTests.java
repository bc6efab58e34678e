package io.synod.acceptor.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.acceptor.AcceptorRecovery;
import io.synod.acceptor.storage.AcceptorStore;
import io.synod.protocol.StorageId;
import io.synod.role.Write;
import io.synod.runtime.CommitReports;
import io.synod.runtime.StorageState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimedAcceptorStoreTests {

    private static final AcceptorRecovery RECOVERED = AcceptorRecovery.empty(new StorageId(1, 2));

    /** A store that reports when it is told to. */
    private static final class SlowStore implements AcceptorStore {
        @Nullable
        CommitReports reports;

        @Override
        public AcceptorRecovery recover() {
            return RECOVERED;
        }

        @Override
        public void attach(CommitReports newReports) {
            reports = newReports;
        }

        @Override
        public void commit(long number, List<Write> writes) {}

        @Override
        public StorageState state() {
            return StorageState.MEMORY;
        }

        @Override
        public void close() {}
    }

    private final List<String> reported = new ArrayList<>();
    private final CommitReports loop = new CommitReports() {
        @Override
        public void committed(long number) {
            reported.add("committed " + number);
        }

        @Override
        public void commitFailed(long number, Throwable cause) {
            reported.add("failed " + number + " " + cause.getMessage());
        }
    };

    @Test
    void measuresFromTheHandOverToTheReportAndPassesBothOn() {
        long[] nowNanos = {100};
        List<Long> times = new ArrayList<>();
        SlowStore slow = new SlowStore();
        TimedAcceptorStore store = new TimedAcceptorStore(slow, () -> nowNanos[0], times::add);
        store.attach(loop);
        CommitReports reports = Objects.requireNonNull(slow.reports);

        store.commit(1, List.of());
        nowNanos[0] = 350;
        assertThat(times).isEmpty();
        reports.committed(1);
        store.commit(2, List.of());
        reports.commitFailed(2, new IOException("no space"));

        assertThat(times).containsExactly(250L);
        assertThat(reported).containsExactly("committed 1", "failed 2 no space");
        assertThat(store.recover()).isEqualTo(RECOVERED);
    }

    @Test
    void memoryReportsAtOnceAndRemembersNothing() {
        MemoryAcceptorStore store = new MemoryAcceptorStore(new StorageId(1, 9));
        store.attach(loop);
        store.commit(1, List.of());

        assertThat(reported).containsExactly("committed 1");
        assertThat(store.recover()).isEqualTo(AcceptorRecovery.empty(new StorageId(1, 9)));
    }
}
