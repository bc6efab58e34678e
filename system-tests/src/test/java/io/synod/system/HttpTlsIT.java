package io.synod.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose HTTP is encrypted, with the certificates that {@code docs/operations.md} says how to make. */
class HttpTlsIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void aLearnerTakesTheLogOverFromAnotherAndCommandsReadItByTlsAndToken() throws Exception {
        Requirement.OPENSSL.orSkip(HttpTlsIT.class, Commands.exists("openssl"));
        makeCertificates();
        Guarded guarded = Guarded.make(directory, trust());
        Map<String, String> environment = new HashMap<>(guarded.environment());
        environment.putAll(Map.of(
                "SPRING_SSL_BUNDLE_PEM_SERVER_KEYSTORE_CERTIFICATE", "file:" + directory.resolve("learner-0.pem"),
                "SPRING_SSL_BUNDLE_PEM_SERVER_KEYSTORE_PRIVATEKEY", "file:" + directory.resolve("learner-0.key"),
                "SERVER_SSL_BUNDLE", "server",
                "SPRING_SSL_BUNDLE_PEM_CLUSTER_TRUSTSTORE_CERTIFICATE", "file:" + directory.resolve("ca.pem"),
                "PAXOS_SECURITY_HTTPBUNDLE", "cluster",
                "SYNOD_CA_FILE", directory.resolve("ca.pem").toString(),
                "PAXOS_QUORUM_TRIM", "1", "PAXOS_LEARNER_TRIMEVERY", "500",
                "PAXOS_PROPOSER_MAXVALUESPERINSTANCE", "1"));
        try (ProcessCluster cluster = ProcessCluster.up(new Synod(directory, environment), "--acceptors", "1",
                "--learners", "2")) {
            cluster.kill("learner-1");
            cluster.wipe("learner-1");
            Feed feed = Feed.start(cluster.synod(), "-o", "256");
            Await.until("the acceptor has trimmed what learner-1 lacks", SOON, () -> {
                feed.write(500);
                return role(guarded, cluster, "acceptor-0", "acceptor", "trimPoint") > 1_000;
            });
            feed.end().requireOk();
            cluster.synod().run("start", "learner", "2").requireOk();
            Await.until("learner-1 has all", SOON,
                    () -> role(guarded, cluster, "learner-1", "learner", "values") >= feed.lines());
            assertThat(cluster.log("learner-1")).contains("Took instances").doesNotContain("answers 401");

            String[] tail = {"tail", "--from", "earliest", "--learner", "1"};
            assertThat(cluster.synod().run(tail).requireOk().out()).endsWith("\t" + feed.lines() + "\n");
            int learner = cluster.httpPort("learner-0");
            assertThat(guarded.call(learner, "POST", "/api/values", "submitter", "handed on").status()).isEqualTo(201);
            assertThat(guarded.call(learner, "GET", "/api/cluster", "reader").json().path("members"))
                    .allSatisfy(member -> assertThat(member.path("problem").isNull()).as("%s", member).isTrue());
            assertThat(guarded.open(learner, "", "reader", null)).isEqualTo(101);
            assertThat(guarded.call(learner, "GET", "/actuator/info", null).json().path("http").path("tls").asBoolean())
                    .isTrue();
            assertThat(cluster.log("learner-0")).doesNotContain("HTTP is not encrypted");
            assertThat(new Synod(directory, Map.of("SYNOD_TOKEN_FILE", guarded.tokenFile("reader").toString()))
                    .run(tail).exit()).as("without the authority nobody is trusted").isNotZero();
        }
    }

    /** Runs the first block of commands of the section on TLS, as it stands there. */
    private void makeCertificates() throws IOException {
        String text = Files.readString(Synod.root().resolve("docs/operations.md"));
        String section = text.substring(text.indexOf("\n## TLS\n"));
        int begin = section.indexOf("```sh\n") + "```sh\n".length();
        Path script = Files.writeString(directory.resolve("make"), "set -e\ncd " + directory + "\n"
                + section.substring(begin, section.indexOf("```", begin)));
        Commands.Ended ended = Commands.run(Duration.ofSeconds(30), List.of("sh", script.toString()));
        assertThat(ended.exit()).as(ended.output()).isZero();
    }

    private SSLContext trust() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(directory.resolve("ca.pem"))) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static long role(Guarded guarded, ProcessCluster cluster, String service, String role, String field) {
        return guarded.call(cluster.httpPort(service), "GET", "/actuator/paxos", "reader").json().path("roles")
                .path(role).path(field).asLong(-1);
    }
}
