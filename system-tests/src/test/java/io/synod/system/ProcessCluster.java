package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A cluster of real processes, started by {@code synod up} at ports of its own. Processes are named as in the launcher's
 * files, such as {@code acceptor-0}.
 */
final class ProcessCluster implements AutoCloseable {

    private static final Duration HTTP_MAX = Duration.ofSeconds(10);
    private static final Map<String, Integer> UDP_PORTS = Map.of("replica", 7_500, "proposer", 7_600, "acceptor", 7_700,
            "learner", 7_800, "client", 7_900);
    private static final int HTTP_ABOVE_UDP = 1_000;
    /** Below the ports that systems give to sockets that ask for any. */
    private static final int OFFSET_MIN = 3_000;
    private static final int OFFSET_MAX = 22_000;

    private final Synod synod;
    private final int portOffset;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(HTTP_MAX).build();

    private ProcessCluster(Synod synod, int portOffset) {
        this.synod = synod;
        this.portOffset = portOffset;
    }

    /**
     * Starts a cluster and waits until it takes values.
     *
     * @param directory where its files go
     * @param options of {@code synod up}
     */
    static ProcessCluster up(Path directory, String... options) {
        return up(new Synod(directory), options);
    }

    /** As above, with a launcher that has a directory and an environment already. */
    static ProcessCluster up(Synod synod, String... options) {
        int offset = freeOffset();
        List<String> arguments = new ArrayList<>(List.of("up", "--port-offset", String.valueOf(offset)));
        arguments.addAll(Arrays.asList(options));
        ProcessCluster cluster = new ProcessCluster(synod, offset);
        synod.run(arguments.toArray(String[]::new)).requireOk();
        return cluster;
    }

    /** Returns an offset at which the ports that a small cluster needs are free. */
    static int freeOffset() {
        while (true) {
            int offset = ThreadLocalRandom.current().nextInt(OFFSET_MIN, OFFSET_MAX);
            if (UDP_PORTS.values().stream().allMatch(port -> isFree(port + offset))) {
                return offset;
            }
        }
    }

    private static boolean isFree(int firstPort) {
        return IntStream.range(firstPort, firstPort + 5).allMatch(ProcessCluster::isPortFree);
    }

    private static boolean isPortFree(int port) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramSocket _ = new DatagramSocket(new InetSocketAddress(loopback, port));
                ServerSocket _ = new ServerSocket(port + HTTP_ABOVE_UDP, 1, loopback)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    Synod synod() {
        return synod;
    }

    int udpPort(String service) {
        int dash = service.indexOf('-');
        return Objects.requireNonNull(UDP_PORTS.get(service.substring(0, dash)))
                + Integer.parseInt(service.substring(dash + 1)) + portOffset;
    }

    List<Integer> udpPorts(String... services) {
        return Arrays.stream(services).map(this::udpPort).toList();
    }

    int httpPort(String service) {
        return udpPort(service) + HTTP_ABOVE_UDP;
    }

