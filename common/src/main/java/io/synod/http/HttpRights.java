package io.synod.http;

import io.synod.config.HttpRole;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each HTTP call takes where tokens are in force. A call that stands nowhere here takes the most: a read the role reader, anything else
 * the role operator; so a new one is guarded before anybody thinks of it.
 */
final class HttpRights {

    /** What a load balancer, Prometheus and a browser that shows a page read without a token; below a slash at the end all. */
    private static final List<String> OPEN = List.of("/", "/console/", "/api.html", "/openapi.json",
            "/actuator/health", "/actuator/health/", "/actuator/info", "/actuator/prometheus");

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private HttpRights() {}

    /** Returns whether a method changes nothing. */
    static boolean reads(String method) {
        return READS.contains(method);
    }

    /**
     * Returns the role that a call takes; null for none.
     *
     * @param path without the query, decoded
     */
    static @Nullable HttpRole needed(String method, String path) {
        if (reads(method)) {
            return isOpen(path) ? null : HttpRole.READER;
        }
        if (method.equals("POST") && path.equals("/api/values")) {
            return HttpRole.SUBMITTER;
        }
        if (method.equals("POST") && path.equals("/api/tickets")) {
            return HttpRole.READER;
        }
        return HttpRole.OPERATOR;
    }

    private static boolean isOpen(String path) {
        return OPEN.stream().anyMatch(open -> open.equals(path)
                || open.length() > 1 && open.endsWith("/") && path.startsWith(open));
    }
}
