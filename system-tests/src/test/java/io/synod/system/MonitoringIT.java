package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Dashboards and alert rules: well-formed, documented, and each of their queries answered by a Prometheus that scrapes a
 * cluster under load.
 */
class MonitoringIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration PROMTOOL_MAX = Duration.ofSeconds(60);
    private static final Path PROMETHEUS = Path.of("deploy/prometheus");
    private static final Pattern METRIC = Pattern.compile("\\b(?:paxos|disk|jvm|process)_[a-z_0-9]+\\b");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final int GRID_COLUMNS = 24;

    @TempDir
    private Path directory;

    @Test
    void everyPanelSaysWhatItShows() {
        Set<String> uids = new HashSet<>();
        for (Dashboard dashboard : Dashboard.all()) {
            JsonNode json = dashboard.json();
            assertThat(json.path("schemaVersion").asInt(0)).as(dashboard.file()).isGreaterThanOrEqualTo(39);
            assertThat(uids.add(json.path("uid").asString(""))).as("uid of " + dashboard.file()).isTrue();
            assertThat(json.path("templating").path("list").path(0).path("name").asString("")).isEqualTo("instance");
            Set<Integer> ids = new HashSet<>();
            for (JsonNode panel : dashboard.panels()) {
                assertThat(ids.add(panel.path("id").asInt(0))).as("id of " + dashboard.name(panel)).isTrue();
                panelIsWhole(dashboard.name(panel), panel);
            }
            panelsDoNotOverlap(dashboard);
        }
        assertThat(uids).hasSize(4);
    }

    private static void panelIsWhole(String name, JsonNode panel) {
        assertThat(panel.path("type").asString("")).as(name).isIn("timeseries", "stat");
        assertThat(panel.path("title").asString("")).as(name).isNotBlank();
        assertThat(panel.path("description").asString("")).as(name).endsWith(".");
        assertThat(panel.path("fieldConfig").path("defaults").path("unit").asString("")).as(name).isNotBlank();
        assertThat(panel.path("datasource").path("uid").asString("")).as(name).isEqualTo("synod-prometheus");
        assertThat(panel.path("targets")).as(name).isNotEmpty();
        Set<String> refs = new HashSet<>();
        for (JsonNode target : panel.path("targets")) {
            assertThat(target.path("legendFormat").asString("")).as(name).isNotBlank();
            assertThat(refs.add(target.path("refId").asString(""))).as(name).isTrue();
        }
    }

    private static void panelsDoNotOverlap(Dashboard dashboard) {
        Map<List<Integer>, String> cells = new HashMap<>();
        for (JsonNode panel : dashboard.panels()) {
            JsonNode grid = panel.path("gridPos");
            int right = grid.path("x").asInt(-1) + grid.path("w").asInt(0);
            assertThat(right).as(dashboard.name(panel)).isBetween(1, GRID_COLUMNS);
            for (int x = grid.path("x").asInt(-1); x < right; x++) {
                for (int y = grid.path("y").asInt(-1); y < grid.path("y").asInt(-1) + grid.path("h").asInt(0); y++) {
                    assertThat(cells.put(List.of(x, y), dashboard.name(panel))).as(dashboard.name(panel)).isNull();
                }
            }
        }
    }

    @Test
    void everyAlertHasAUnitTestAndAParagraph() throws IOException {
        Requirement.PROMETHEUS.orSkip(getClass(), PrometheusProcess.isPossible());
        Commands.Ended rules = Commands.run(PROMTOOL_MAX,
                List.of("promtool", "test", "rules", PROMETHEUS.resolve("tests/synod_test.yml").toString()));
        assertThat(rules.exit()).as(rules.output()).isZero();
        Commands.Ended configuration = Commands.run(PROMTOOL_MAX,
                List.of("promtool", "check", "config", PROMETHEUS.resolve("prometheus.yml").toString()));
        assertThat(configuration.exit()).as(configuration.output()).isZero();

        String tests = read(PROMETHEUS.resolve("tests/synod_test.yml"));
        String operations = read(Path.of("docs/operations.md"));
        for (String alert : found(ALERT, read(PROMETHEUS.resolve("rules/synod.yml")))) {
            assertThat(tests).contains("alertname: " + alert + "\n        exp_alerts:\n");
            assertThat(tests).contains("alertname: " + alert + "\n        exp_alerts: []");
            assertThat(operations).contains("`" + alert + "`");
        }
    }

    @Test
    void everyQueryFindsDataAndEveryMetricIsDocumented() throws IOException {
        Requirement.PROMETHEUS.orSkip(getClass(), PrometheusProcess.isPossible());
        try (ProcessCluster cluster = ProcessCluster.up(directory, "--proposers", "2", "--learners", "2");
                PrometheusProcess prometheus = PrometheusProcess.start(directory.resolve("prometheus"), cluster);
                HttpLoad load = new HttpLoad(cluster)) {
            PrometheusApi api = prometheus.api();
            for (String service : cluster.services()) {
                Await.until(service + " is scraped", SOON, () -> api.value("up{instance=\"" + service + "\"}") == 1);
            }
            everyPanelHasData(api);
            everyRuleIsWell(api);
            everyMetricIsDocumented(api);
            assertThat(load.decided()).isPositive();
        }
    }

    private static void everyPanelHasData(PrometheusApi api) {
        for (Dashboard dashboard : Dashboard.all()) {
            for (JsonNode panel : dashboard.panels()) {
                for (String query : Dashboard.queries(panel)) {
                    Await.until(dashboard.name(panel) + " shows something: " + query, SOON,
                            () -> !api.values(query).isEmpty());
                }
            }
            String variable = dashboard.json().path("templating").path("list").path(0).path("definition").asString("");
            String series = variable.substring("label_values(".length(), variable.lastIndexOf(','));
            assertThat(api.values(series)).as(dashboard.file() + " " + variable).isNotEmpty();
        }
    }

    private static void everyRuleIsWell(PrometheusApi api) throws IOException {
        List<String> unwell = new ArrayList<>();
        for (JsonNode group : api.data("/api/v1/rules").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (!rule.path("health").asString("").equals("ok")
                        || rule.path("state").asString("").equals("firing")) {
                    unwell.add(rule.toString());
                }
            }
        }
        assertThat(unwell).isEmpty();
        for (String metric : found(METRIC, read(PROMETHEUS.resolve("rules/synod.yml")))) {
            assertThat(api.values(metric)).as(metric).isNotEmpty();
        }
    }

    /** The page of operations lists the metrics of the project: all of them, and no other. */
    private static void everyMetricIsDocumented(PrometheusApi api) throws IOException {
        Set<String> exposed = new TreeSet<>();
        for (JsonNode name : api.data("/api/v1/label/__name__/values")) {
            if (name.asString().startsWith("paxos_")) {
                exposed.add(name.asString().replaceFirst("_seconds_(bucket|count|sum|max)$", "_seconds"));
            }
        }
        String page = read(Path.of("docs/operations.md"));
        Set<String> documented = new TreeSet<>(found(Pattern.compile("(?m)^\\| `(paxos_\\w+)"), page));
        assertThat(documented).isEqualTo(exposed);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(Synod.root().resolve(file));
    }

    /** Returns what a pattern finds: its first group, if it has one. */
    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new LinkedHashSet<>();
        try (Stream<String> all = pattern.matcher(text).results()
                .map(match -> match.groupCount() > 0 ? match.group(1) : match.group())) {
            all.forEach(found::add);
        }
        return found;
    }
}
