package io.synod.http;

import io.synod.config.ClusterAddresses;
import io.synod.config.HttpAccess;
import io.synod.config.PaxosProperties;
import io.synod.udp.PeerAddress;
import jakarta.servlet.DispatcherType;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * What guards a service's HTTP, from outside in: the audit log, the guard against foreign pages, what allowed ones may do (CORS), and where
 * tokens are in force Spring Security's chain. And what answers errors, alike at every service.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@Import(TokenSecurityConfiguration.class)
public class HttpConfiguration {

    private static final Logger log = LoggerFactory.getLogger(HttpConfiguration.class);

    private static final String WARNING =
            "HTTP asks for no token: whoever reaches this address can read, submit, trim and"
                    + " change log levels (paxos.security.allow-open-http=true)";

    private static final int AUDIT_ORDER = Ordered.HIGHEST_PRECEDENCE + 100;
    private static final int GUARD_ORDER = AUDIT_ORDER + 1;
    private static final int CORS_ORDER = AUDIT_ORDER + 2;
    static final int TOKENS_ORDER = AUDIT_ORDER + 3;

    static HttpAccess access(Environment environment) {
        return HttpAccess.of(environment, Binder.get(environment).bindOrCreate("paxos.security",
                PaxosProperties.Security.class));
    }

    @Bean
    HttpAccess httpAccess(Environment environment) {
        return access(environment);
    }

    @Bean
    Refusals refusals(ObjectProvider<JsonMapper> mapper) {
        return new Refusals(mapper::getObject);
    }

    @Bean
    Tickets tickets() {
        return new Tickets(System::nanoTime);
    }

    @Bean
    ServiceCalls serviceCalls(PaxosProperties properties, ObjectProvider<SslBundles> bundles) {
        return ServiceCalls.of(properties.security(), bundles::getIfAvailable);
    }

    @Bean
    FilterRegistrationBean<AuditFilter> auditFilter() {
        return registration(new AuditFilter(new AuditLog(System::nanoTime)), AUDIT_ORDER);
    }

    @Bean
    FilterRegistrationBean<HttpGuardFilter> httpGuardFilter(HttpAccess access, PaxosProperties properties,
            Refusals refusals) {
        return registration(new HttpGuardFilter(!access.tokens(), properties.learner().allowedOrigins(),
                hosts(properties), refusals), GUARD_ORDER);
    }

    /** Where the configuration says that nodes of the cluster are. */
    private static List<String> hosts(PaxosProperties properties) {
        List<String> hosts = new ArrayList<>();
        ClusterAddresses.of(properties.cluster()).addresses().values().forEach(address -> hosts.add(address.host()));
        properties.learner().clientServices().forEach(service -> hosts.add(PeerAddress.parse(service).host()));
        for (String peer : properties.learner().peers()) {
            hosts.add(String.valueOf(URI.create(peer.strip()).getHost()));
        }
        return hosts;
    }

    @Bean
    FilterRegistrationBean<CorsFilter> allowedOriginsFilter(PaxosProperties properties, Refusals refusals) {
        List<String> origins = properties.learner().allowedOrigins();
        CorsConfiguration allowed = new CorsConfiguration().applyPermitDefaultValues();
        allowed.setAllowedOrigins(origins);
        allowed.setAllowedMethods(List.of("GET", "HEAD", "POST"));
        allowed.setExposedHeaders(List.of("WWW-Authenticate", "Retry-After"));
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/api/**", allowed);
        CorsFilter filter = new CorsFilter(source);
        filter.setCorsProcessor(new ForeignOrigins(refusals));
        FilterRegistrationBean<CorsFilter> registration = registration(filter, CORS_ORDER);
        registration.setEnabled(!origins.isEmpty());
        return registration;
    }

    private static <T extends jakarta.servlet.Filter> FilterRegistrationBean<T> registration(T filter, int order) {
        FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(order);
        registration.setDispatcherTypes(DispatcherType.REQUEST);
        return registration;
    }

    @Bean
    ProblemAdvice problemAdvice() {
        return new ProblemAdvice();
    }

    @Bean
    ProblemErrorController problemErrorController() {
        return new ProblemErrorController();
    }

    /** Component {@code http}: how the port is guarded; an open one is no fault, and is shown. */
    @Bean
    HealthIndicator httpHealthIndicator(HttpAccess access) {
        return () -> {
            Health.Builder health = Health.up().withDetail("access", access.label()).withDetail("tls", access.tls());
            if (access.isOpen()) {
                health.withDetail("warning", WARNING);
            }
            return health.build();
        };
    }

    /** {@code http} in {@code /actuator/info}. */
    @Bean
    InfoContributor httpInfoContributor(HttpAccess access) {
        return info -> info.withDetail("http", access);
    }

    /** Says at each start what is amiss. */
    @Bean
    SmartLifecycle httpWarnings(HttpAccess access) {
        return new SmartLifecycle() {
            private volatile boolean running;

            @Override
            public void start() {
                running = true;
                if (access.isOpen()) {
                    log.warn(WARNING);
                } else if (!access.loopback() && !access.tls()) {
                    log.warn("HTTP is not encrypted: whoever sees it on its way can read tokens and values"
                            + " (server.ssl.bundle encrypts it)");
                }
            }

            @Override
            public void stop() {
                running = false;
            }

            @Override
            public boolean isRunning() {
                return running;
            }
        };
    }
}
