package io.synod.learner.service.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.synod.protocol.seal.SealKey;
import io.synod.protocol.seal.TransferCipher;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is sealed comes out as it went in, or not at all. */
class SealedStreamsTests {

    private static final SealKey KEY = SealKey.draw(1, new SplittableRandom(1));
    private static final byte[] ASKED = new byte[TransferCipher.SALT_BYTES];
    private static final byte[] ANSWERED = Arrays.copyOf(new byte[] {1}, TransferCipher.SALT_BYTES);

    private static TransferCipher cipher(String about) {
        return new TransferCipher(KEY, 42, ASKED, ANSWERED, about);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] sealed(byte[] bytes) throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = new SealedOutput(cipher("this"), sealed)) {
            out.write(bytes);
            PeerSeals.end(out);
        }
        return sealed.toByteArray();
    }

    private static byte[] opened(byte[] sealed, String about) throws IOException {
        return new SealedInput(cipher(about), new ByteArrayInputStream(sealed)).readAllBytes();
    }

    @Test
    void whatWasSealedComesOutWhateverItsLength() throws IOException {
        for (int length : new int[] {0, 1, 65_535, 65_536, 65_537, 300_000}) {
            byte[] bytes = bytes(length);
            byte[] sealed = sealed(bytes);
            assertThat(opened(sealed, "this")).as("%s bytes", length).isEqualTo(bytes);
        }
    }

    @Test
    void whatIsCutAnywhereFails() throws IOException {
        byte[] sealed = sealed(bytes(70_000));
        for (int length : new int[] {0, 3, 4, 100, 65_556, 65_560, sealed.length - 1}) {
            assertThatThrownBy(() -> opened(Arrays.copyOf(sealed, length), "this")).as("%s bytes", length)
                    .isInstanceOf(EOFException.class);
        }
    }

    @Test
    void whatWasNotWrittenWholeShowsToBeCut() throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = new SealedOutput(cipher("this"), sealed)) {
            out.write(bytes(70_000));
        }
        assertThatThrownBy(() -> opened(sealed.toByteArray(), "this")).isInstanceOf(EOFException.class);
    }

    @Test
    void whatIsChangedOrReorderedOrAboutSomethingElseFails() throws IOException {
        byte[] sealed = sealed(bytes(140_000));
        for (int at : new int[] {0, 1, 3, 4, 1_000, 65_556, 65_559, sealed.length - 1}) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> opened(changed, "this")).as("byte %s", at).isInstanceOf(IOException.class);
        }
        byte[] swapped = sealed.clone();
        int chunk = 4 + 65_536 + 16;
        System.arraycopy(sealed, 0, swapped, chunk, chunk);
        System.arraycopy(sealed, chunk, swapped, 0, chunk);
        assertThatThrownBy(() -> opened(swapped, "this")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> opened(sealed, "that")).isInstanceOf(IOException.class);
    }

    @Test
    void clientsTakeNoPart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TransferCipher(KEY.forClients(), 42, ASKED, ANSWERED, "this"))
                .withMessageContaining("client");
    }
}
