package io.synod.learner.service;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** Problem details (RFC 9457) as learner and client services write them. */
public final class Problems {

    private Problems() {}

    /** A problem whose type is {@code urn:synod:problem:} and a word. */
    public static ProblemDetail of(HttpStatus status, String type, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:synod:problem:" + type));
        problem.setTitle(title);
        return problem;
    }
}
