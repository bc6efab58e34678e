package io.synod.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.config.HttpRole;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

/** The parts of the guard, without a server. */
class GuardTests {

    private static final Refusals REFUSALS = new Refusals(JsonMapper::new);

    private final AtomicLong nanos = new AtomicLong();

    private void later(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @ParameterizedTest
    @CsvSource({"GET,/actuator/health,", "GET,/actuator/health/readiness,", "HEAD,/actuator/info,",
            "GET,/actuator/prometheus,", "GET,/,", "GET,/console/console.js,", "GET,/openapi.json,",
            "GET,/api/values,READER", "GET,/peer/log,READER", "GET,/ws/values,READER", "GET,/actuator/paxos,READER",
            "GET,/actuator/loggers,READER", "GET,/actuator/healthy,READER", "GET,/actuator,READER",
            "GET,/anything/new,READER", "POST,/api/values,SUBMITTER", "POST,/api/tickets,READER",
            "PUT,/api/checkpoints/7,OPERATOR", "POST,/actuator/trim,OPERATOR", "POST,/actuator/loggers/x,OPERATOR",
            "POST,/actuator/health,OPERATOR", "DELETE,/api/values,OPERATOR", "POST,/anything/new,OPERATOR"})
    void aCallTakesItsRoleAndOneThatNobodyThoughtOfTakesTheMost(String method, String path, @Nullable HttpRole role) {
        assertThat(HttpRights.needed(method, path)).isEqualTo(role);
    }

    @Test
    void whoeverFailsTooOftenIsLookedAtOnceASecondAndNobodyElseIs() {
        FailedTries tries = new FailedTries();
        for (int i = 0; i < FailedTries.BURST; i++) {
            assertThat(tries.mayTry("10.0.0.1", nanos.get())).isTrue();
            tries.failed("10.0.0.1", nanos.get());
        }
        assertThat(tries.mayTry("10.0.0.1", nanos.get())).isFalse();
        assertThat(tries.mayTry("10.0.0.2", nanos.get())).isTrue();
        later(1_000);
        assertThat(tries.mayTry("10.0.0.1", nanos.get())).isTrue();
        tries.failed("10.0.0.1", nanos.get());
        assertThat(tries.mayTry("10.0.0.1", nanos.get())).isFalse();
        later(60_000);
        assertThat(tries.mayTry("10.0.0.1", nanos.get())).isTrue();
    }

    @Test
    void theAddressesOfOneIpv6NetworkAreOneSource() {
        FailedTries tries = new FailedTries();
        for (int i = 0; i < FailedTries.BURST; i++) {
            tries.failed("2001:db8:0:1::" + Integer.toHexString(i), nanos.get());
        }
        assertThat(tries.size()).isEqualTo(1);
        assertThat(tries.mayTry("2001:db8:0:1::ffff%eth0", nanos.get())).isFalse();
        assertThat(tries.mayTry("2001:db8:0:2::1", nanos.get())).isTrue();
    }

    @Test
    void l2TheTableOfSourcesIsBounded() {
        FailedTries tries = new FailedTries();
        for (int i = 0; i < 3 * FailedTries.SOURCES_MAX; i++) {
            tries.failed("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), nanos.get());
        }
        assertThat(tries.size()).isEqualTo(FailedTries.SOURCES_MAX);
    }

    @Test
    void aTicketIsGoodOnceAndForAShortTime() {
        Tickets tickets = new Tickets(nanos::get);
        Caller reader = new Caller("app", HttpRole.READER);
        String ticket = tickets.give(reader);
        assertThat(tickets.redeem(ticket)).isEqualTo(reader);
        assertThat(tickets.redeem(ticket)).isNull();
        String old = tickets.give(reader);
        later(TimeUnit.SECONDS.toMillis(Tickets.SECONDS));
        assertThat(tickets.redeem(old)).isNull();
        assertThat(tickets.redeem("")).isNull();
    }

    @Test
    void l2WhoTakesTicketsAndUsesNoneLosesHisOldestAndNobodyElseHis() {
        Tickets tickets = new Tickets(nanos::get);
        Caller other = new Caller("other", HttpRole.READER);
        String others = tickets.give(other);
        List<String> own = new ArrayList<>();
        for (int i = 0; i <= Tickets.EACH_MAX; i++) {
            own.add(tickets.give(new Caller("app", HttpRole.READER)));
        }
        assertThat(new TreeSet<>(own)).hasSize(Tickets.EACH_MAX + 1);
        assertThat(tickets.redeem(own.get(0))).isNull();
        assertThat(tickets.redeem(own.get(1))).isNotNull();
        assertThat(tickets.redeem(others)).isEqualTo(other);
    }

    private static MockHttpServletResponse guarded(boolean checkHost, MockHttpServletRequest request)
            throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        new HttpGuardFilter(checkHost, List.of("https://console.example"), List.of("learner-0.synod.internal"),
                REFUSALS)
                .doFilter(request, response, new MockFilterChain());
        return response;
    }

    private static MockHttpServletRequest request(String method, String host, @Nullable String origin) {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/actuator/trim");
        request.setServerName(host);
        request.setServerPort(8800);
        if (origin != null) {
            request.addHeader("Origin", origin);
        }
        return request;
    }

    @ParameterizedTest
    @CsvSource({"POST,,200", "POST,http://127.0.0.1:8800,200", "POST,https://console.example,200",
            "POST,http://127.0.0.1:3000,403", "POST,https://elsewhere.example,403", "POST,null,403", "PUT,null,403",
            "DELETE,https://127.0.0.1:8800,403", "GET,https://elsewhere.example,200"})
    void aPageOfAForeignOriginChangesNothing(String method, @Nullable String origin, int status) throws Exception {
        MockHttpServletResponse response = guarded(true, request(method, "127.0.0.1", origin));
        assertThat(response.getStatus()).isEqualTo(status);
        if (status == 403) {
            assertThat(response.getContentType()).isEqualTo("application/problem+json");
            assertThat(response.getContentAsString()).contains("urn:synod:problem:foreign-origin");
        }
    }

    @ParameterizedTest
    @CsvSource({"cross-site,403", "same-site,403", "same-origin,200", "none,200"})
    void aBrowserThatNamesNoOriginIsBelievedWhatItSaysOfTheSite(String site, int status) throws Exception {
        MockHttpServletRequest request = request("POST", "127.0.0.1", null);
        request.addHeader("Sec-Fetch-Site", site);
        assertThat(guarded(true, request).getStatus()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,200", "localhost,200", "LocalHost,200", "synod.localhost,200", "[::1],200",
            "console.example,200", "10.0.0.1,200", "learner-0,200", "learner-0.synod.internal,200",
            "elsewhere.example,403",
            "localhost.elsewhere.example,403"})
    void withoutTokensAServiceAnswersToNamesThatNoForeignSiteCanHave(String host, int status) throws Exception {
        assertThat(guarded(true, request("GET", host, null)).getStatus()).isEqualTo(status);
        assertThat(guarded(false, request("GET", host, null)).getStatus()).isEqualTo(200);
    }

    @Test
    void everyAnswerTellsBrowsersWhatNotToDoWithIt() throws Exception {
        MockHttpServletResponse response = guarded(true, request("GET", "127.0.0.1", null));
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.getHeader("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(response.getHeader("X-Frame-Options")).isEqualTo("DENY");
        assertThat(response.getHeader("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(response.getHeader("Content-Security-Policy")).contains("default-src 'none'",
                "frame-ancestors 'none'");
    }

    @Test
    void theAuditLogSaysWhoDidWhatInOneLineWithoutAnySecret() {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/actuator/trim\r\nx=\"1\"");
        request.setQueryString("ticket=secret");
        request.addHeader("Authorization", "Bearer secret");
        new Caller("ops", HttpRole.OPERATOR).made(request);
        request.setAttribute("synod.audit.what", "instance=100");
        try (Logged logged = new Logged(AuditLog.NAME)) {
            new AuditLog(nanos::get).call(request, 200, 12);
            assertThat(logged.lines()).containsExactly("event=call who=ops role=operator from=127.0.0.1 method=POST"
                    + " path=/actuator/trim??x=?1? what=\"instance=100\" status=200 millis=12");
        }
    }

    @Test
    void l2RefusedCallsAreWrittenAFewASecondAndTheNextLineSaysHowManyWereNot() {
        AuditLog log = new AuditLog(nanos::get);
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/values");
        try (Logged logged = new Logged(AuditLog.NAME)) {
            for (int i = 0; i < AuditLog.REFUSED_MAX + 7; i++) {
                log.refused(request, 401);
            }
            assertThat(logged.lines()).hasSize(AuditLog.REFUSED_MAX);
            later(1_000);
            log.refused(request, 401);
            assertThat(logged.lines().getLast()).isEqualTo("event=refused who=anonymous role=none from=127.0.0.1"
                    + " method=POST path=/api/values status=401 unlogged=7");
        }
    }
}
