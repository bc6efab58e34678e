package io.synod.client.cli;

import io.synod.config.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import picocli.CommandLine.TypeConversionException;

/**
 * The times that services and commands of a cluster must agree on, as {@code paxos.timing.*} of its file says them.
 *
 * @param heartbeatInterval how often a leader and an acceptor say that they are there
 * @param leaderTimeout after how long without a leader's heartbeat another is elected
 * @param learnerLease how long an acceptor sends to a learner that does not renew
 */
public record ClusterTiming(Duration heartbeatInterval, Duration leaderTimeout, Duration learnerLease) {

    /** As services have it that are told nothing. */
    public static final ClusterTiming USUAL =
            new ClusterTiming(Duration.ofMillis(50), Duration.ofMillis(300), Duration.ofSeconds(3));

    /** Environment variables that start so say the times of a cluster when its file is written, and not later. */
    public static final String ENVIRONMENT = "PAXOS_TIMING_";

    private static final String PREFIX = "paxos.timing.";

    /**
     * Reads the times; one that is not there is the usual.
     *
     * @throws ConfigurationException naming the property that is no time
     */
    public static ClusterTiming of(Properties properties) {
        return new ClusterTiming(
                time(properties, "heartbeat-interval", USUAL.heartbeatInterval),
                time(properties, "leader-timeout", USUAL.leaderTimeout),
                time(properties, "learner-lease", USUAL.learnerLease));
    }

    /** The lines that {@link #of} reads. */
    public List<String> toLines() {
        return List.of(
                PREFIX + "heartbeat-interval=" + heartbeatInterval.toMillis() + "ms",
                PREFIX + "leader-timeout=" + leaderTimeout.toMillis() + "ms",
                PREFIX + "learner-lease=" + learnerLease.toMillis() + "ms");
    }

    /** The times that services started from this environment would have. */
    public static ClusterTiming ofEnvironment() {
        Properties properties = new Properties();
        System.getenv().forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT)) {
                String property = name.substring(ENVIRONMENT.length()).toLowerCase(java.util.Locale.ROOT);
                properties.setProperty(PREFIX + property.replace('_', '-'), value);
            }
        });
        return of(properties);
    }

    private static Duration time(Properties properties, String name, Duration otherwise) {
        String text = properties.getProperty(PREFIX + name);
        if (text == null) {
            return otherwise;
        }
        try {
            return new Durations().convert(text);
        } catch (TypeConversionException e) {
            throw new ConfigurationException(PREFIX + name, text, "allowed is a time, such as 50ms or 3s");
        }
    }
}
