package io.synod.system;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a test needs and a machine may lack. Without it the test is skipped, and says so in one line; but what the system
 * property {@code synod.require} names, such as {@code docker,prometheus}, must be there, or the test fails. So a build that
 * has brought them cannot pass by skipping.
 */
enum Requirement {

    /** A Docker daemon that this process may use, and the command {@code docker}. */
    DOCKER("a running Docker"),
    /** The commands {@code prometheus} and {@code promtool}. */
    PROMETHEUS("the commands prometheus and promtool (Debian has them in the package prometheus)"),
    /** A Chromium that runs without a screen. */
    CHROMIUM("the command chromium (Debian has it in the package of that name)"),
    /** The command {@code python3}, with its standard library. */
    PYTHON("the command python3"),
    /** The command {@code openssl}. */
    OPENSSL("the command openssl"),
    /** Rules of the firewall. */
    FIREWALL("root and iptables"),
    /** File systems in files, mounted by this process. */
    VOLUME("root, loop devices and mkfs.ext4");

    private static final String PROPERTY = "synod.require";

    private final String words;

    Requirement(String words) {
        this.words = words;
    }

    /** Goes on when it is there; otherwise skips the test, or fails it. */
    void orSkip(Class<?> test, boolean isThere) {
        if (isThere) {
            return;
        }
        if (isRequired()) {
            fail("%s needs %s, which %s requires and is not there", test.getSimpleName(), words, PROPERTY);
        }
        System.err.println(test.getSimpleName() + " is SKIPPED: it needs " + words);
        abort("needs " + words);
    }

    private boolean isRequired() {
        return Arrays.asList(System.getProperty(PROPERTY, "").split(",")).contains(name().toLowerCase(Locale.ROOT));
    }
}
