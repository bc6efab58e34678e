package io.synod.http;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Problem details (RFC 9457) as all services write them. */
public final class Problems {

    private Problems() {}

    /** A problem whose type is {@code urn:synod:problem:} and a word. */
    public static ProblemDetail of(HttpStatus status, String type, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:synod:problem:" + type));
        problem.setTitle(title);
        return problem;
    }

    /** The same to be thrown, so that the request is answered with it. */
    public static ErrorResponseException error(HttpStatus status, String type, String title, String detail) {
        return new ErrorResponseException(status, of(status, type, title, detail), null);
    }

    /** One to be thrown whose title is what HTTP calls the status. */
    public static ErrorResponseException error(HttpStatus status, String type, String detail) {
        return error(status, type, status.getReasonPhrase(), detail);
    }
}
