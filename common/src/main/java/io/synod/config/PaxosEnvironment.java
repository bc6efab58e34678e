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
        Map<String, Object> derived = new LinkedHashMap<>();
        derived.put("server.port", node.role().httpPort(node.id()));
        properties.log().verbosity().levels()
                .forEach((logger, level) -> derived.put("logging.level." + logger, level));
        environment.getPropertySources().addLast(new MapPropertySource("paxosDerived", derived));
    }

    static PaxosProperties bind(Environment environment) {
        return Binder.get(environment).bindOrCreate("paxos", PaxosProperties.class);
    }
}
