package io.synod.client.service.rehearsal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;

/**
 * Starts an application like that of the services but with nothing of Synod in it, asks it what the services are asked,
 * and ends. The JVM records meanwhile which classes that takes. Not a component, so that no service finds it by scanning.
 */
@EnableAutoConfiguration
public final class StartRehearsal {

    private static final String CONFIGURATION = "name: rehearsal\nlist: [1, 2.5, true, a-b]\nmap: {key: 10s}\n";
    private static final List<String> ENDPOINTS =
            List.of("health", "health/readiness", "info", "metrics", "prometheus");

    private StartRehearsal() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        // Datagrams are sealed with these.
        Cipher.getInstance("AES/GCM/NoPadding");
        KDF.getInstance("HKDF-SHA256");
        // The services' own files, which are not here, are of this kind.
        new YamlPropertySourceLoader().load("rehearsal",
                new ByteArrayResource(CONFIGURATION.getBytes(StandardCharsets.UTF_8)));
        SpringApplication application = new SpringApplication(StartRehearsal.class);
        application.setDefaultProperties(Map.of(
                "server.address", "127.0.0.1",
                "server.port", "0",
                // Whatever the environment says that services shall do.
                "server.ssl.enabled", "false",
                "server.shutdown", "graceful",
                "spring.main.banner-mode", "off",
                "spring.jmx.enabled", "false",
                "management.endpoint.health.probes.enabled", "true",
                "management.endpoints.web.exposure.include", "*"));
        ConfigurableApplicationContext context = application.run(args);
        WebServer server = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer());
        for (String endpoint : ENDPOINTS) {
            URI uri = URI.create("http://127.0.0.1:" + server.getPort() + "/actuator/" + endpoint);
            try (InputStream stream = uri.toURL().openStream()) {
                stream.readAllBytes();
            }
        }
        System.exit(SpringApplication.exit(context));
    }
}
