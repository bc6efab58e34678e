package io.synod.client.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** The exit statuses of every command, the one place that gives them their numbers; {@code --help} prints them. */
public enum ExitStatus {
    OK(0, "all was done"),
    FAILED(1, "something failed; the message says what"),
    USAGE(2, "wrong command line or configuration; nothing was done"),
    /** A value refused, a trim that the trim quorum does not allow. */
    REFUSED(3, "refused: certainly not done"),
    UNKNOWN(4, "unknown: a deadline passed, it may yet be done"),
    UNREACHABLE(5, "a process that is needed does not answer"),
    GONE(6, "what was asked for is no longer retained"),
    INTERRUPTED(130, "stopped by a signal before the end"),
    /** As a shell says of a process that {@code SIGPIPE} ended. */
    OUTPUT_CLOSED(141, "whoever read the output closed it before the end");

    private final int code;
    private final String meaning;

    ExitStatus(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** What the process exits with. */
    public int code() {
        return code;
    }

    /** What it means, in words. */
    public String meaning() {
        return meaning;
    }

    /** Returns the code and the meaning of each, in the order of the codes. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        for (ExitStatus status : values()) {
            meanings.put(String.valueOf(status.code), status.meaning);
        }
        return meanings;
    }
}
