package io.synod.learner.service;

import org.springframework.http.ProblemDetail;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems (RFC 9457) where nobody else turns them into JSON. */
final class ProblemJson {

    private final ObjectWriter writer;

    ProblemJson(JsonMapper mapper) {
        this.writer = mapper.writerFor(ProblemDetail.class);
    }

    byte[] write(ProblemDetail problem) {
        return writer.writeValueAsBytes(problem);
    }
}
