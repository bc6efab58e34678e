package io.synod.http;

import io.synod.config.HttpRole;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as a token or a ticket says.
 *
 * @param name the token's name
 * @param role what it allows
 */
record Caller(String name, HttpRole role) implements Principal {

    private static final String ATTRIBUTE = "synod.caller";

    @Override
    public String getName() {
        return name;
    }

    /** Returns who made a request; null for anyone without a token. */
    static @Nullable Caller of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller : null;
    }

    void made(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }
}
