package io.synod.http;

import io.synod.config.HttpRole;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;

/** Lets a request go on if its caller has the role that {@link HttpRights} asks for. */
final class HttpRightsManager implements AuthorizationManager<HttpServletRequest> {

    @Override
    public AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
            HttpServletRequest request) {
        HttpRole needed = needed(request);
        if (needed == null) {
            return new AuthorizationDecision(true);
        }
        Caller caller = Caller.of(request);
        if (caller == null) {
            throw new AuthenticationCredentialsNotFoundException("no token");
        }
        return new AuthorizationDecision(caller.role().includes(needed));
    }

    /** Returns the role that a request takes; null for none. */
    static @Nullable HttpRole needed(HttpServletRequest request) {
        String info = request.getPathInfo();
        return HttpRights.needed(request.getMethod(), request.getServletPath() + (info == null ? "" : info));
    }
}
