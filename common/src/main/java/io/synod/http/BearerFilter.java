package io.synod.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who calls: by {@code Authorization: Bearer TOKEN}, or where a WebSocket is opened by the parameter {@code ticket}. Who presents
 * neither goes on as nobody; who presents a wrong one is refused, also where none is needed, and is told no more of it if he
 * goes on. A right one is taken whatever others tried from the same address, which may be a proxy's: a token of 256 random bits needs
 * no lockout, and to look for one costs little.
 */
final class BearerFilter extends OncePerRequestFilter {

    private static final String SCHEME = "bearer ";
    private static final String SOCKETS = "/ws/";

    private final TokenRegistry tokens;
    private final Tickets tickets;
    private final FailedTries tries;
    private final Refusals refusals;

    BearerFilter(TokenRegistry tokens, Tickets tickets, FailedTries tries, Refusals refusals) {
        this.tokens = tokens;
        this.tickets = tickets;
        this.tries = tries;
        this.refusals = refusals;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        String ticket = opensSocket(request) ? request.getParameter("ticket") : null;
        if (header == null && ticket == null) {
            chain.doFilter(request, response);
            return;
        }
        Caller caller = header != null ? bearer(header) : tickets.redeem(String.valueOf(ticket));
        if (caller == null) {
            String source = request.getRemoteAddr();
            if (!tries.mayTry(source, System.nanoTime())) {
                response.setHeader(HttpHeaders.RETRY_AFTER, "1");
                refusals.refuse(request, response, HttpStatus.TOO_MANY_REQUESTS, ProblemType.TOO_MANY_TRIES,
                        "too many wrong tokens came from your address, and this is another: wait for a second");
                return;
            }
            tries.failed(source, System.nanoTime());
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"synod\", error=\"invalid_token\"");
            refusals.refuse(request, response, HttpStatus.UNAUTHORIZED,
                    header != null ? ProblemType.WRONG_TOKEN : ProblemType.WRONG_TICKET,
                    header != null
                            ? "the token is not known here; allowed are those of paxos.security.tokens, as 'Bearer TOKEN'"
                            : "the ticket is not known here, was used already, or is older than " + Tickets.SECONDS
                                    + " s; POST /api/tickets gives another");
            return;
        }
        caller.made(request);
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(new PreAuthenticatedAuthenticationToken(caller, "",
                AuthorityUtils.createAuthorityList("ROLE_" + caller.role().label())));
        SecurityContextHolder.setContext(context);
        chain.doFilter(request, response);
    }

    private static boolean opensSocket(HttpServletRequest request) {
        return request.getServletPath().startsWith(SOCKETS)
                && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    private @Nullable Caller bearer(String header) {
        return header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? tokens.find(header.substring(SCHEME.length()).strip())
                : null;
    }
}
