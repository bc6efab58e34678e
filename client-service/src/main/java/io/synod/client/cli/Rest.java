package io.synod.client.cli;

import io.synod.protocol.NodeId;
import io.synod.udp.PeerAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Calls a service of the cluster over HTTP, and reads its answers as JSON. */
final class Rest {

    private static final JsonMapper JSON = new JsonMapper();

    /** What came back; the body is a JSON null if it is no JSON. */
    record Answer(int status, JsonNode body) {

        boolean isOk() {
            return status / 100 == 2;
        }

        /** What a problem (RFC 9457) says, or the status if it says nothing. */
        String problem() {
            JsonNode detail = body.path("detail");
            return (detail.isString() ? detail.asString() : "HTTP status " + status) + Access.hint(status);
        }
    }

    private final String called;
    private final String base;
    private final Access access;

    /**
     * Makes calls to one service.
     *
     * @param node who it is
     * @param address where it answers
     * @param access how it is called
     */
    Rest(NodeId node, PeerAddress address, Access access) {
        this(node.toString(), address, access);
    }

    /** @param called how people call the service */
    Rest(String called, PeerAddress address, Access access) {
        this.called = called;
        this.access = access;
        this.base = access.scheme() + "://" + address;
    }

    /** The service and its address, for people to read. */
    String name() {
        return called + " (" + base + ")";
    }

    /**
     * Gets a path.
     *
     * @param wait how long to wait for the answer
     * @throws IOException if there is none
     */
    Answer get(String path, Duration wait) throws IOException, InterruptedException {
        return call(HttpRequest.newBuilder(URI.create(base + path)).GET(), wait);
    }

    /** Posts JSON, otherwise as {@link #get}. */
    Answer post(String path, String json, Duration wait) throws IOException, InterruptedException {
        return call(
                HttpRequest.newBuilder(URI.create(base + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)),
                wait);
    }

    private Answer call(HttpRequest.Builder request, Duration wait) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = access.client().send(
                access.authorize(request).header("Accept", "application/json, application/problem+json").timeout(wait)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), parse(response.body()));
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            return node.isMissingNode() ? JsonNodeFactory.instance.nullNode() : node;
        } catch (JacksonException _) {
            return JsonNodeFactory.instance.nullNode();
        }
    }

    /** The failure that stands for a service that did not answer. */
    CommandFailure unreachable(IOException cause) {
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new CommandFailure(
                ExitStatus.UNREACHABLE, name() + " does not answer: " + why + "; 'synod status' says what runs", cause);
    }
}
