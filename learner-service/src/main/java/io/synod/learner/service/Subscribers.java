package io.synod.learner.service;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;

/**
 * The WebSockets that read the delivered log at present. When the service stops they are told so first of all, and who
 * waits for a page is answered, so that the web server need not wait for them.
 */
final class Subscribers implements SmartLifecycle {

    private final Set<Subscriber> present = ConcurrentHashMap.newKeySet();
    private final DeliveredLog log;
    private volatile boolean running;

    Subscribers(DeliveredLog log) {
        this.log = log;
    }

    void add(Subscriber subscriber) {
        present.add(subscriber);
    }

    void remove(Subscriber subscriber) {
        present.remove(subscriber);
    }

    int count() {
        return present.size();
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        present.forEach(Subscriber::stop);
        log.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The last to start and the first to stop. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
