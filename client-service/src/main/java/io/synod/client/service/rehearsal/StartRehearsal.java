package io.synod.client.service.rehearsal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.util.unit.DataSize;

/**
 * Starts an application like that of the services but with nothing of Synod in it, asks it what the services are asked,
 * and ends. The JVM records meanwhile which classes that takes. Not a component, so that no service finds it by scanning.
 */
@EnableAutoConfiguration
public final class StartRehearsal {

    private static final String CONFIGURATION =
            "name: rehearsal\nlist: [1, 2.5, true, a-b]\nmap: {key: 10s}\nblock:\n  - a\n  - key: b\n";
    private static final List<String> ENDPOINTS =
            List.of("health", "health/readiness", "info", "metrics", "prometheus");

    private StartRehearsal() {}

    /** As the node's flows are, with a channel and a handler of their own. */
    @Bean
    static IntegrationFlow rehearsedFlow() {
        return IntegrationFlow.from(new DirectChannel())
                .handle(message -> {}, endpoint -> endpoint.id("rehearsed"))
                .get();
    }

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        // Datagrams are sealed with these.
        Cipher.getInstance("AES/GCM/NoPadding");
        KDF.getInstance("HKDF-SHA256");
        // The services' own files, which are not here, are of this kind.
        new YamlPropertySourceLoader().load("rehearsal",
                new ByteArrayResource(CONFIGURATION.getBytes(StandardCharsets.UTF_8)));
        SpringApplication application = new SpringApplication(StartRehearsal.class);
        application.setDefaultProperties(Map.ofEntries(
                Map.entry("server.address", "127.0.0.1"),
                Map.entry("server.port", "0"),
                // Whatever the environment says that services shall do.
                Map.entry("server.ssl.enabled", "false"),
                Map.entry("server.shutdown", "graceful"),
                Map.entry("spring.main.banner-mode", "off"),
                Map.entry("spring.jmx.enabled", "false"),
                Map.entry("spring.mvc.problemdetails.enabled", "true"),
                Map.entry("logging.pattern.console", "%d{HH:mm:ss.SSS} %-5level [%thread] %logger{0} - %msg%n%ex"),
                Map.entry("management.endpoint.health.probes.enabled", "true"),
                Map.entry("management.endpoint.health.group.liveness.include", "livenessState"),
                Map.entry("management.info.java.enabled", "true"),
                Map.entry("management.endpoints.web.exposure.include", "*"),
                Map.entry("rehearsal.interval", "10s"),
                Map.entry("rehearsal.size", "16MB")));
        ConfigurableApplicationContext context = application.run(args);
        rehearseNode(context);
        WebServer server = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer());
        for (String endpoint : ENDPOINTS) {
            URI uri = URI.create("http://127.0.0.1:" + server.getPort() + "/actuator/" + endpoint);
            try (InputStream stream = uri.toURL().openStream()) {
                stream.readAllBytes();
            }
        }
        System.exit(SpringApplication.exit(context));
    }

    /** What a node reads from its configuration and opens. */
    private static void rehearseNode(ConfigurableApplicationContext context) throws IOException {
        Binder binder = Binder.get(context.getEnvironment());
        binder.bind("rehearsal.interval", Duration.class);
        binder.bind("rehearsal.size", DataSize.class);
        try (DatagramChannel channel = DatagramChannel.open(); Selector selector = Selector.open()) {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            channel.send(ByteBuffer.allocate(1), channel.getLocalAddress());
            selector.select();
            channel.receive(ByteBuffer.allocate(1));
        }
        Path file = Files.createTempFile("rehearsal", "");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE); FileLock _ = channel.tryLock()) {
            channel.force(false);
        } finally {
            Files.delete(file);
        }
    }
}
