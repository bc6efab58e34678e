package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.udp.PeerAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tail}, {@code trim} and {@code rejoin} against a service that answers as the test says. */
class RestCommandTests {

    private static final String FIRST_PAGE = """
            {"logId":"ab","values":[
            {"instance":2,"index":0,"session":"1/0","number":1,"value":"one"},
            {"instance":2,"index":1,"session":"1/0","number":2,"value":"/w==","encoding":"base64"}],
            "next":"3:0","firstInstance":1,"lastInstance":5}""";
    private static final String SECOND_PAGE = """
            {"logId":"ab","values":[{"instance":4,"index":0,"session":"1/0","number":3,"value":"tab\\there"}],
            "next":"6:0","firstInstance":1,"lastInstance":5}""";
    private static final String EMPTY_PAGE =
            "{\"logId\":\"ab\",\"values\":[],\"next\":\"6:0\",\"firstInstance\":1,\"lastInstance\":5}";

    private record Canned(int status, String body) {}

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private final ArrayDeque<Canned> answers = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @SuppressWarnings("NullAway.Init") // set before each test
    private HttpServer server;

    @BeforeEach
    void startLearner() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopLearner() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add((exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body).strip());
        Canned canned = answers.removeFirst();
        byte[] bytes = canned.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(canned.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void tailPrintsPagesUntilOneIsEmptyAndGoesOnWhereEachEnded() throws Exception {
        answers.add(new Canned(200, FIRST_PAGE));
        answers.add(new Canned(200, SECOND_PAGE));
        answers.add(new Canned(200, EMPTY_PAGE));
        byte[] lines = tail(new LogFollower.Options("1", false, Long.MAX_VALUE, OutputFormat.TEXT));
        assertThat(new String(lines, StandardCharsets.ISO_8859_1)).isEqualTo("2:0\tone\n2:1\tÿ\n4:0\ttab\there\n");
        assertThat(requests)
                .containsExactly(
                        "GET /api/values?from=1&limit=2000",
                        "GET /api/values?from=3%3A0&limit=2000&log=ab",
                        "GET /api/values?from=6%3A0&limit=2000&log=ab");
    }

    @Test
    void tailPrintsJsonAsTheLearnerGaveItALineAValue() throws Exception {
        answers.add(new Canned(200, FIRST_PAGE));
        answers.add(new Canned(200, EMPTY_PAGE));
        byte[] lines = tail(new LogFollower.Options("earliest", false, Long.MAX_VALUE, OutputFormat.JSON));
        assertThat(new String(lines, StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {"instance":2,"index":0,"session":"1/0","number":1,"value":"one"}
                        {"instance":2,"index":1,"session":"1/0","number":2,"value":"/w==","encoding":"base64"}
                        """);
    }

    @Test
    void tailAsksForNoMoreThanTheLimit() throws Exception {
        answers.add(new Canned(200, FIRST_PAGE));
        tail(new LogFollower.Options("latest", true, 2, OutputFormat.TEXT));
        assertThat(requests).containsExactly("GET /api/values?from=latest&limit=2&wait=20000");
    }

    @Test
    void tailSaysWhenThePositionIsGone() {
        answers.add(new Canned(410, "{\"status\":410,\"detail\":\"the first retained instance is 90\"}"));
        assertThatThrownBy(() -> tail(new LogFollower.Options("1", false, 10, OutputFormat.TEXT)))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> assertThat(failure.status())
                        .isEqualTo(ExitStatus.GONE))
                .hasMessageContaining("the first retained instance is 90");
    }

    @Test
    void tailBegunBeforeTheLogIsFormedFollowsTheLogThatIs() throws Exception {
        answers.add(new Canned(200, EMPTY_PAGE.replace("\"ab\"", "\"unknown\"")));
        answers.add(new Canned(200, SECOND_PAGE));
        byte[] lines = tail(new LogFollower.Options("1", true, 1, OutputFormat.TEXT));
        assertThat(lines).isNotEmpty();
        assertThat(requests)
                .containsExactly(
                        "GET /api/values?from=1&limit=1&wait=20000", "GET /api/values?from=6%3A0&limit=1&wait=20000");
    }

    @Test
    void tailPassesOnWhateverPositionItIsGiven() {
        answers.add(new Canned(400, "{\"status\":400,\"detail\":\"from is 'a b'; allowed is an instance\"}"));
        assertThatThrownBy(() -> tail(new LogFollower.Options("a b", false, 10, OutputFormat.TEXT)))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> assertThat(failure.status())
                        .isEqualTo(ExitStatus.USAGE))
                .hasMessageContaining("from is 'a b'");
        assertThat(requests).containsExactly("GET /api/values?from=a+b&limit=10");
    }

    @Test
    void tailSaysWhyALearnerStopped() {
        answers.add(new Canned(200, EMPTY_PAGE.replace("\"next\"", "\"stopped\":\"hash differs\",\"next\"")));
        assertThatThrownBy(() -> tail(new LogFollower.Options("1", true, 10, OutputFormat.TEXT)))
                .hasMessageContaining("delivers nothing more: hash differs");
    }

    @Test
    void aLearnerThatDoesNotAnswerIsNamed() {
        stopLearner();
        assertThatThrownBy(() -> tail(new LogFollower.Options("1", true, 10, OutputFormat.TEXT)))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> assertThat(failure.status())
                        .isEqualTo(ExitStatus.UNREACHABLE))
                .hasMessageContaining("learner-0 (http://127.0.0.1:" + server.getAddress().getPort() + ")");
    }

    @Test
    void trimPrintsHowFarAcceptorsHaveTrimmed() throws IOException {
        answers.add(new Canned(200, "{\"instance\":50,\"acceptors\":[50,50,-1],\"learners\":[60,70]}"));
        assertThat(execute("trim", "50")).isZero();
        assertThat(requests).containsExactly("POST /actuator/trim {\"instance\":50}");
        assertThat(out.toString().strip())
                .isEqualTo(
                        "trimmed up to 50; acceptors have trimmed up to 50, 50, no answer; learners hold up to 60, 70");
    }

    @Test
    void aTrimThatIsRefusedSaysWhoIsInTheWay() throws IOException {
        answers.add(new Canned(409, "{\"status\":409,\"detail\":\"learner 1 holds only up to instance 12\"}"));
        assertThat(execute("trim", "50")).isEqualTo(ExitStatus.REFUSED.code());
        assertThat(err.toString()).contains("learner 1 holds only up to instance 12");
    }

    @Test
    void aTrimWithoutLearnersThatAreGoneNamesThem() throws IOException {
        answers.add(new Canned(200, """
                {"instance":50,"acceptors":[50],"learners":[60,4,70],"excluded":[1],
                 "notExcluded":[{"learner":2,"acceptors":[0]}]}"""));
        assertThat(execute("trim", "50", "--exclude", "1,2")).isZero();
        assertThat(requests).containsExactly("POST /actuator/trim {\"instance\":50,\"exclude\":\"1,2\"}");
        assertThat(out.toString().strip()).endsWith("learners hold up to 60, 4, 70; acceptors trim without learner 1"
                + "; learner 2 is not excluded: acceptors have not missed it for long enough");
    }

    @Test
    void onlyAnotherLearnerIsExcluded() throws IOException {
        for (String wrong : List.of("0", "3", "-1", "1,0")) {
            assertThat(execute("trim", "50", "--exclude", wrong)).isEqualTo(ExitStatus.USAGE.code());
            assertThat(err.toString()).contains("allowed are 0 to 2, but not 0, which is asked");
        }
        assertThat(execute("trim", "50", "--exclude", "x")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(requests).isEmpty();
    }

    @Test
    void aTrimWithTooFewAnswersIsUnknown() throws IOException {
        answers.add(new Canned(503, "{\"status\":503,\"detail\":\"too few acceptors answered\"}"));
        assertThat(execute("trim", "50")).isEqualTo(ExitStatus.UNKNOWN.code());
    }

    @Test
    void statisticsThatCannotBeWrittenAreFoundOutBeforeTheLoad() throws IOException {
        Path file = directory.resolve("missing").resolve("stats.txt");
        assertThat(execute("client", "--stats", file.toString())).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("--stats cannot be written: " + file).doesNotContain("\tat ");
    }

    @Test
    void aClusterIsNamedByItsDataOrByAFileMadeElsewhere() throws IOException {
        answers.add(new Canned(200, "{\"instance\":50,\"acceptors\":[50],\"learners\":[60]}"));
        answers.add(new Canned(200, "{\"instance\":50,\"acceptors\":[50],\"learners\":[60]}"));
        assertThat(execute("trim", "50")).isZero();
        assertThat(run("trim", "50", "--data", directory.toString())).isZero();
        assertThat(requests).hasSize(2);
        assertThat(execute("trim", "50", "--data", directory.toString())).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains("--data and --cluster");
        Path nothing = directory.resolve("nothing");
        assertThat(run("trim", "50", "--data", nothing.toString())).isEqualTo(ExitStatus.USAGE.code());
        assertThat(err.toString()).contains(nothing + "/cluster.properties", "'synod up' writes one");
    }

    @Test
    void trimWantsAnInstance() throws IOException {
        assertThat(execute("trim", "0")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(execute("trim")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(execute("trim", "5", "--learner", "7")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(requests).isEmpty();
    }

    @Test
    void rejoinWaitsUntilTheAcceptorVotesAndSaysMeanwhileForWhat() throws IOException {
        String waiting = "{\"status\":\"OUT\",\"reason\":\"waits for acceptor 0\",\"last\":0}";
        answers.add(new Canned(409, "{\"acceptorStatus\":\"FORMING\",\"detail\":\"its log is being formed\"}"));
        answers.add(new Canned(200, waiting));
        answers.add(new Canned(200, waiting));
        answers.add(new Canned(200, "{\"status\":\"REJOINING\",\"reason\":\"takes in\",\"missing\":4,\"last\":9}"));
        answers.add(new Canned(200, "{\"status\":\"VOTING\",\"storageId\":\"2:ab\"}"));
        assertThat(execute("rejoin", "acceptor", "1")).isZero();
        assertThat(requests).containsExactly("POST /actuator/rejoin {}", "POST /actuator/rejoin {}",
                "GET /actuator/rejoin", "GET /actuator/rejoin", "GET /actuator/rejoin");
        assertThat(err.toString().lines()).containsExactly("acceptor 1: its log is being formed",
                "acceptor 1: waits for acceptor 0", "acceptor 1: takes in; has all below instance 4");
        assertThat(out.toString().strip()).isEqualTo("acceptor 1 votes again, as 2:ab");
    }

    @Test
    void aRejoinThatIsRefusedOrTakesTooLongHasAnExitStatusOfItsOwn() throws IOException {
        answers.add(
                new Canned(409, "{\"acceptorStatus\":\"VOTING\",\"detail\":\"acceptor 1 cannot rejoin: it votes\"}"));
        assertThat(execute("rejoin", "acceptor", "1")).isEqualTo(ExitStatus.REFUSED.code());
        assertThat(err.toString()).contains("acceptor 1 cannot rejoin: it votes");
        answers.add(new Canned(200, "{}"));
        answers.add(new Canned(200, "{\"status\":\"OUT\",\"reason\":\"waits for acceptor 2\"}"));
        assertThat(execute("rejoin", "acceptor", "1", "--deadline", "0s")).isEqualTo(ExitStatus.UNKNOWN.code());
        assertThat(err.toString()).contains("acceptor 1 does not vote after 0 s: waits for acceptor 2");
        assertThat(execute("rejoin", "acceptor", "3")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(execute("rejoin", "learner", "1")).isEqualTo(ExitStatus.USAGE.code());
        stopLearner();
        assertThat(execute("rejoin", "acceptor", "1")).isEqualTo(ExitStatus.UNREACHABLE.code());
    }

    private byte[] tail(LogFollower.Options options) throws IOException, InterruptedException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        Rest rest = new Rest(
                NodeId.of(NodeType.LEARNER, 0), new PeerAddress("127.0.0.1", server.getAddress().getPort()),
                Access.of(null, null));
        new LogFollower(rest, options, new PlaceWriter(lines), new PrintWriter(err, true)).run();
        return lines.toByteArray();
    }

    private int execute(String... args) throws IOException {
        Path file = directory.resolve("cluster.properties");
        String address = "=127.0.0.1:" + server.getAddress().getPort() + "\n";
        Files.writeString(file, "synod.http.learner-0" + address + "synod.http.acceptor-1" + address
                + "paxos.cluster.learners=127.0.0.1:7800,127.0.0.1:7801,127.0.0.1:7802\n");
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--cluster", file.toString()));
        return run(all.toArray(String[]::new));
    }

    private int run(String... args) {
        CommandLine commandLine = SynodCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(args);
    }
}
