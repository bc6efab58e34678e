package io.synod.client.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JVM options of the services, stated here alone. {@code SYNOD_JAVA_OPTS} comes after them and so wins.
 *
 * <p>A local cluster is half a dozen JVMs that share few cores. So: the collector with the least overhead, a
 * heap that starts small and grows under load, no profiling of code while C2 has other work, and compilation by C2
 * delayed, since during the start it would take a third of the processor time for code that runs no more. What a datagram passes through is exempt: at a few
 * thousand rounds a second it would stay slow for a minute otherwise ({@code docs/benchmarks.md} has the figures).
 */
final class JvmFlags {

    /** Name of the environment variable that holds more options, split at blanks. */
    static final String ENVIRONMENT = "SYNOD_JAVA_OPTS";

    private static final List<String> SERVICE = List.of(
            "-XX:+UseSerialGC",
            "-Xms24m",
            "-Xmx512m",
            "-Xss512k",
            "-XX:Tier3DelayOn=0",
            "-XX:Tier4InvocationThreshold=100000",
            "-XX:Tier4MinInvocationThreshold=30000",
            "-XX:Tier4CompileThreshold=200000",
            "-XX:Tier4BackEdgeThreshold=600000",
            "-XX:CompileCommand=quiet",
            compiledEarly("io/synod/*"),
            compiledEarly("sun/nio/ch/*"),
            compiledEarly("java/nio/*"),
            compiledEarly("org/springframework/messaging/*"),
            compiledEarly("org/springframework/integration/*"),
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            // The acceptor's storage engine is native code.
            "--enable-native-access=ALL-UNNAMED");

    private JvmFlags() {}

    /** Undoes the delay for the classes of a pattern: 0.05 of the thresholds above is what the JVM has by default. */
    private static String compiledEarly(String classes) {
        return "-XX:CompileCommand=CompileThresholdScaling," + classes + ".*,0.05";
    }

    /** Returns the options that a class archive must be made with and used with alike. */
    static List<String> base() {
        return SERVICE;
    }

    /** Returns the options of a service, the user's own last. */
    static List<String> service(@Nullable String userOptions) {
        List<String> flags = new ArrayList<>(SERVICE);
        if (userOptions != null && !userOptions.isBlank()) {
            flags.addAll(List.of(userOptions.strip().split("\\s+")));
        }
        return flags;
    }
}
