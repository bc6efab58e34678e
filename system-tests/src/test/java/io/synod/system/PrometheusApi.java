package io.synod.system;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions to a Prometheus. */
final class PrometheusApi {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration HTTP_MAX = Duration.ofSeconds(10);

    private final String base;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(HTTP_MAX).build();

    PrometheusApi(String host, int port) {
        this.base = "http://" + host + ":" + port;
    }

    /** Returns whether it answers. */
    boolean isReady() {
        try {
            return call("/-/ready").contains("Ready");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Returns the values of a query's results that are numbers. */
    List<Double> values(String query) {
        JsonNode answer = data("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        List<Double> values = new ArrayList<>();
        for (JsonNode result : answer.path("result")) {
            double value = Double.parseDouble(result.path("value").path(1).asString("NaN").replace("Inf", "Infinity"));
            if (Double.isFinite(value)) {
                values.add(value);
            }
        }
        return values;
    }

    /** Returns the value of a query with one result; not a number when it has none. */
    double value(String query) {
        List<Double> values = values(query);
        return values.size() == 1 ? values.getFirst() : Double.NaN;
    }

    /** Returns what is answered at a path, once it is a success. */
    JsonNode data(String path) {
        JsonNode answer = JSON.readTree(call(path));
        if (!answer.path("status").asString("").equals("success")) {
            throw new AssertionError(path + " " + answer);
        }
        return answer.path("data");
    }

    private String call(String path) {
        return Http.send(http, HttpRequest.newBuilder(URI.create(base + path)).timeout(HTTP_MAX).build()).body();
    }
}
