package io.synod.http;

import org.springframework.http.ProblemDetail;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems (RFC 9457) where nobody else turns them into JSON. */
public final class ProblemJson {

    private final ObjectWriter writer;

    public ProblemJson(JsonMapper mapper) {
        this.writer = mapper.writerFor(ProblemDetail.class);
    }

    public byte[] write(ProblemDetail problem) {
        return writer.writeValueAsBytes(problem);
    }
}
