package io.synod.http;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** Problem details (RFC 9457) as all services write them. */
public final class Problems {

    private Problems() {}

    /** A problem of a type. */
    public static ProblemDetail of(HttpStatus status, ProblemType type, String detail) {
        return of(status, type.uri(), type.title(), detail);
    }

    /** A problem that is told apart by its status alone: what HTTP calls the status gives type and title. */
    public static ProblemDetail of(HttpStatus status, String detail) {
        return switch (status) {
            case BAD_REQUEST -> of(status, ProblemType.BAD_REQUEST, detail);
            case NOT_FOUND -> of(status, ProblemType.NOT_FOUND, detail);
            case METHOD_NOT_ALLOWED -> of(status, ProblemType.METHOD_NOT_ALLOWED, detail);
            case NOT_ACCEPTABLE -> of(status, ProblemType.NOT_ACCEPTABLE, detail);
            case UNSUPPORTED_MEDIA_TYPE -> of(status, ProblemType.UNSUPPORTED_MEDIA_TYPE, detail);
            default -> of(status, URI.create(ProblemType.PREFIX + "http-" + status.value()), status.getReasonPhrase(),
                    detail);
        };
    }

    private static ProblemDetail of(HttpStatus status, URI type, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(type);
        problem.setTitle(title);
        return problem;
    }

    /** Whether a problem has a type that we gave it. */
    public static boolean isOurs(ProblemDetail problem) {
        return String.valueOf(problem.getType()).startsWith(ProblemType.PREFIX);
    }

    /** One to be thrown, so that the request is answered with it. */
    public static ErrorResponseException error(HttpStatus status, ProblemType type, String detail) {
        return new ErrorResponseException(status, of(status, type, detail), null);
    }
}
