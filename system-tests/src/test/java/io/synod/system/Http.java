package io.synod.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls over HTTP; where nobody answers in the request's time they fail by an {@link UncheckedIOException}. */
final class Http {

    private static final JsonMapper JSON = new JsonMapper();

    private Http() {}

    /** What a call answered; the JSON missing if it is none. */
    record Answer(int status, JsonNode json, String text) {}

    static Answer call(HttpClient http, HttpRequest request) {
        HttpResponse<String> response = send(http, request);
        String body = response.body();
        boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
        return new Answer(response.statusCode(), json ? JSON.readTree(body) : JSON.missingNode(), body);
    }

    /** As {@link #call}, for those who look at headers. */
    static HttpResponse<String> send(HttpClient http, HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(request.uri() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
