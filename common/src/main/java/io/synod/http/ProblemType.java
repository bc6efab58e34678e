package io.synod.http;

import java.net.URI;
import java.util.Locale;
import org.springframework.http.HttpStatus;

/**
 * The types of problems (RFC 9457) that services answer with. A type is {@code urn:synod:problem:} and its name, such as
 * {@code no-quorum}, and has one title, whatever occurs: what is particular to an occurrence stands in its detail.
 */
public enum ProblemType {

    // What says no more than its status does.
    BAD_REQUEST(HttpStatus.BAD_REQUEST.getReasonPhrase()),
    NOT_FOUND(HttpStatus.NOT_FOUND.getReasonPhrase()),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED.getReasonPhrase()),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE.getReasonPhrase()),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE.getReasonPhrase()),

    // Who calls, and from where.
    NO_TOKEN("A token is needed"),
    WRONG_TOKEN("The token is not known"),
    WRONG_TICKET("The ticket is not known"),
    TOO_MANY_TRIES("Too many wrong tokens"),
    ROLE_TOO_SMALL("The role does not suffice"),
    FOREIGN_ORIGIN("Pages of this origin are not allowed"),
    FOREIGN_HOST("The service is not called so"),

    // A value that is submitted.
    BAD_IDEMPOTENCY_KEY("The Idempotency-Key is not allowed"),
    KEY_OF_ANOTHER_VALUE("The key stands for another value"),
    TOO_LARGE("The value is too large"),
    NOT_SUBMITTED("Certainly not submitted"),
    UNKNOWN("The outcome is unknown"),

    // The delivered log.
    OTHER_LOG("Another log"),
    GONE("Not retained any more"),
    DAMAGED("Damaged here"),
    STOPPED("No more is delivered here"),
    DOUBTED("The log may be wrong here"),
    NO_SNAPSHOT("No such snapshot"),

    // Checkpoints.
    NO_CHECKPOINT("No such checkpoint"),
    NO_STORE("Nothing is kept on disk"),
    NOT_DELIVERED("Not delivered yet"),
    OUTDATED("Older than all that are kept"),
    NO_ROOM("The disk has no room"),

    // What an operator asks for.
    MAY_NOT_TRIM("This learner may not trim"),
    TRIM_BLOCKED("Learners do not hold it yet"),
    NO_QUORUM("Too few acceptors answered"),
    CANNOT_REJOIN("The acceptor cannot rejoin"),

    // Any call.
    OVERLOADED("Overloaded"),
    UNAVAILABLE("Not available");

    static final String PREFIX = "urn:synod:problem:";

    private final URI uri;
    private final String title;

    ProblemType(String title) {
        this.uri = URI.create(PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '-'));
        this.title = title;
    }

    public URI uri() {
        return uri;
    }

    public String title() {
        return title;
    }
}
