package io.synod.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.NodeType;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class KeySourceTests {

    private final KeyRing ring = KeyRing.of(SealKey.draw(1, new SecureRandom()), SealKey.draw(2, new SecureRandom()));

    @TempDir
    Path directory;

    @Test
    void withoutAnyThereAreNoKeys() {
        assertThat(KeySource.of(security(null, null), NodeType.ACCEPTOR)).isNull();
    }

    @Test
    void keysComeFromAFileOrFromAProperty() throws IOException {
        Path file = Files.writeString(directory.resolve("keys"), ring.text());
        KeySource fromFile = Objects.requireNonNull(
                KeySource.of(security(file.toString(), null), NodeType.ACCEPTOR));
        assertThat(fromFile.ring()).isEqualTo(ring);
        assertThat(fromFile.file()).isEqualTo(file);
        KeySource fromProperty = Objects.requireNonNull(
                KeySource.of(security(null, ring.text().replace('\n', ',')), NodeType.ACCEPTOR));
        assertThat(fromProperty.ring()).isEqualTo(ring);
        assertThat(fromProperty.file()).isNull();
    }

    /** As a secret that is mounted: a file for each property, named after it. */
    @Test
    void keysComeFromAConfigTree() throws IOException {
        Files.writeString(directory.resolve("paxos.security.keys"), ring.text());
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("given",
                Map.of("spring.config.import", "configtree:" + directory + "/")));
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        PaxosKeys.check(environment);
        KeySource read = Objects.requireNonNull(
                KeySource.of(PaxosEnvironment.bind(environment).security(), NodeType.ACCEPTOR));
        assertThat(read.ring()).isEqualTo(ring);
        assertThat(read.file()).isNull();
    }

    @Test
    void eachMistakeIsNamedAndNoSecretIs() throws IOException {
        String missing = directory.resolve("none").toString();
        refused(security(missing, null), "paxos.security.key-file is '" + missing + "'; there is no such file");
        refused(security(directory.toString(), null),
                "paxos.security.key-file is '" + directory + "'; it cannot be read");
        String torn = Files.writeString(directory.resolve("torn"), ring.text().substring(0, 30)).toString();
        refused(security(torn, null),
                "paxos.security.key-file is '" + torn + "'; it is no file of keys: key 1, line 1");
        String client = Files.writeString(directory.resolve("client"), ring.forClients().text()).toString();
        refused(security(client, null), "client keys are for clients alone");
        refused(security(null, "1 cluster short"), "paxos.security.keys is '(a secret)'; it is no list of keys");
        refused(security(torn, ring.text()), "allowed is this or paxos.security.key-file, not both");
    }

    @Test
    void aClientMayHoldEither() throws IOException {
        for (KeyRing held : new KeyRing[] {ring, ring.forClients()}) {
            String file = Files.writeString(directory.resolve("keys"), held.text()).toString();
            assertThat(KeySource.ofFile(file, NodeType.CLIENT).ring()).isEqualTo(held);
        }
    }

    private static void refused(PaxosProperties.Security security, String why) {
        assertThatThrownBy(() -> KeySource.of(security, NodeType.ACCEPTOR)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(why)
                .message().doesNotContainPattern("[A-Za-z0-9+/]{40}=");
    }

    private static PaxosProperties.Security security(@Nullable String keyFile, @Nullable String keys) {
        return new PaxosProperties.Security(false, false, keyFile, keys, List.of(), null, null, null);
    }
}
