package io.synod.node;

import io.synod.config.KeySource;
import io.synod.observability.KeyProbe;
import io.synod.protocol.NodeType;
import io.synod.protocol.seal.KeyRing;
import io.synod.runtime.EventLoop;
import io.synod.runtime.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks each second whether the file of keys has changed, and has the node seal and open with what is there now. A file that
 * cannot be read, or holds something else, changes nothing, and is said in the log and in the health of the transport. It
 * looks at what the file holds, not at its date: secrets are often mounted as links that are turned.
 */
final class KeyWatch implements KeyProbe, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KeyWatch.class);
    private static final long LOOK_SECONDS = 1;

    private final @Nullable KeySource source;
    private final Node node;
    private final EventLoop loop;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "paxos-key-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable KeyRing ring;
    private volatile @Nullable String problem;

    /** @param source null for a node without keys */
    KeyWatch(@Nullable KeySource source, Node node, EventLoop loop) {
        this.source = source;
        this.node = node;
        this.loop = loop;
        this.ring = source == null ? null : source.ring();
    }

    void start() {
        if (source != null && source.file() != null) {
            Path file = source.file();
            var _ = executor.scheduleWithFixedDelay(() -> look(file, source.type()), LOOK_SECONDS, LOOK_SECONDS,
                    TimeUnit.SECONDS);
        }
    }

    @Override
    public @Nullable KeyRing ring() {
        return ring;
    }

    @Override
    public @Nullable String problem() {
        return problem;
    }

    private void look(Path file, NodeType type) {
        try {
            KeyRing found = KeySource.parse(KeySource.read(file), type);
            if (!found.equals(ring) && loop.execute((_, _) -> node.useKeys(found))) {
                ring = found;
                log.info("{} has changed: datagrams are sealed with {} from now on, and opened with {}", file,
                        found.sending(), found);
            }
            tell(file, null);
        } catch (IOException e) {
            tell(file, "it cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            tell(file, e.getMessage());
        }
    }

    private void tell(Path file, @Nullable String why) {
        String told = why == null ? null : file + ": " + why;
        if (told != null && !told.equals(problem)) {
            log.error("The keys in {}; {} goes on with {}", told, node.settings().nodeId(), ring);
        }
        problem = told;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
