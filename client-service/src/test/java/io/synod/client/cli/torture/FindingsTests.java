package io.synod.client.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTests {

    @Test
    void theWorstKindMakesTheExitStatus() {
        Findings findings = new Findings();
        assertThat(findings.status()).isZero();
        findings.safety(List.of());
        assertThat(findings.isEmpty()).isTrue();
        findings.liveness("slow");
        assertThat(findings.status()).isEqualTo(22);
        findings.crash("gone");
        assertThat(findings.status()).isEqualTo(20);
        findings.safety(List.of("S9: lost", "S9: lost"));
        assertThat(findings.status()).isEqualTo(21);
        assertThat(findings.lines()).containsExactly("SAFETY: S9: lost", "CRASH: gone", "LIVENESS: slow");
    }
}
