package io.synod.config;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.ExitCodeGenerator;

/** A configuration that a service cannot start with. Its message is one line for people: what, which value, what is allowed. */
public final class ConfigurationException extends RuntimeException implements ExitCodeGenerator {

    private static final long serialVersionUID = 1L;

    private final String property;

    /**
     * @param property the property's name, such as {@code paxos.id}
     * @param value the value that is not allowed; null for one that is missing
     * @param allowed what is allowed, or what to do
     */
    public ConfigurationException(String property, @Nullable Object value, String allowed) {
        this(property, property + (value == null ? " is not set" : " is '" + value + "'") + "; " + allowed);
    }

    private ConfigurationException(String property, String message) {
        super(message);
        this.property = property;
    }

    /** As the constructor, for a property that does not exist. */
    static ConfigurationException unknown(String property, String where, String allowed) {
        return new ConfigurationException(property, property + " (" + where + ") is not known; " + allowed);
    }

    /** The exit status of a process that cannot start for its configuration: {@code EX_CONFIG} of sysexits. */
    @Override
    public int getExitCode() {
        return 78;
    }

    /** The name of the property. */
    public String property() {
        return property;
    }
}
