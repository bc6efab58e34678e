package io.synod.client.cli;

import io.synod.config.KeySource;
import io.synod.protocol.NodeType;
import io.synod.protocol.seal.KeyRing;
import io.synod.runtime.EventLoop;
import io.synod.runtime.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Looks each second whether the file of keys of a command has changed, as services do, so that a command that runs for long
 * outlives a rotation. A file that cannot be read, or holds something else, changes nothing.
 */
final class KeyFollower implements AutoCloseable {

    private static final long LOOK_MILLIS = 1_000;

    private final Path file;
    private final Node node;
    private final EventLoop loop;
    private final Thread thread;
    private KeyRing ring;

    /** @param ring what the node began with */
    KeyFollower(Path file, KeyRing ring, Node node, EventLoop loop) {
        this.file = file;
        this.ring = ring;
        this.node = node;
        this.loop = loop;
        this.thread = Thread.ofVirtual().name("key-follower").start(this::follow);
    }

    private void follow() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            KeyRing found = KeySource.parse(KeySource.read(file), NodeType.CLIENT);
            if (!found.equals(ring) && loop.execute((_, _) -> node.useKeys(found))) {
                ring = found;
            }
        } catch (IOException | IllegalArgumentException _) {
            // It may be there again at the next look. Until then the node goes on with the keys that it has.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
