package io.synod.learner.service;

import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.protocol.ProtocolLimits;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** The header {@code Idempotency-Key} of a submission, alike wherever it is submitted. */
public final class IdempotencyKeyHeader {

    public static final String NAME = "Idempotency-Key";

    private static final int SHOWN_CHARS_MAX = 100;

    private IdempotencyKeyHeader() {}

    /** Whether a request has no key, or one that is allowed. */
    public static boolean isAllowed(HttpServletRequest request) {
        List<String> keys = Collections.list(request.getHeaders(NAME));
        return keys.isEmpty() || keys.size() == 1 && isKey(keys.getFirst());
    }

    private static boolean isKey(String key) {
        return !key.isEmpty()
                && key.length() <= ProtocolLimits.KEY_BYTES_MAX
                && key.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    private static String shown(String key) {
        return key.length() <= SHOWN_CHARS_MAX ? key : key.substring(0, SHOWN_CHARS_MAX) + "...";
    }

    /** Returns the key of a request, null if it has none. */
    public static @Nullable String of(HttpServletRequest request) {
        return request.getHeader(NAME);
    }

    /** What answers a request whose key is not allowed. */
    public static ProblemDetail problem(HttpServletRequest request) {
        List<String> keys = Collections.list(request.getHeaders(NAME));
        String wrong = keys.size() == 1 ? "is '" + shown(keys.getFirst()) + "'" : "is given " + keys.size() + " times";
        return Problems.of(
                HttpStatus.BAD_REQUEST,
                ProblemType.BAD_IDEMPOTENCY_KEY,
                NAME + " " + wrong + "; allowed is one header of 1 to " + ProtocolLimits.KEY_BYTES_MAX
                        + " characters of printable ASCII, without spaces");
    }
}
