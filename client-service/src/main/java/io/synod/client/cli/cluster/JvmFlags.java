package io.synod.client.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JVM options of the services, stated here alone. {@code SYNOD_JAVA_OPTS} comes after them and so wins.
 *
 * <p>A local cluster is half a dozen JVMs that share few cores. So: the collector with the least overhead, a
 * heap that starts small and grows under load, no profiling of code while C2 has other work, and compilation
 * delayed, by C1 tenfold and by C2 twentyfold, since during the start it would take half the processor time for code that runs no more. The class cache
 * ({@link ClassArchive}) remembers what its rehearsal compiled, so both run by the same options. What a datagram passes through is exempt: at a few
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
            "-XX:Tier3InvocationThreshold=2000",
            "-XX:Tier3MinInvocationThreshold=1000",
            "-XX:Tier3CompileThreshold=20000",
            "-XX:Tier4InvocationThreshold=100000",
            "-XX:Tier4MinInvocationThreshold=30000",
            "-XX:Tier4CompileThreshold=200000",
            "-XX:Tier4BackEdgeThreshold=600000",
            "-XX:CompileCommand=quiet",
            compiledEarly("io/synod/*"),
            compiledEarly("sun/nio/ch/*"),
            compiledEarly("java/nio/*"),
            // Until C2 has compiled it, AES-GCM is not done by the processor's own instructions.
            compiledEarly("com/sun/crypto/provider/*"),
            compiledEarly("javax/crypto/*"),
            compiledEarly("org/springframework/messaging/*"),
            // Not all of Spring Integration: what reads annotations runs at the start alone.
            compiledEarly("org/springframework/integration/channel/*"),
            compiledEarly("org/springframework/integration/dispatcher/*"),
            compiledEarly("org/springframework/integration/endpoint/*"),
            compiledEarly("org/springframework/integration/handler/*"),
            compiledEarly("org/springframework/integration/support/*"),
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            // The acceptor's storage engine is native code.
            "--enable-native-access=ALL-UNNAMED");

    private JvmFlags() {}

    /** Undoes the delay for the classes of a pattern: 0.05 of the thresholds of C2 above is what the JVM has by default, of C1's half of it. */
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
