package io.synod.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A headless Chromium with one page, driven by the DevTools protocol. */
final class Browser implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final String LISTENS = "DevTools listening on ";
    private static final long ANSWER_SECONDS_MAX = 30;
    private static final Duration LOAD_MAX = Duration.ofSeconds(30);
    private static final int ENTER = 13;

    private final Process process;
    private final WebSocket socket;
    private final String session;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Set<String> loaded = ConcurrentHashMap.newKeySet();

    private Browser(Process process, String address) {
        this.process = process;
        this.socket = HttpClient.newHttpClient().newWebSocketBuilder()
                .buildAsync(URI.create(address), new Answers()).join();
        String target = call(null, "Target.createTarget", Map.of("url", "about:blank")).path("targetId").asString();
        this.session = call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId").asString();
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
        call("Page.enable", Map.of());
        call("Page.setLifecycleEventsEnabled", Map.of("enabled", true));
    }

    /** Whether there is one on this machine. */
    static boolean isPossible() {
        return find() != null;
    }

    private static @Nullable Path find() {
        return Arrays.stream(System.getenv("PATH").split(":")).flatMap(folder -> NAMES.stream()
                .map(name -> Path.of(folder, name))).filter(Files::isExecutable).findFirst().orElse(null);
    }

    /** @param directory an empty directory for what it writes */
    static Browser start(Path directory) {
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of(Objects.requireNonNull(find()).toString()),
                    Stream.of("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
                            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
                            "--hide-scrollbars", "--remote-debugging-port=0", "--user-data-dir=" + directory,
                            "about:blank"))
                    .toList()).redirectErrorStream(true).start();
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder said = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(LISTENS)) {
                    Thread.ofVirtual().start(() -> lines.lines().forEach(ignored -> {}));
                    return new Browser(process, line.substring(LISTENS.length()).strip());
                }
                said.append(line).append('\n');
            }
            throw new AssertionError("the browser ended: " + said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a page in a window of this size, and waits until it is loaded: its scripts have run then. */
    void open(String url, int width, int height, boolean dark) {
        show(width, height, dark);
        String loader = call("Page.navigate", Map.of("url", url)).path("loaderId").asString();
        Await.until(url + " is loaded", LOAD_MAX, () -> loaded.contains(loader));
    }

    /** Makes the window of the page another size, and its colours light or dark. */
    void show(int width, int height, boolean dark) {
        call("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        call("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Evaluates an expression in the page; returns its value as text. */
    String evaluate(String expression) {
        JsonNode answer = call("Runtime.evaluate",
                Map.of("expression", expression, "returnByValue", true, "awaitPromise", true, "userGesture", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value").asString("");
    }

    /** The text of an element as it is shown. */
    String text(String selector) {
        return evaluate("document.querySelector('" + selector + "')?.innerText ?? ''");
    }

    /** Types a key into whatever has the focus: a letter, or Enter. */
    void key(String key) {
        boolean enter = key.equals("Enter");
        Map<String, ?> down = Map.of("type", "keyDown", "key", key, "text", enter ? "\r" : key,
                "windowsVirtualKeyCode", enter ? ENTER : key.toUpperCase(Locale.ROOT).codePointAt(0));
        call("Input.dispatchKeyEvent", down);
        call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
    }

    /** Types a text into whatever has the focus. */
    void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    void await(String what, Duration max, String expression) {
        Await.until(what, max, () -> evaluate("String(!!(" + expression + "))").equals("true"), () -> text("body"));
    }

    /** Errors that the page's scripts or its policy caused; empty if there were none. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Writes what the window shows as a PNG. */
    void screenshot(Path file) {
        JsonNode shot = call("Page.captureScreenshot", Map.of("format", "png"));
        try {
            Files.write(file, Base64.getDecoder().decode(shot.path("data").asString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        return call(session, method, parameters);
    }

    private JsonNode call(@Nullable String in, String method, Map<String, ?> parameters) {
        int id = calls.incrementAndGet();
        ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
        request.set("params", JSON.valueToTree(parameters));
        if (in != null) {
            request.put("sessionId", in);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(request.toString(), true).join();
        try {
            JsonNode message = answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            if (message.has("error")) {
                throw new AssertionError(method + ": " + message.path("error"));
            }
            return message.path("result");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(method + " was not answered", e);
        }
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private final class Answers implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                accept(JSON.readTree(message.toString()));
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void accept(JsonNode message) {
            CompletableFuture<JsonNode> waiting = answers.remove(message.path("id").asInt(0));
            if (waiting != null) {
                waiting.complete(message);
            } else {
                happened(message.path("method").asString(""), message.path("params"));
            }
        }

        private void happened(String event, JsonNode about) {
            switch (event) {
                case "Runtime.exceptionThrown" -> complaints.add(about.path("exceptionDetails").toString());
                case "Page.lifecycleEvent" -> {
                    if (about.path("name").asString().equals("load")) {
                        loaded.add(about.path("loaderId").asString());
                    }
                }
                case "Log.entryAdded" -> {
                    if (about.path("entry").path("source").asString().equals("security")) {
                        complaints.add(about.path("entry").path("text").asString());
                    }
                }
                default -> {}
            }
        }
    }
}
