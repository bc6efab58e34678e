package io.synod.learner.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.http.ProblemType;
import io.synod.learner.service.LearnerApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pages that a learner serves, as far as no browser is needed. */
@SpringBootTest(
        classes = LearnerApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"paxos.transport.port=0", "paxos.learner.storage=memory"})
@DirtiesContext
@Timeout(60)
class ConsoleTests {

    private static final Pattern LINK = Pattern.compile("(?:src|href)=\"(/[^\"]*)\"|from '\\./([^']+)'");

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mappings;

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyFileOfThePagesIsThereAndRunsNothingButItself() throws Exception {
        Set<String> seen = new TreeSet<>();
        look("/", seen);
        look("/api.html", seen);
        assertThat(seen).contains("/console/console.js", "/console/judge.js", "/console/plots.js",
                "/console/stream.js", "/console/lib/uPlot.iife.min.js", "/console/lib/uPlot.min.css", "/openapi.json",
                "/console/api.js", "/actuator/prometheus");
    }

    private void look(String path, Set<String> seen) throws Exception {
        if (!seen.add(path)) {
            return;
        }
        HttpResponse<String> page = get(path);
        assertThat(page.statusCode()).as(path).isIn(200, 503);
        if (path.startsWith("/actuator")) {
            return;
        }
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse("")).as(path)
                .contains("script-src 'self'").doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        if (path.equals("/") || path.endsWith(".html")) {
            assertThat(page.body()).doesNotContain("<script>", "style=", "onclick", "http://", "https://");
        }
        Matcher link = LINK.matcher(page.body());
        while (!path.contains("/lib/") && link.find()) {
            look(link.group(1) != null ? link.group(1) : "/console/" + link.group(2), seen);
        }
    }

    @Test
    void theClusterIsShownAlsoWhereNobodyElseRuns() throws Exception {
        HttpResponse<String> answer = get("/api/cluster");
        JsonNode cluster = new JsonMapper().readTree(answer.body());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(cluster.path("self").asString()).isEqualTo("learner-0");
        assertThat(cluster.path("canTrim").asBoolean()).isFalse();
        assertThat(cluster.path("members")).hasSize(5);
        assertThat(cluster.path("members").path(4).path("view").path("roles").path("learner").path("state").asString())
                .isEqualTo("CURRENT");
    }

    @Test
    void theDescriptionOfTheApiNamesEveryCallAndNoOther() throws Exception {
        JsonNode api = new JsonMapper().readTree(get("/openapi.json").body());
        TreeSet<String> described = new TreeSet<>();
        api.path("paths").forEachEntry((path, calls) -> {
            if (path.startsWith("/api/")) {
                calls.forEachEntry((method, call) -> described.add(method.toUpperCase(Locale.ROOT) + " " + path));
            }
        });
        TreeSet<String> handled = new TreeSet<>();
        mappings.getHandlerMethods().forEach((info, method) -> info.getPatternValues().forEach(path -> info
                .getMethodsCondition().getMethods().forEach(verb -> handled.add(verb + " " + path))));
        handled.removeIf(call -> !call.contains(" /api/"));
        assertThat(described).isEqualTo(handled);
    }

    @Test
    void everyProblemThatTheDescriptionGivesAsAnExampleIsOfItsStatusAndHasTheTitleOfItsType() throws Exception {
        JsonNode api = new JsonMapper().readTree(get("/openapi.json").body());
        Map<String, String> titles = Arrays.stream(ProblemType.values())
                .collect(Collectors.toMap(type -> type.uri().toString(), ProblemType::title));
        int[] problems = {0};
        api.path("paths").forEachEntry((path, calls) -> calls.forEachEntry((method, call) -> call.path("responses")
                .forEachEntry((status, answer) -> {
                    JsonNode example = answer.path("content").path("application/problem+json").path("example");
                    if (!example.isMissingNode()) {
                        problems[0]++;
                        assertThat(example.path("status").asString()).as(path).isEqualTo(status);
                        assertThat(example.path("title").asString()).as(path)
                                .isEqualTo(titles.get(example.path("type").asString()));
                    }
                })));
        assertThat(problems[0]).isGreaterThan(12);
    }
}
