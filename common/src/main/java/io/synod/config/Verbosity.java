package io.synod.config;

/** How much a service logs, in the words of Kernel_Paxos. */
public enum Verbosity {
    /** Nothing but a failure to start. */
    QUIET("OFF", "OFF"),
    /** Errors alone. */
    ERROR("ERROR", "ERROR"),
    /** What changes, and warnings. */
    INFO("INFO", "WARN"),
    /** Also what is done now and then; never a line a message. */
    DEBUG("DEBUG", "INFO");

    private final String synod;
    private final String others;

    Verbosity(String synod, String others) {
        this.synod = synod;
        this.others = others;
    }

    /** The level of Synod's own loggers. */
    public String synodLevel() {
        return synod;
    }

    /** The level of all other loggers. */
    public String otherLevel() {
        return others;
    }
}
