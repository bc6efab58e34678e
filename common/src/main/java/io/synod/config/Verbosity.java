package io.synod.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** How much a service logs, in the words of Kernel_Paxos. */
public enum Verbosity {
    /** Nothing but a failure to start. */
    QUIET("OFF", "OFF", "OFF", "OFF"),
    /** Errors alone. */
    ERROR("ERROR", "ERROR", "ERROR", "ERROR"),
    /** What changes, and warnings. */
    INFO("INFO", "WARN", "WARN", "ERROR"),
    /** Also what is done now and then; never a line a message. */
    DEBUG("DEBUG", "INFO", "WARN", "ERROR");

    private final String synod;
    private final String others;
    private final String adapter;
    private final String errors;

    Verbosity(String synod, String others, String adapter, String errors) {
        this.synod = synod;
        this.others = others;
        this.adapter = adapter;
        this.errors = errors;
    }

    /** The level of each logger that has one of its own. */
    public Map<String, String> levels() {
        Map<String, String> levels = new LinkedHashMap<>();
        levels.put("root", others);
        levels.put("io.synod", synod);
        // Otherwise it says only that the bean was started and stopped.
        levels.put("io.synod.udp.UdpBatchInboundAdapter", adapter);
        // A start that fails says why in one line on standard error; what Spring adds names beans and classes.
        levels.put("org.springframework.context.annotation.AnnotationConfigApplicationContext", errors);
        levels.put("org.springframework.boot.web.server.servlet.context"
                + ".AnnotationConfigServletWebServerApplicationContext", errors);
        // It warns, with a trace, of each client that is gone while frames for it wait.
        levels.put("org.apache.tomcat.websocket.WsSession", errors);
        return levels;
    }
}
