package io.synod.http;

import java.net.URI;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Problem details (RFC 9457) as all services write them. */
public final class Problems {

    private static final String TYPES = "urn:synod:problem:";

    private Problems() {}

    /** A problem whose type is {@code urn:synod:problem:} and a word. */
    public static ProblemDetail of(HttpStatus status, String type, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create(TYPES + type));
        problem.setTitle(title);
        return problem;
    }

    /** A problem that is told apart by its status alone: what HTTP calls the status gives type and title. */
    public static ProblemDetail of(HttpStatus status, String detail) {
        String type = switch (status) {
            case BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_MEDIA_TYPE ->
                    status.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
            default -> "http-" + status.value();
        };
        return of(status, type, status.getReasonPhrase(), detail);
    }

    /** Whether a problem has a type that we gave it. */
    public static boolean isOurs(ProblemDetail problem) {
        return String.valueOf(problem.getType()).startsWith(TYPES);
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
