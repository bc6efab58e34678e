package io.synod.http;

import io.synod.config.HttpRole;
import io.synod.config.PaxosProperties;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.savedrequest.NullRequestCache;
import org.springframework.security.web.servletapi.SecurityContextHolderAwareRequestFilter;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;

/**
 * Spring Security's chain, where tokens are in force: no session, no cookie, no login. Its filters are put together here one by one, since what the builder of
 * Spring Security adds by itself (logout, sessions, saved requests, a user with a password) would all have to be taken out
 * again. It judges a request once, when it comes: what it lets go on may be answered in parts, by other threads, for as long as it takes.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(TokensInForce.class)
class TokenSecurityConfiguration {

    @Bean
    TokenRegistry tokenRegistry(PaxosProperties properties) {
        return new TokenRegistry(properties.security(), System::nanoTime);
    }

    /** Not a bean of type Filter, which would be registered a second time. */
    @Bean
    SecurityFilterChain tokenFilterChain(TokenRegistry tokens, Tickets tickets, Refusals refusals) {
        List<Filter> filters = List.of(
                new SecurityContextHolderFilter(new RequestAttributeSecurityContextRepository()),
                new BearerFilter(tokens, tickets, new FailedTries(), refusals),
                principals(),
                refusing(refusals),
                new AuthorizationFilter(new HttpRightsManager()));
        return new DefaultSecurityFilterChain(AnyRequestMatcher.INSTANCE, filters);
    }

    /** Makes the caller the request's principal, which health asks for. */
    private static Filter principals() {
        SecurityContextHolderAwareRequestFilter filter = new SecurityContextHolderAwareRequestFilter();
        try {
            filter.afterPropertiesSet();
        } catch (ServletException e) {
            throw new IllegalStateException("a filter that nothing is asked of cannot be made", e);
        }
        return filter;
    }

    /** Answers 401 to nobody, and 403 to somebody whose role does not suffice. */
    private static ExceptionTranslationFilter refusing(Refusals refusals) {
        ExceptionTranslationFilter filter = new ExceptionTranslationFilter((request, response, _) -> {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"synod\"");
            HttpRole needed = HttpRightsManager.needed(request);
            refusals.refuse(request, response, HttpStatus.UNAUTHORIZED, ProblemType.NO_TOKEN,
                    request.getMethod() + " " + request.getServletPath() + " takes a token of the role "
                            + (needed == null ? "reader" : needed.label()) + ", as 'Authorization: Bearer TOKEN'");
        }, new NullRequestCache());
        filter.setAccessDeniedHandler((request, response, _) -> {
            HttpRole needed = HttpRightsManager.needed(request);
            String role = needed == null ? "reader" : needed.label();
            Caller caller = Caller.of(request);
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE,
                    "Bearer realm=\"synod\", error=\"insufficient_scope\", scope=\"" + role + "\"");
            refusals.refuse(request, response, HttpStatus.FORBIDDEN, ProblemType.ROLE_TOO_SMALL,
                    request.getMethod() + " " + request.getServletPath() + " takes the role " + role
                            + (caller == null
                                    ? ""
                                    : ", and the token of " + caller.name() + " has the role "
                                            + caller.role().label()));
        });
        return filter;
    }

    @Bean
    FilterRegistrationBean<FilterChainProxy> tokenFilters(SecurityFilterChain chain, Refusals refusals) {
        FilterChainProxy proxy = new FilterChainProxy(chain);
        proxy.setRequestRejectedHandler((request, response, rejected) -> refusals.refuse(request, response,
                HttpStatus.BAD_REQUEST, ProblemType.BAD_REQUEST,
                "the request is not looked at: " + rejected.getMessage()));
        FilterRegistrationBean<FilterChainProxy> registration = new FilterRegistrationBean<>(proxy);
        registration.setOrder(HttpConfiguration.TOKENS_ORDER);
        registration.setDispatcherTypes(DispatcherType.REQUEST);
        return registration;
    }
}
