package io.synod.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.config.HttpRole;
import io.synod.config.HttpToken;
import io.synod.config.PaxosProperties;
import jakarta.servlet.FilterChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.FilterChainProxy;
import tools.jackson.databind.json.JsonMapper;

/** The chain where tokens are in force, without a server. */
class TokenSecurityTests {

    private static final String READER = "r".repeat(43);
    private static final String SUBMITTER = "s".repeat(43);
    private static final String OPERATOR = "o".repeat(43);

    private final Tickets tickets = new Tickets(System::nanoTime);
    private final FilterChainProxy chain = chain(new TokenRegistry(new PaxosProperties.Security(false, false, null,
            null, List.of(entry("app", HttpRole.READER, READER), entry("feed", HttpRole.SUBMITTER, SUBMITTER),
                    entry("ops", HttpRole.OPERATOR, OPERATOR)),
            null, null, null), System::nanoTime));

    private FilterChainProxy chain(TokenRegistry registry) {
        TokenSecurityConfiguration configuration = new TokenSecurityConfiguration();
        Refusals refusals = new Refusals(JsonMapper::new);
        return Objects.requireNonNull(configuration
                .tokenFilters(configuration.tokenFilterChain(registry, tickets, refusals), refusals).getFilter());
    }

    private static String entry(String name, HttpRole role, String token) {
        return name + ":" + role.label() + ":" + HexFormat.of().formatHex(HttpToken.hashOf(token));
    }

