package io.synod.learner.service.console;

import io.synod.config.ClusterAddresses;
import io.synod.config.ServiceRole;
import io.synod.http.ServiceCalls;
import io.synod.protocol.NodeId;
import io.synod.udp.PeerAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What every configured member of the cluster says of itself, gathered by this learner, so that a page need speak to no
 * one else. Only configured addresses are asked, each once a second at most however many pages ask, and an answer is read
 * up to a bound. Nobody is asked while no page is open. Thread-safe.
 */
final class ClusterView {

    private static final long AGE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(900);
    private static final Duration ANSWER_MAX = Duration.ofMillis(800);
    private static final long ANSWER_BYTES_MAX = 256 << 10;
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Someone who may be asked.
     *
     * @param node how it is called, such as {@code acceptor-0}
     * @param kind its role
     * @param id its id; -1 if it has none that is known here
     * @param http where it answers
     */
    record Target(String node, String kind, int id, PeerAddress http) {}

    /**
     * One member.
     *
     * @param node how it is called, such as {@code acceptor-0}
     * @param kind its role
     * @param id its id; -1 if it has none that is known here
     * @param address where it answers over HTTP
     * @param self whether it is this very process
     * @param problem why there is no view of it; null if there is one
     * @param view its loop and roles, as {@code /actuator/paxos} has them
     */
    record Member(
            String node,
            String kind,
            int id,
            String address,
            boolean self,
            @Nullable String problem,
            @Nullable JsonNode view) {}

    private record Snapshot(long takenNanos, List<Member> members) {

        boolean isFresh() {
            return System.nanoTime() - takenNanos < AGE_NANOS_MAX;
        }
    }

    private final List<Target> targets;
    private final NodeId self;
    private final Supplier<JsonNode> own;
    private final ServiceCalls calls;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Snapshot last;

    /**
     * @param self this very node, which is not asked over HTTP
     * @param own what this node says of itself
     * @param clientServices where client-services answer over HTTP
     * @param calls how members are called
     */
    ClusterView(ClusterAddresses cluster, NodeId self, Supplier<JsonNode> own, List<PeerAddress> clientServices,
            ServiceCalls calls) {
        this.self = self;
        this.calls = calls;
        this.own = own;
        List<Target> all = new ArrayList<>();
        cluster.addresses().forEach((node, udp) -> all.add(new Target(node.toString(),
                node.type().name().toLowerCase(Locale.ROOT), node.id(),
                new PeerAddress(udp.host(), udp.port() + ServiceRole.HTTP_ABOVE_UDP))));
        for (PeerAddress client : clientServices) {
            all.add(new Target("client at " + client, "client", -1, client));
        }
        this.targets = List.copyOf(all);
    }

    /** Returns all members, as of a second ago at most. */
    List<Member> members() {
        Snapshot known = last;
        if (known != null && known.isFresh()) {
            return known.members();
        }
        lock.lock();
        try {
            Snapshot newer = last;
            if (newer == null || !newer.isFresh()) {
                newer = new Snapshot(System.nanoTime(), ask());
                last = newer;
            }
            return newer.members();
        } finally {
            lock.unlock();
        }
    }

    private List<Member> ask() {
        List<CompletableFuture<Member>> answers = new ArrayList<>();
        for (Target target : targets) {
            if (target.node().equals(self.toString())) {
                JsonNode view = essence(own.get());
                answers.add(CompletableFuture.completedFuture(member(target, true, null, view)));
            } else {
                answers.add(ask(target));
            }
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private CompletableFuture<Member> ask(Target target) {
        HttpRequest request;
        try {
            request = calls.authorize(HttpRequest
                    .newBuilder(URI.create(calls.scheme() + "://" + target.http() + "/actuator/paxos"))
                    .timeout(ANSWER_MAX)).build();
        } catch (IOException e) {
            return CompletableFuture.completedFuture(member(target, false,
                    "is not asked: paxos.security.http-token-file cannot be read", null));
        }
        return calls.client()
                .sendAsync(request, HttpResponse.BodyHandlers.limiting(
                        HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX))
                .thenApply(answer -> answer.statusCode() == 200
                        ? member(target, false, null, essence(JSON.readTree(answer.body())))
                        : member(target, false, refusal(answer.statusCode()), null))
                .completeOnTimeout(member(target, false, "does not answer in time", null), 2 * ANSWER_MAX.toMillis(),
                        TimeUnit.MILLISECONDS)
                .exceptionally(failure -> member(target, false, words(failure), null));
    }

    private static Member member(Target target, boolean self, @Nullable String problem, @Nullable JsonNode view) {
        return new Member(
                target.node(), target.kind(), target.id(), target.http().toString(), self, problem, view);
    }

    private static String refusal(int status) {
        return "answers with status " + status + (status == 401 || status == 403
                ? " to this learner: paxos.security.http-token-file must hold a token that is a reader's there"
                : "");
    }

    private static String words(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return switch (cause) {
            case HttpTimeoutException _ -> "does not answer in time";
            case ConnectException _ -> "does not run, or cannot be reached";
            case JacksonException _ -> "answers with what is no JSON";
            default -> "does not answer: " + cause.getMessage();
        };
    }

    /** What a page needs of an answer; transport and peers stay out. */
    private static JsonNode essence(JsonNode answer) {
        ObjectNode essence = JSON.createObjectNode();
        essence.set("loop", answer.path("loop"));
        essence.set("roles", answer.path("roles"));
        return essence;
    }
}
