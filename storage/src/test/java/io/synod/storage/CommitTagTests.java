package io.synod.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitTagTests {

    private static final CommitTag TAG = new CommitTag(0x0102030405060708L, -3);

    @Test
    void aMarkOfAnotherTagIsNone() {
        assertThat(TAG.numberOf(TAG.mark(12))).isEqualTo(12);
        assertThat(TAG.numberOf(new CommitTag(1, 2).mark(12))).isEqualTo(-1);
        assertThat(TAG.numberOf(new byte[3])).isEqualTo(-1);
    }
}
