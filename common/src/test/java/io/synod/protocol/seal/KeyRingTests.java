package io.synod.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class KeyRingTests {

    private final SealKey first = SealKey.draw(1, new SecureRandom());
    private final SealKey second = SealKey.draw(255, new SecureRandom());

    @Test
    void whatIsWrittenIsReadAgain() {
        assertThat(KeyRing.parse(KeyRing.of(first).text())).isEqualTo(KeyRing.of(first));
        assertThat(KeyRing.parse(KeyRing.of(second, first).text())).isEqualTo(KeyRing.of(second, first));
        assertThat(KeyRing.parse(KeyRing.of(second, first).forClients().text()))
                .isEqualTo(KeyRing.of(second, first).forClients());
    }

    @Test
    void commentsEmptyLinesAndCommasAreRead() {
        String text = "# of a cluster, for nodes alone\n\n  " + second.text() + "  # seals\r\n" + first.text() + ",";
        assertThat(KeyRing.parse(text)).isEqualTo(KeyRing.of(second, first));
    }

    @Test
    void theFirstSealsAndAllAreFoundByTheirIds() {
        KeyRing ring = KeyRing.of(second, first);
        assertThat(ring.sending()).isEqualTo(second);
        assertThat(ring.find(1)).isEqualTo(first);
        assertThat(ring.find(255)).isEqualTo(second);
        assertThat(ring.find(2)).isNull();
    }

    @Test
    void noNameOfAKeyOrRingHoldsItsSecret() {
        KeyRing ring = KeyRing.of(first, second);
        String secret = first.text().split(" ")[2];
        assertThat(ring.text()).contains(secret);
        assertThat(ring.toString()).isEqualTo("[cluster key 1, cluster key 255]");
        assertThat(ring.forClients().toString()).isEqualTo("[client key 1, client key 255]");
    }

    @Test
    void eachMistakeIsNamedAndNoSecretIs() {
        String secret = first.text().split(" ")[2];
        refused("", "one key, or two");
        refused("# none", "one key, or two");
        refused(first.text() + "\n" + second.text() + "\n3 cluster " + secret, "this has 3");
        refused(first.text() + "\n1 cluster " + second.text().split(" ")[2], "the id 1");
        refused(first.text() + "\n" + second.forClients().text(), "same scope");
        refused("1 " + secret, "line 1: a key has three words");
        refused("\n0 cluster " + secret, "line 2: the id of a key");
        refused("256 cluster " + secret, "1 to 255");
        refused("one cluster " + secret, "1 to 255");
        refused("1 everything " + secret, "cluster or client");
        refused("1 cluster !" + secret, "Base64");
        refused("1 cluster " + Base64.getEncoder().encodeToString(new byte[31]), "32 bytes, and this has 31");
    }

    private static void refused(String text, String why) {
        assertThatThrownBy(() -> KeyRing.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .message().doesNotContainPattern("[A-Za-z0-9+/]{30}");
    }
}
