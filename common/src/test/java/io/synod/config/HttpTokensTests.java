package io.synod.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTokensTests {

    private static final byte[] HASH = HttpToken.hashOf("a".repeat(43));
    private static final String HEX = HexFormat.of().formatHex(HASH);
    private static final String OTHER = HexFormat.of().formatHex(HttpToken.hashOf("b".repeat(43)));

    @Test
    void theHashIsTakenInHexadecimalAndInBase64() {
        HttpToken hex = HttpToken.parse("p", "ops:operator:" + HEX);
        HttpToken base64 = HttpToken.parse("p", "ops:operator:" + Base64.getEncoder().encodeToString(HASH));
        assertThat(hex.name()).isEqualTo("ops");
        assertThat(hex.role()).isEqualTo(HttpRole.OPERATOR);
        assertThat(hex.hash()).isEqualTo(HASH).isEqualTo(base64.hash());
        assertThat(hex.entry()).isEqualTo("ops:operator:" + HEX);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ops:operator                   | p is '(2 parts)'; allowed is NAME:ROLE:HASH
            o ps:operator:x                | p is '(another name)'; allowed as a name are 1 to 64 letters
            ops:king:x                     | p is 'ops:...'; allowed as the role, the second part, are reader, submitter and operator
            ops:reader:my-secret-token     | p is 'ops:reader:...'; allowed as the hash, the third part, is a SHA-256
            """)
    void anythingElseIsRefusedByOneLineThatDoesNotRepeatWhatMayBeASecret(String entry, String line) {
        assertThatThrownBy(() -> HttpToken.parse("p", entry)).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(line).hasMessageNotContaining("secret");
    }

    @Test
    void aFileHasOneEntryALineAndMayHaveRemarks() {
        List<HttpToken> tokens =
                read(List.of("a:reader:" + HEX), "# who is who\n\nb:submitter:" + OTHER + " # until May\n");
        assertThat(tokens).extracting(HttpToken::name).containsExactly("a", "b");
    }

    @Test
    void anEntryOfAFileThatIsWrongIsNamedByItsLine() {
        assertThatThrownBy(() -> read(List.of(), "\nb:king:" + OTHER))
                .hasMessageStartingWith("paxos.security.tokens-file (line 2) is 'b:...'");
    }

    @Test
    void aNameOrATokenStandsThereOnce() {
        assertThatThrownBy(() -> read(List.of("a:reader:" + HEX, "a:reader:" + OTHER), null))
                .hasMessage("paxos.security.tokens[1] is 'a:...'; another entry has that name: allowed is each once");
        assertThatThrownBy(() -> read(List.of("a:reader:" + HEX), "b:reader:" + HEX)).hasMessage(
                "paxos.security.tokens-file (line 1) is 'b:...'; it is the token of a too: allowed is each once");
    }

    @Test
    void aFileWithoutATokenIsRefusedSinceNobodyCouldDoAnything() {
        assertThatThrownBy(() -> read(List.of(), "# none yet\n")).hasMessageContaining("it holds no token");
    }

    @Test
    void withoutAFileAndAnEntryNoTokensAreInForce() {
        assertThat(HttpTokens.inForce(security(List.of(), null))).isFalse();
        assertThat(HttpTokens.inForce(security(List.of("x"), null))).isTrue();
        assertThat(HttpTokens.inForce(security(List.of(), "/tokens"))).isTrue();
    }

    @Test
    void aRoleMayDoWhatThoseBeforeItMay() {
        assertThat(HttpRole.OPERATOR.includes(HttpRole.SUBMITTER)).isTrue();
        assertThat(HttpRole.SUBMITTER.includes(HttpRole.READER)).isTrue();
        assertThat(HttpRole.SUBMITTER.includes(HttpRole.SUBMITTER)).isTrue();
        assertThat(HttpRole.READER.includes(HttpRole.SUBMITTER)).isFalse();
        assertThat(HttpRole.SUBMITTER.includes(HttpRole.OPERATOR)).isFalse();
    }

    private static List<HttpToken> read(List<String> listed, @Nullable String file) {
        return HttpTokens.read(security(listed, file == null ? null : "/tokens"),
                file == null ? null : file.getBytes(StandardCharsets.UTF_8));
    }

    private static PaxosProperties.Security security(List<String> listed, @Nullable String file) {
        return new PaxosProperties.Security(false, false, null, null, listed, file, null, null);
    }
}
