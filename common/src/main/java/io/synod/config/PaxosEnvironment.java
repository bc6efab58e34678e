package io.synod.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

/**
 * Checks the configuration before anything is built from it, and adds what follows from role, id and verbosity: the
 * HTTP port and the log levels. It takes effect where {@code paxos.role} is set.
 */
final class PaxosEnvironment implements EnvironmentPostProcessor, Ordered {

    /** After the files are read, which is done ten above the lowest. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        PaxosKeys.check(environment);
        if (!environment.containsProperty("paxos.role")) {
            return;
        }
        PaxosProperties properties = bind(environment);
        NodeDescription node = NodeDescription.of(properties);
        requireHttpGuarded(environment, "server.address", properties.security());
        requireHttpGuarded(environment, "management.server.address", properties.security());
        requireOneHttpPort(environment);
        HttpTokens.read(properties.security());
        Map<String, Object> derived = new LinkedHashMap<>();
        derived.put("management.endpoint.health.show-details",
                HttpTokens.inForce(properties.security()) ? "when-authorized" : "always");
        derived.put("server.port", node.role().httpPort(node.id()));
        properties.log().verbosity().levels()
                .forEach((logger, level) -> derived.put("logging.level." + logger, level));
        environment.getPropertySources().addLast(new MapPropertySource("paxosDerived", derived));
    }

    /**
     * Whoever reaches the HTTP port can submit, trim and change log levels: so it stays on this host, as the datagrams do,
     * unless it asks for tokens. What is not set is the loopback, by the defaults that all services share.
     */
    private static void requireHttpGuarded(Environment environment, String property,
            PaxosProperties.Security security) {
        String address = environment.getProperty(property);
        if (!security.allowOpenHttp() && !HttpTokens.inForce(security) && address != null
                && !HttpAccess.isLoopback(address)) {
            throw new ConfigurationException(property, address,
                    "without tokens only the loopback is allowed, such as 127.0.0.1; with paxos.security.tokens or"
                            + " paxos.security.tokens-file any is, and paxos.security.allow-open-http=true allows any"
                            + " without tokens, in a network that you trust");
        }
    }

    /** The filters that guard HTTP stand at the one port. */
    private static void requireOneHttpPort(Environment environment) {
        String port = environment.getProperty("management.server.port");
        if (port != null && !port.isBlank() && !port.equals(environment.getProperty("server.port"))) {
            throw new ConfigurationException("management.server.port", port,
                    "a service has one HTTP port, at which it is guarded: leave it out, and set server.port");
        }
    }

    static PaxosProperties bind(Environment environment) {
        return Binder.get(environment).bindOrCreate("paxos", PaxosProperties.class);
    }
}
