package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dashboard of deploy/grafana.
 *
 * @param file its file's name
 * @param json all of it
 */
record Dashboard(String file, JsonNode json) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String DIRECTORY = "deploy/grafana/dashboards";

    /** Returns all dashboards. */
    static List<Dashboard> all() {
        try (Stream<Path> files = Files.list(Synod.root().resolve(DIRECTORY))) {
            return files.sorted().map(Dashboard::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), JSON.readTree(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<JsonNode> panels() {
        List<JsonNode> panels = new ArrayList<>();
        json.path("panels").forEach(panels::add);
        return panels;
    }

    /** Returns a panel's queries, as Prometheus is asked them when all instances are chosen. */
    static List<String> queries(JsonNode panel) {
        List<String> queries = new ArrayList<>();
        for (JsonNode target : panel.path("targets")) {
            queries.add(target.path("expr").asString("").replace("$__rate_interval", PrometheusProcess.RATE_INTERVAL)
                    .replace("$instance", ".*"));
        }
        return queries;
    }

    /** A panel's name for a message. */
    String name(JsonNode panel) {
        return file + " '" + panel.path("title").asString("") + "'";
    }
}
