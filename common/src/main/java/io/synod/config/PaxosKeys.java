package io.synod.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses a property under {@code paxos} that no service knows, in whatever source it stands: file, command line, system
 * property or environment. (Spring's own check leaves the environment out.)
 */
final class PaxosKeys {

    private static final String PREFIX = "paxos";
    private static final String ENVIRONMENT_PREFIX = "PAXOS_";

    /** All names, in the canonical form: {@code paxos.cluster.name}; a list without its index. */
    private static final Set<String> KNOWN = Collections.unmodifiableSet(names(PREFIX, PaxosProperties.class));
    /** The same as letters and digits alone, by which sources spell them in several ways. */
    private static final Set<String> KNOWN_LETTERS = letters(KNOWN);

    private PaxosKeys() {}

    /** Returns all names, in the canonical form and in order. */
    static Set<String> known() {
        return KNOWN;
    }

    private static Set<String> names(String prefix, Class<?> type) {
        Set<String> names = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + kebab(component.getName());
            if (component.getType().isRecord()) {
                names.addAll(names(name, component.getType()));
            } else {
                names.add(name);
            }
        }
        return names;
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Set<String> letters(Set<String> names) {
        Set<String> result = new TreeSet<>();
        names.forEach(name -> result.add(letters(name)));
        return result;
    }

    /** Drops list indexes at the end, and all that is neither letter nor digit. */
    private static String letters(String name) {
        return name.replaceAll("(\\[\\d+]|_\\d+_?)$", "").replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    /** Refuses the first unknown name. */
    static void check(ConfigurableEnvironment environment) {
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof SystemEnvironmentPropertySource variables) {
                checkEnvironment(variables);
            }
        }
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable
                    && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
                checkNames(iterable);
            }
        }
    }

    private static void checkEnvironment(EnumerablePropertySource<?> variables) {
        for (String name : variables.getPropertyNames()) {
            if (name.toUpperCase(Locale.ROOT).startsWith(ENVIRONMENT_PREFIX)
                    && !KNOWN_LETTERS.contains(letters(name))) {
                throw unknown(name, "environment", ENVIRONMENT_PREFIX + "...");
            }
        }
    }

    private static void checkNames(IterableConfigurationPropertySource source) {
        ConfigurationPropertyName prefix = ConfigurationPropertyName.of(PREFIX);
        List<ConfigurationPropertyName> names = new ArrayList<>(
                source.stream().filter(prefix::isAncestorOf).toList());
        for (ConfigurationPropertyName name : names) {
            if (!KNOWN_LETTERS.contains(letters(name.toString()))) {
                throw unknown(name.toString(), where(source, name), PREFIX);
            }
        }
    }

    private static String where(ConfigurationPropertySource source, ConfigurationPropertyName name) {
        ConfigurationProperty property = source.getConfigurationProperty(name);
        Origin origin = property == null ? null : property.getOrigin();
        if (origin instanceof PropertySourceOrigin wrapped) {
            origin = wrapped.getOrigin();
        }
        if (origin != null) {
            return "in " + origin;
        }
        return source.getUnderlyingSource() instanceof PropertySource<?> named ? named.getName() : source.toString();
    }

    private static ConfigurationException unknown(String name, String where, String prefix) {
        String near = nearest(letters(name));
        return ConfigurationException.unknown(name, where, near == null
                ? "docs/configuration.md lists what there is under " + prefix
                : "did you mean " + near + "?");
    }

    /** Returns the known name that takes the fewest changes, if these are few; null otherwise. */
    private static @Nullable String nearest(String letters) {
        String best = null;
        int bestDistance = Math.max(2, letters.length() / 4) + 1;
        for (String known : KNOWN) {
            int distance = distance(letters, letters(known));
            if (distance < bestDistance) {
                best = known;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** The edit distance of two texts (Levenshtein, 1966). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
