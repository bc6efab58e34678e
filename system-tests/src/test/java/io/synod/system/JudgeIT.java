package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the console says of clusters made up here, so that each of its verdicts is tried, and the worst comes first. */
class JudgeIT {

    private static final Path FILE =
            Synod.root().resolve("learner-service/src/main/resources/console/judge.js");
    /** Three acceptors, two proposers of which proposer-0 leads, and two learners, all well. */
    private static final String CLUSTER = """
            (() => {
              const member = (kind, id, role) => ({ kind, id, node: `${kind}-${id}`, view: { roles: { [kind]: role } } });
              const counters = { rejections: 0 };
              const leader = { state: 'LEADER', storageFull: false, queuedValues: 0, watermark: 9000, counters,
                acceptors: [0, 1, 2].map((id) => ({ id, full: false, roundTripMicros: 100 })) };
              return { phase1: 2, phase2: 2, members: [
                member('proposer', 0, leader), member('proposer', 1, { state: 'FOLLOWER', counters }),
                ...[0, 1, 2].map((id) => member('acceptor', id, { status: 'VOTING', diskNearlyFull: false })),
                ...[0, 1].map((id) => member('learner', id, { state: 'CURRENT', delivered: 9000 })),
              ] };
            })()""";

    @TempDir
    private Path profile;

    @Test
    void everyVerdictIsGivenWhereItFitsAndTheWorstComesFirst() {
        Requirement.CHROMIUM.orSkip(getClass(), Browser.isPossible());
        HttpServer files = serve();
        try (Browser browser = Browser.start(profile)) {
            browser.open("http://127.0.0.1:" + files.getAddress().getPort() + "/", 600, 400, false);
            browser.await("the page is there", Duration.ofSeconds(20), "document.title === 'judge'");
            assertThat(judge(browser, "")).isEqualTo("good Healthy. proposer-0 leads, 3 of 3 acceptors vote.");
            assertThat(judge(browser, down("acceptor", 2) + down("learner", 1))).isEqualTo(
                    "warn Working, not complete. acceptor-2 is not there; learner-1 is not there.");
            assertThat(judge(browser, full(1))).isEqualTo(
                    "warn Working, not complete. acceptor-1 has no room for new instances.");
            assertThat(judge(browser, lag(1, 2_001))).isEqualTo(
                    "warn Behind. learner-1 lacks 2,001 instances. The others deliver as usual.");
            assertThat(judge(browser, lag(0, 2_001) + lag(1, 2_002))).endsWith("So applications read what is old.");
            assertThat(judge(browser, lag(1, 2_000))).startsWith("good");
            assertThat(judge(browser, "leader.storageFull = true;" + full(0) + full(1) + lag(1, 5_000))).isEqualTo(
                    "warn Overloaded. Acceptors have no room (acceptor-0, acceptor-1), so new values are refused. "
                            + "They drop what learners hold, and learner-1 lacks 5,000 instances.");
            assertThat(judge(browser, "leader.storageFull = true;" + full(0) + full(1) + down("learner", 1))).endsWith(
                    "They drop what learners hold, and learner-1 is not there: bring it back, or trim without it.");
            assertThat(judge(browser, "leader.storageFull = true;" + full(0) + full(1))).endsWith(": trim.");
            assertThat(judge(browser, "leader.storageFull = true;" + disk(0) + disk(1))).endsWith(
                    "The disks of acceptor-0, acceptor-1 are nearly full: make room there.");
            assertThat(judge(browser, "leader.counters = { rejections: 7 };")).startsWith(
                    "warn Overloaded. proposer-0 refused 7 submissions just now");
            assertThat(judge(browser, "leader.queuedValues = 5001;")).startsWith("warn Overloaded. 5,001 values wait");
            assertThat(judge(browser, "of('learner', 1).view.roles.learner = { state: 'STOPPED', detail: 'why' };"
                    + "leader.storageFull = true;")).isEqualTo("bad learner-1 delivers no more. why");
            assertThat(judge(browser, "leader.state = 'FOLLOWER';")).startsWith("bad No leader. No proposer leads")
                    .contains("proposer-0, proposer-1 stand ready");
            assertThat(judge(browser, down("proposer", 0) + down("proposer", 1))).contains("No proposer runs: start");
            assertThat(judge(browser, "leader.state = 'FOLLOWER';" + down("acceptor", 0) + down("acceptor", 1)))
                    .startsWith("bad No quorum. 1 of 3 acceptors vote and 2 are needed");
            assertThat(browser.complaints()).isEmpty();
        } finally {
            files.stop(0);
        }
    }

    private static String judge(Browser browser, String change) {
        return browser.evaluate("import('/judge.js').then(({ judge }) => { const before = " + CLUSTER + ", cluster = "
                + CLUSTER + "; const of = (kind, id) => cluster.members.find((m) => m.kind === kind && m.id === id);"
                + " const leader = of('proposer', 0).view.roles.proposer; " + change
                + " return judge(cluster, before).join(' '); })");
    }

    private static String down(String kind, int id) {
        return "Object.assign(of('" + kind + "', " + id + "), { view: null, problem: 'is not there' });";
    }

    private static String full(int acceptor) {
        return "leader.acceptors[" + acceptor + "].full = true;";
    }

    private static String disk(int acceptor) {
        return "of('acceptor', " + acceptor + ").view.roles.acceptor.diskNearlyFull = true;";
    }

    private static String lag(int learner, int instances) {
        return "of('learner', " + learner + ").view.roles.learner.delivered -= " + instances + ";";
    }

    private static HttpServer serve() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            server.createContext("/", exchange -> {
                boolean script = exchange.getRequestURI().getPath().equals("/judge.js");
                byte[] body = script ? Files.readAllBytes(FILE)
                        : "<!doctype html><title>judge</title>".getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", script ? "text/javascript" : "text/html");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
