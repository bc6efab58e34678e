package io.synod.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class PaxosEnvironmentTests {

    @Test
    void quietIsNothing() throws IOException {
        StandardEnvironment environment = environment("quiet");
        assertThat(levels(environment)).isNotEmpty()
                .allSatisfy(name -> assertThat(environment.getProperty(name)).as(name).isEqualTo("OFF"));
    }

    @Test
    void errorIsErrorsAlone() throws IOException {
        StandardEnvironment environment = environment("error");
        assertThat(levels(environment))
                .allSatisfy(name -> assertThat(environment.getProperty(name)).as(name).isEqualTo("ERROR"));
    }

    private static StandardEnvironment environment(String verbosity) throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("given",
                Map.of("paxos.role", "acceptor", "paxos.log.verbosity", verbosity)));
        for (PropertySource<?> defaults : new YamlPropertySourceLoader()
                .load("defaults", new ClassPathResource("synod-defaults.yml"))) {
            environment.getPropertySources().addLast(defaults);
        }
        new PaxosEnvironment().postProcessEnvironment(environment, new SpringApplication());
        return environment;
    }

    private static Set<String> levels(StandardEnvironment environment) {
        Set<String> names = new TreeSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> listed) {
                for (String name : listed.getPropertyNames()) {
                    if (name.startsWith("logging.level.")) {
                        names.add(name);
                    }
                }
            }
        }
        return names;
    }
}
