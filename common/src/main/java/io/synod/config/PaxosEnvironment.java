package io.synod.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
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
        requireHttpGuarded(environment, "server.address", properties.security().allowPlaintext());
        requireHttpGuarded(environment, "management.server.address", properties.security().allowPlaintext());
        Map<String, Object> derived = new LinkedHashMap<>();
        derived.put("server.port", node.role().httpPort(node.id()));
        properties.log().verbosity().levels()
                .forEach((logger, level) -> derived.put("logging.level." + logger, level));
        environment.getPropertySources().addLast(new MapPropertySource("paxosDerived", derived));
    }

    /**
     * Whoever reaches the HTTP port can submit, trim and change log levels: so it stays on this host, as the datagrams do.
     * What is not set is the loopback, by the defaults that all services share.
     */
    private static void requireHttpGuarded(Environment environment, String property, boolean allowPlaintext) {
        String address = environment.getProperty(property);
        if (!allowPlaintext && address != null && !isLoopback(address)) {
            throw new ConfigurationException(property, address,
                    "without credentials only the loopback is allowed, such as 127.0.0.1;"
                            + " paxos.security.allow-plaintext=true allows any, in a network that you trust");
        }
    }

    private static boolean isLoopback(String address) {
        try {
            // An empty one stands for all addresses.
            return !address.isBlank()
                    && Arrays.stream(InetAddress.getAllByName(address)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static PaxosProperties bind(Environment environment) {
        return Binder.get(environment).bindOrCreate("paxos", PaxosProperties.class);
    }
}
