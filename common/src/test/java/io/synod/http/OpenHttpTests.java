package io.synod.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.config.HttpAccess;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** What a service says of HTTP that is open, as {@code paxos.security.allow-open-http} allows. */
class OpenHttpTests {

    private static final HttpAccess OPEN = new HttpAccess(false, false, false);

    private final HttpConfiguration configuration = new HttpConfiguration();

    private List<String> saidAtTheStart(HttpAccess access) {
        try (Logged logged = new Logged(HttpConfiguration.class.getName())) {
            configuration.httpWarnings(access).start();
            return logged.lines();
        }
    }

    private Map<String, Object> details(HttpAccess access) {
        Health health = Objects.requireNonNull(configuration.httpHealthIndicator(access).health());
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        return health.getDetails();
    }

    @Test
    void eachStartWarnsAndHealthAndInfoShowIt() {
        assertThat(saidAtTheStart(OPEN)).singleElement().asString().contains("HTTP asks for no token",
                "paxos.security.allow-open-http=true");
        assertThat(details(OPEN)).containsEntry("access", "open").hasEntrySatisfying("warning",
                warning -> assertThat(warning).asString().contains("paxos.security.allow-open-http=true"));
        Info.Builder info = new Info.Builder();
        configuration.httpInfoContributor(OPEN).contribute(info);
        assertThat(info.build().get("http")).isEqualTo(OPEN);
    }

    @ParameterizedTest
    @CsvSource({"true,true,tokens", "true,false,tokens", "false,true,loopback"})
    void whatIsGuardedIsNotCalledOpen(boolean tokens, boolean loopback, String label) {
        HttpAccess access = new HttpAccess(tokens, loopback, true);
        assertThat(saidAtTheStart(access)).isEmpty();
        assertThat(details(access)).containsEntry("access", label).doesNotContainKey("warning");
    }
}
