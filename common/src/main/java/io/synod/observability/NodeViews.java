package io.synod.observability;

import io.synod.protocol.RoleType;
import io.synod.runtime.EventLoop;
import io.synod.runtime.LoopUnavailableException;
import io.synod.runtime.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The newest views of a node's roles. Whoever asks gets what is at most {@link #AGE_NANOS_MAX} old: if need be the loop is
 * asked for new views, all at once, and waited for a little while; if it does not answer, the last ones are given, which
 * {@link Views#ageNanos} tells. So a loop that nobody asks does nothing for it. May be called by any thread but the loop's.
 */
public final class NodeViews {

    /** How old views may be that are given again. */
    public static final long AGE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long NEVER = Long.MIN_VALUE;
    private static final long WAIT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(500);
    /** For how long a loop that did not answer is not asked again. */
    static final long SPARED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * Views taken in one round.
     *
     * @param takenNanos when, by {@link System#nanoTime}
     * @param roles what each role shows; of a role whose view failed, the exception's text
     * @param storageFailure why storage failed; null while it works
     */
    public record Views(long takenNanos, Map<RoleType, Object> roles, @Nullable String storageFailure) {

        public long ageNanos() {
            return System.nanoTime() - takenNanos;
        }
    }

    private final EventLoop loop;
    private final Node node;
    private final List<RoleProbe<?>> probes;
    private volatile @Nullable Views last;
    /** When the loop last failed to answer; {@link #NEVER} if it answered since. */
    private volatile long failedNanos = NEVER;

    public NodeViews(EventLoop loop, Node node, List<RoleProbe<?>> probes) {
        this.loop = loop;
        this.node = node;
        this.probes = List.copyOf(probes);
    }

    public List<RoleProbe<?>> probes() {
        return probes;
    }

    /** Returns the newest views; null when the loop never gave any. */
    public @Nullable Views current() {
        Views views = last;
        return switch (loop.state()) {
            // New: its thread is just being started, or an HTTP call came before that.
            case NEW, RUNNING -> isGoodEnough(views) ? views : refresh();
            case STOPPED, FAILED -> views;
        };
    }

    private boolean isGoodEnough(@Nullable Views views) {
        long failed = failedNanos;
        return views != null && views.ageNanos() < AGE_NANOS_MAX
                || failed != NEVER && System.nanoTime() - failed < SPARED_NANOS;
    }

    private synchronized @Nullable Views refresh() {
        Views views = last;
        if (isGoodEnough(views)) {
            return views;
        }
        try {
            last = loop.call((nowNanos, _) -> take(nowNanos), WAIT_NANOS_MAX);
            failedNanos = NEVER;
        } catch (LoopUnavailableException e) {
            // The health of the loop says so; here the last views do, and those who come next need not wait as long.
            failedNanos = System.nanoTime();
        }
        return last;
    }

    private Views take(long nowNanos) {
        Map<RoleType, Object> views = new EnumMap<>(RoleType.class);
        for (RoleProbe<?> probe : probes) {
            try {
                views.put(probe.role(), probe.view(nowNanos));
            } catch (RuntimeException e) {
                // To look at a role must not end it.
                views.put(probe.role(), "the view failed: " + e);
            }
        }
        Throwable storage = node.storageFailure();
        return new Views(System.nanoTime(), Collections.unmodifiableMap(views),
                storage == null ? null : storage.toString());
    }

    /** Returns the newest view of one role; null when there is none. */
    public <V> @Nullable V current(RoleProbe<V> probe, Class<V> type) {
        Views views = current();
        Object view = views == null ? null : views.roles().get(probe.role());
        return type.isInstance(view) ? type.cast(view) : null;
    }

    /** Returns what each role says of its quorum. */
    public Map<RoleType, Condition> quorums() {
        Map<RoleType, Condition> conditions = new EnumMap<>(RoleType.class);
        Views views = current();
        for (RoleProbe<?> probe : new ArrayList<>(probes)) {
            conditions.put(probe.role(), quorum(probe, views == null ? null : views.roles().get(probe.role())));
        }
        return conditions;
    }

    @SuppressWarnings("unchecked")
    private static <V> Condition quorum(RoleProbe<V> probe, @Nullable Object view) {
        if (view == null) {
            return Condition.notOk("the loop has not shown the role yet");
        }
        // The map has, for a role, what its own probe returned, or a text.
        return view instanceof String text ? Condition.notOk(text) : probe.quorum((V) view);
    }
}
