package io.synod.learner.service;

import io.synod.protocol.SessionId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a WebSocket asks for.
 *
 * @param start where to begin
 * @param client the session whose values alone are wanted; null for all
 * @param logId names the log that the position is one of; null if the client did not say
 */
record Subscription(ReadParameters.Start start, @Nullable SessionId client, @Nullable String logId) {

    /**
     * Reads the query; a ticket in it was taken before.
     *
     * @throws BadParameterException if something is not allowed
     */
    static Subscription of(Map<String, String[]> query, DeliveredLog log) {
        ReadParameters parameters = new ReadParameters(query, "from", "client", "log", "ticket");
        return new Subscription(parameters.start(log, "latest"), parameters.client(), parameters.log());
    }
}
