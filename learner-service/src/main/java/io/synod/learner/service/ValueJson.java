package io.synod.learner.service;

import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Writes values as JSON, in the same form as {@code GET /api/values}. */
final class ValueJson {

    private final ObjectWriter writer;

    ValueJson(JsonMapper mapper) {
        this.writer = mapper.writerFor(DeliveredValue.class);
    }

    String write(DeliveredValue value) {
        return writer.writeValueAsString(value);
    }
}
