package io.synod.client.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PayloadTests {

    private static final int IDS = 20_000;

    @Test
    void aTextIsKnownByItsIdAndAnAlteredOneIsNot() {
        String text = Payload.of("client-0/1#42");
        assertThat(Payload.idOf(text)).isEqualTo("client-0/1#42");
        assertThat(Payload.idOf(text + "x")).isEqualTo(text + "x");
        assertThat(Payload.idOf("client-0/1#42")).isEqualTo("client-0/1#42");
    }

    @Test
    void mostTextsAreShortAndSomeAreLargerThanADatagram() {
        int large = 0;
        long chars = 0;
        for (int i = 0; i < IDS; i++) {
            int length = Payload.of("client-0/0#" + i).length();
            large += length > 65_507 ? 1 : 0;
            chars += length;
        }
        assertThat(large).isBetween(1, IDS / 500);
        assertThat(chars / IDS).isBetween(50L, 500L);
    }
}