    private static MockHttpServletRequest request(String method, String path, @Nullable String token) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, path);
        request.setServletPath(path);
        if (token != null) {
            request.addHeader("Authorization", "Bearer " + token);
        }
        return request;
    }

    private MockHttpServletResponse call(MockHttpServletRequest request) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        chain.doFilter(request, response, new MockFilterChain());
        return response;
    }

    private int status(String method, String path, @Nullable String token) throws Exception {
        return call(request(method, path, token)).getStatus();
    }

    @Test
    void withoutATokenWhatNeedsOneIsAnsweredBy401AndSaysWhichRole() throws Exception {
        MockHttpServletResponse response = call(request("POST", "/actuator/trim", null));
        assertThat(response.getStatus()).isEqualTo(401);
        assertThat(response.getHeader("WWW-Authenticate")).isEqualTo("Bearer realm=\"synod\"");
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
        assertThat(response.getContentAsString()).contains("urn:synod:problem:no-token", "role operator");
        assertThat(status("GET", "/api/values", null)).isEqualTo(401);
        assertThat(status("GET", "/actuator/health", null)).isEqualTo(200);
    }

    @Test
    void aWrongTokenIsAnsweredBy401AlsoWhereNoneIsNeeded() throws Exception {
        MockHttpServletResponse response = call(request("GET", "/actuator/health", "x".repeat(43)));
        assertThat(response.getStatus()).isEqualTo(401);
        assertThat(response.getHeader("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(response.getContentAsString()).contains("urn:synod:problem:wrong-token").doesNotContain("xxx");
        assertThat(status("GET", "/api/values", "short")).isEqualTo(401);
        MockHttpServletRequest basic = request("GET", "/api/values", null);
        basic.addHeader("Authorization", "Basic " + READER);
        assertThat(call(basic).getStatus()).isEqualTo(401);
    }

    @Test
    void aRoleThatDoesNotSufficeIsAnsweredBy403AndTheNeededOneIsNamed() throws Exception {
        MockHttpServletResponse response = call(request("POST", "/actuator/trim", SUBMITTER));
        assertThat(response.getStatus()).isEqualTo(403);
        assertThat(response.getHeader("WWW-Authenticate")).contains("insufficient_scope", "scope=\"operator\"");
        assertThat(response.getContentAsString()).contains("urn:synod:problem:role-too-small",
                "takes the role operator, and the token of feed has the role submitter");
        assertThat(status("POST", "/api/values", READER)).isEqualTo(403);
    }

    @Test
    void eachRoleMayDoWhatItIsFor() throws Exception {
        assertThat(status("GET", "/api/values", READER)).isEqualTo(200);
        assertThat(status("POST", "/api/tickets", READER)).isEqualTo(200);
        assertThat(status("POST", "/api/values", SUBMITTER)).isEqualTo(200);
        assertThat(status("GET", "/peer/log", SUBMITTER)).isEqualTo(200);
        assertThat(status("POST", "/actuator/trim", OPERATOR)).isEqualTo(200);
        assertThat(status("PUT", "/api/checkpoints/1", OPERATOR)).isEqualTo(200);
    }

    @Test
    void whoCallsIsThePrincipalOfTheRequestAndIsForgottenAfterIt() throws Exception {
        AtomicReference<String> name = new AtomicReference<>();
        FilterChain seen = (request, _) -> name
                .set(String.valueOf(((jakarta.servlet.http.HttpServletRequest) request).getUserPrincipal().getName()));
        chain.doFilter(request("GET", "/api/values", READER), new MockHttpServletResponse(), seen);
        assertThat(name).hasValue("app");
        assertThat(SecurityContextHolder.getContext().getAuthentication()).isNull();
    }

    @Test
    void noSessionAndNoCookieIsEverMade() throws Exception {
        MockHttpServletRequest request = request("GET", "/api/values", READER);
        MockHttpServletResponse response = call(request);
        assertThat(request.getSession(false)).isNull();
        assertThat(response.getCookies()).isEmpty();
        MockHttpServletRequest refused = request("GET", "/api/values", null);
        call(refused);
        assertThat(refused.getSession(false)).isNull();
    }

    @Test
    void whoTriesTokensIsSlowedDownAndSaidWhenToComeAgain() throws Exception {
        for (int i = 0; i < FailedTries.BURST; i++) {
            assertThat(status("GET", "/api/values", "x".repeat(43))).isEqualTo(401);
        }
        MockHttpServletResponse response = call(request("GET", "/api/values", "x".repeat(43)));
        assertThat(response.getStatus()).isEqualTo(429);
        assertThat(response.getHeader("Retry-After")).isEqualTo("1");
        assertThat(status("GET", "/actuator/health", null)).as("nobody tried a token there").isEqualTo(200);
        assertThat(status("GET", "/api/values", READER)).as("a right one, from the same address").isEqualTo(200);
    }

    @Test
    void aTicketOpensOneWebSocketAndNothingElse() throws Exception {
        String ticket = tickets.give(new Caller("app", HttpRole.READER));
        MockHttpServletRequest read = request("GET", "/api/values", null);
        read.setParameter("ticket", ticket);
        assertThat(call(read).getStatus()).isEqualTo(401);
        MockHttpServletRequest open = request("GET", "/ws/values", null);
        open.setParameter("ticket", ticket);
        assertThat(call(open).getStatus()).as("no WebSocket is opened").isEqualTo(401);
        open.addHeader("Upgrade", "websocket");
        assertThat(call(open).getStatus()).isEqualTo(200);
        MockHttpServletResponse again = call(open);
        assertThat(again.getStatus()).isEqualTo(401);
        assertThat(again.getContentAsString()).contains("urn:synod:problem:wrong-ticket");
    }

    @Test
    void aPathThatIsWrittenInAnotherWayIsNotLookedAt() throws Exception {
        MockHttpServletRequest request = request("GET", "/actuator/health/..;/paxos", null);
        MockHttpServletResponse response = call(request);
        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
    }

    @Test
    void theFileOfTokensIsReadAgainAndAWrongOneChangesNothing(@TempDir Path folder) throws IOException {
        AtomicLong nanos = new AtomicLong();
        Path file = Files.writeString(folder.resolve("tokens"), entry("app", HttpRole.READER, READER));
        TokenRegistry registry = new TokenRegistry(
                new PaxosProperties.Security(false, false, null, null, List.of(), file.toString(), null, null),
                nanos::get);
        assertThat(registry.find(READER)).isEqualTo(new Caller("app", HttpRole.READER));
        assertThat(registry.find(OPERATOR)).isNull();
        try (Logged logged = new Logged(TokenRegistry.class.getName())) {
            Files.writeString(file, entry("ops", HttpRole.OPERATOR, OPERATOR));
            assertThat(registry.find(READER)).as("looked at once a second").isNotNull();
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            assertThat(registry.find(READER)).isNull();
            assertThat(registry.find(OPERATOR)).isEqualTo(new Caller("ops", HttpRole.OPERATOR));
            for (String wrong : List.of("ops:king:x", "")) {
                Files.writeString(file, wrong);
                nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
                assertThat(registry.find(OPERATOR)).isNotNull();
            }
            Files.delete(file);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            assertThat(registry.find(OPERATOR)).isNotNull();
            assertThat(String.join("\n", logged.lines())).contains("Tokens were read again: [ops]",
                    "The tokens of before stay in force: paxos.security.tokens-file (line 1) is 'ops:...'",
                    "it holds no token", "it cannot be read");
        }
    }
}
