package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applications that share no code with Synod, a script of Python and a page in a browser, read 100,000 values, are cut off at
 * random twenty times, go on by instance and index, and end with each value once and in order (rule S8, fault F22).
 */
class ForeignClientsIT {

    private static final int VALUES = 100_000;
    private static final int CUTS = 20;
    private static final int CHUNK = 5_000;
    private static final Duration READ_MAX = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @TempDir
    private Path profile;

    @Test
    void f22APageInABrowserAndAScriptThatAreCutOffSeeEachValueOnceInOrder() {
        HttpServer pages = pages();
        String origin = "http://127.0.0.1:" + pages.getAddress().getPort();
        try (ProcessCluster cluster =
                ProcessCluster.up(new Synod(directory, Map.of("PAXOS_LEARNER_ALLOWEDORIGINS", origin)), "--memory")) {
            Feed feed = Feed.start(cluster.synod());
            while (feed.lines() < VALUES) {
                feed.write(CHUNK);
            }
            feed.end().requireOk();
            Requirement.PYTHON.orSkip(getClass(), isPythonThere());
            assertThat(script(cluster.httpPort("learner-0"))).isEqualTo(numbers());
            Requirement.CHROMIUM.orSkip(getClass(), Browser.isPossible());
            try (Browser browser = Browser.start(profile)) {
                browser.open(origin + "/?port=" + cluster.httpPort("learner-0") + "&count=" + VALUES + "&cuts=" + CUTS,
                        600,
                        400, false);
                browser.await("the page has read everything", READ_MAX, "values.length >= count || trouble");
                assertThat(browser.evaluate("trouble")).isEmpty();
                assertThat(browser.evaluate("String(connections)")).isEqualTo(String.valueOf(CUTS + 1));
                assertThat(Arrays.asList(browser.evaluate("values.join()").split(","))).isEqualTo(numbers());
                assertThat(browser.complaints()).isEmpty();
            }
            assertThat(cluster.exceptionsLogged()).isEmpty();
        } finally {
            pages.stop(0);
        }
    }

    /** What the script printed. */
    private List<String> script(int port) {
        Path script = directory.resolve("attach.py");
        Path out = directory.resolve("attach.out");
        try {
            Files.write(script, resource("attach.py"));
            Process process =
                    new ProcessBuilder("python3", script.toString(), String.valueOf(port), String.valueOf(VALUES),
                            String.valueOf(CUTS)).redirectError(ProcessBuilder.Redirect.INHERIT)
                            .redirectOutput(out.toFile()).start();
            assertThat(process.waitFor(READ_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            return Files.readAllLines(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static boolean isPythonThere() {
        return Arrays.stream(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, "python3"))
                .anyMatch(Files::isExecutable);
    }

    /** Serves the page, at an origin that is not the learner's. */
    private static HttpServer pages() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            server.createContext("/", exchange -> {
                byte[] page = resource("attach.html");
                exchange.getResponseHeaders().add("Content-Type", "text/html");
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ForeignClientsIT.class.getResourceAsStream("/" + name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static List<String> numbers() {
        return IntStream.rangeClosed(1, VALUES).mapToObj(String::valueOf).toList();
    }
}
