package io.synod.config;

import java.util.Locale;

/** What a bearer token allows over HTTP. Each role may also do what those before it may. */
public enum HttpRole {
    /** Reads the log, checkpoints, and what services say of themselves. */
    READER,
    /** Submits values. */
    SUBMITTER,
    /** Whatever there is: trims, has acceptors rejoin, stores checkpoints, sets log levels. */
    OPERATOR;

    /** Returns whether this role may do what another may. */
    public boolean includes(HttpRole other) {
        return compareTo(other) >= 0;
    }

    /** As it stands in a configuration. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
