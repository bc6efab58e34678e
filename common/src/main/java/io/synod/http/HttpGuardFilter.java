package io.synod.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.WebUtils;

/**
 * Keeps pages of other sites from using this service through the browser of somebody who reaches it. There are no sessions and no cookies, so what a foreign page could
 * borrow is the place alone: a service on the loopback of whoever looks at the page.
 *
 * <p>A request that changes something is refused if it comes from a page of another origin. And where there are no tokens, any request is
 * refused that calls the service by a name that a foreign site could have made to stand for it (DNS rebinding), since its pages would then count as
 * our own. What no site can have are addresses as numbers, {@code localhost}, names without a dot, and the names of the cluster's own nodes.
 *
 * <p>It also gives all answers the headers that tell browsers what not to do with them.
 */
final class HttpGuardFilter extends OncePerRequestFilter {

    private static final String POLICY = "default-src 'none'; frame-ancestors 'none'";

    private final boolean checkHost;
    private final Set<String> allowedOrigins;
    private final Set<String> allowedHosts;
    private final Refusals refusals;

    /**
     * @param checkHost whether names that a foreign site could have are refused
     * @param allowedOrigins the origins, beside the service's own, whose pages may write; their hosts are allowed too
     * @param ownHosts the names by which nodes of the cluster are called
     */
    HttpGuardFilter(boolean checkHost, List<String> allowedOrigins, Collection<String> ownHosts, Refusals refusals) {
        this.checkHost = checkHost;
        this.allowedOrigins = Set.copyOf(allowedOrigins);
        this.allowedHosts = Stream.concat(allowedOrigins.stream().map(HttpGuardFilter::hostOf),
                ownHosts.stream().map(host -> host.toLowerCase(Locale.ROOT))).collect(Collectors.toSet());
        this.refusals = refusals;
    }

    private static String hostOf(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host == null ? "" : host.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        String host = request.getServerName();
        if (checkHost && !isNobodyElses(host) && !allowedHosts.contains(host.toLowerCase(Locale.ROOT))) {
            refusals.refuse(request, response, HttpStatus.FORBIDDEN, ProblemType.FOREIGN_HOST,
                    "this service is not called '" + host
                            + "': call it by localhost, by a number or by a name without a dot;"
                            + " paxos.learner.allowed-origins allows the hosts of origins, and paxos.security.tokens any");
            return;
        }
        if (!HttpRights.reads(request.getMethod()) && isForeign(request)) {
            String origin = request.getHeader(HttpHeaders.ORIGIN);
            refusals.refuse(request, response, HttpStatus.FORBIDDEN, ProblemType.FOREIGN_ORIGIN,
                    "pages of " + (origin == null ? "another origin" : origin)
                            + " may change nothing here; paxos.learner.allowed-origins allows them");
            return;
        }
        chain.doFilter(request, response);
    }

    private boolean isForeign(HttpServletRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            String site = request.getHeader("Sec-Fetch-Site");
            return site != null && !site.equals("same-origin") && !site.equals("none");
        }
        return !allowedOrigins.contains(origin) && !isOwn(request);
    }

    private static boolean isOwn(HttpServletRequest request) {
        try {
            return WebUtils.isSameOrigin(new ServletServerHttpRequest(request));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether no site can have pages under this name: it is a number, or stands in no public directory of names. */
    private static boolean isNobodyElses(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (!name.contains(".") && !name.contains(":") || name.endsWith(".localhost")) {
            return true;
        }
        try {
            InetAddress.ofLiteral(
                    name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