    /** Returns the names of all processes that were started and not stopped. */
    List<String> services() {
        try (Stream<Path> files = Files.list(synod.data().resolve("run"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".pid"))
                    .map(name -> name.substring(0, name.length() - ".pid".length())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid(String service) {
        try {
            return Long.parseLong(Files.readAllLines(synod.data().resolve("run").resolve(service + ".pid")).getFirst());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills processes, as {@code kill -9} does, and waits until they are gone. */
    void kill(String... services) {
        List<ProcessHandle> processes =
                Arrays.stream(services).map(this::pid).map(ProcessHandle::of).map(Optional::orElseThrow).toList();
        processes.forEach(ProcessHandle::destroyForcibly);
        Await.until(List.of(services) + " are gone", Duration.ofSeconds(10),
                () -> processes.stream().allMatch(process -> CommandLines.of(process).isEmpty()));
    }

    /**
     * Deletes what a process that is gone has stored.
     *
     * @param stored a directory among the stores: the process, or such as {@code acceptor-0/store/native}
     */
    void wipe(String stored) {
        try (Stream<Path> files = Files.walk(synod.data().resolve("store").resolve(stored))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a process a signal, such as {@code STOP}. */
    void signal(String service, String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid(service))).inheritIO().start();
            if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new AssertionError("cannot signal " + service);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    Http.Answer get(String service, String path) {
        return Http.call(http, request(service, path).GET().build());
    }

    Http.Answer post(String service, String path, String json) {
        return Http.call(http, request(service, path).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)).build());
    }

    /** Submits a value under an idempotency key. */
    Http.Answer submit(String service, String key, String value) {
        return Http.call(http, request(service, "/api/values").header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(value)).build());
    }

    Http.Answer put(String service, String path, String text) {
        return Http.call(http, request(service, path).header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofString(text)).build());
    }

    private HttpRequest.Builder request(String service, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort(service) + path)).timeout(HTTP_MAX);
    }

    /** Returns what a process says of itself. */
    JsonNode paxos(String service) {
        Http.Answer answer = get(service, "/actuator/paxos");
        if (answer.status() != 200) {
            throw new AssertionError(service + " answers " + answer.status() + " " + answer.text());
        }
        return answer.json();
    }

    /** Returns the view of a role in a process, which in a replica are several. */
    JsonNode role(String service, String role) {
        return paxos(service).path("roles").path(role);
    }

    /** Returns the process, of some, whose proposer leads; waits until one does. */
    String leader(List<String> candidates) {
        String[] leader = new String[1];
        Await.until("one of " + candidates + " leads", Duration.ofSeconds(20), () -> {
            for (String candidate : candidates) {
                if (role(candidate, "proposer").path("state").asString("").equals("LEADER")) {
                    leader[0] = candidate;
                    return true;
                }
            }
            return false;
        });
        return leader[0];
    }

    /** Waits until a process's acceptor has a status, such as {@code VOTING}. */
    void awaitAcceptor(String service, String status) {
        Await.until("the acceptor of " + service + " is " + status, Duration.ofSeconds(30),
                () -> role(service, "acceptor").path("status").asString("").equals(status), () -> paxos(service));
    }

    /** Returns how far a learner has delivered. */
    long delivered(String service) {
        return role(service, "learner").path("delivered").asLong(-1);
    }

    /** Returns how many values the log has delivered as far as a learner is; -1 when it does not answer. */
    long valuesDelivered(String service) {
        return role(service, "learner").path("values").asLong(-1);
    }

    /** Returns all values that a learner has delivered, each as {@code instance:index value}. */
    List<String> deliveredLog(String service) {
        return deliveredLog(service, 1);
    }

    /** As {@link #deliveredLog(String)}, from an instance on. */
    List<String> deliveredLog(String service, long first) {
        List<String> lines = new ArrayList<>();
        String from = String.valueOf(first);
        while (true) {
            JsonNode page = get(service, "/api/values?limit=10000&from=" + from).json();
            if (page.path("values").isEmpty()) {
                return lines;
            }
            for (JsonNode value : page.path("values")) {
                lines.add(value.path("instance").asLong() + ":" + value.path("index").asInt() + " "
                        + value.path("value").asString());
            }
            from = page.path("next").asString();
        }
    }

    String log(String service) {
        try {
            return Files.readString(synod.data().resolve("log").resolve(service + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the lines of all logs that tell of an exception, each with its process. */
    List<String> exceptionsLogged() {
        List<String> lines = new ArrayList<>();
        for (String service : services()) {
            log(service).lines().filter(line -> line.contains("Exception") || line.matches("\\s+at \\S+\\(.*"))
                    .forEach(line -> lines.add(service + ": " + line));
        }
        return lines;
    }

    /** Stops all processes. */
    @Override
    public void close() {
        synod.run("stop").requireOk();
    }
}
