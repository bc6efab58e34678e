package io.synod.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is derived from a key and what a seal covers, worked out here a second time from docs/wire-format.md. */
class DatagramCipherTests {

    private static final long CLUSTER = 0x0102030405060708L;
    private static final long INCARNATION = 0x1112131415161718L;
    private static final int HEADER = 36;
    private static final NodeId ACCEPTOR = NodeId.of(NodeType.ACCEPTOR, 2);
    private static final NodeId CLIENT = NodeId.client(77);

    private final SealKey key = SealKey.draw(9, new SecureRandom());
    private final byte[] text =
            "the header of the datagram, 36 bytes and what is secret".getBytes(StandardCharsets.UTF_8);

    @Test
    void betweenNodesOfTheClusterItIsAsDocumented() throws GeneralSecurityException {
        byte[] secret = Base64.getDecoder().decode(key.text().split(" ")[2]);
        assertThat(openedByHand(expand(secret, "synod 1 members"), ACCEPTOR)).isEqualTo(text);
    }

    @Test
    void towardsAClientItIsAsDocumented() throws GeneralSecurityException {
        byte[] secret = Base64.getDecoder().decode(key.forClients().text().split(" ")[2]);
        assertThat(secret).isEqualTo(expand(Base64.getDecoder().decode(key.text().split(" ")[2]), "synod 1 clients"));
        assertThat(openedByHand(secret, CLIENT)).isEqualTo(text);
    }

    private byte[] openedByHand(byte[] family, NodeId receiver) throws GeneralSecurityException {
        byte[] sealed = sealed(cipher(key, NodeType.PROPOSER, receiver.type()), 5, receiver);
        byte[] info = ByteBuffer.allocate(17 + 21).put("synod 1 datagrams".getBytes(StandardCharsets.US_ASCII))
                .putLong(CLUSTER).put((byte) 2).putInt(1).putLong(INCARNATION).array();
        Cipher aes = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] nonce = ByteBuffer.allocate(12).putLong(4, 5).array();
        aes.init(Cipher.DECRYPT_MODE, new SecretKeySpec(expand(family, info), "AES"), new GCMParameterSpec(128, nonce));
        aes.updateAAD(sealed, 0, HEADER);
        aes.updateAAD(ByteBuffer.allocate(12).putInt(receiver.type().code())
                .putLong(receiver.id() + receiver.incarnation()).array());
        byte[] plain = text.clone();
        aes.doFinal(sealed, HEADER, sealed.length - HEADER, plain, HEADER);
        return plain;
    }

    private static byte[] expand(byte[] secret, String info) throws GeneralSecurityException {
        return expand(secret, info.getBytes(StandardCharsets.US_ASCII));
    }

    /** HKDF-Expand for one block (RFC 5869, section 2.3). */
    private static byte[] expand(byte[] secret, byte[] info) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        mac.update(info);
        mac.update((byte) 1);
        return mac.doFinal();
    }

    @Test
    void whatIsSealedOpensForItsReceiverAlone() {
        byte[] sealed = sealed(cipher(key, NodeType.PROPOSER, NodeType.ACCEPTOR), 1, ACCEPTOR);
        assertThat(new String(sealed, StandardCharsets.UTF_8)).startsWith("the header").doesNotContain("secret");
        assertThat(opens(sealed, 1, ACCEPTOR)).isTrue();
        assertThat(opens(sealed, 1, NodeId.of(NodeType.ACCEPTOR, 1))).isFalse();
        assertThat(opens(sealed, 1, NodeId.of(NodeType.LEARNER, 2))).isFalse();
        assertThat(opens(sealed, 2, ACCEPTOR)).isFalse();
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] sealed = sealed(cipher(key, NodeType.PROPOSER, NodeType.ACCEPTOR), 1, ACCEPTOR);
        int bits = 8 * sealed.length;
        for (int bit = 0; bit < bits; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(opens(flipped, 1, ACCEPTOR)).as("bit %s", bit).isFalse();
        }
        assertThat(bits).isEqualTo(8 * (text.length + 16));
    }

    @Test
    void anotherSenderLifeClusterOrKeyHasAnotherKey() {
        byte[] sealed = sealed(cipher(key, NodeType.PROPOSER, NodeType.ACCEPTOR), 1, ACCEPTOR);
        SenderKeys same = new SenderKeys(CLUSTER);
        SealKey other = SealKey.draw(9, new SecureRandom());
        assertThat(opens(same.cipher(key, NodeType.PROPOSER, 1, INCARNATION, NodeType.ACCEPTOR), sealed)).isTrue();
        assertThat(opens(same.cipher(key, NodeType.PROPOSER, 0, INCARNATION, NodeType.ACCEPTOR), sealed)).isFalse();
        assertThat(opens(same.cipher(key, NodeType.LEARNER, 1, INCARNATION, NodeType.ACCEPTOR), sealed)).isFalse();
        assertThat(opens(same.cipher(key, NodeType.PROPOSER, 1, 1, NodeType.ACCEPTOR), sealed)).isFalse();
        assertThat(opens(same.cipher(key, NodeType.PROPOSER, 1, INCARNATION, NodeType.CLIENT), sealed)).isFalse();
        assertThat(opens(same.cipher(other, NodeType.PROPOSER, 1, INCARNATION, NodeType.ACCEPTOR), sealed)).isFalse();
        assertThat(opens(
                new SenderKeys(1).cipher(key, NodeType.PROPOSER, 1, INCARNATION, NodeType.ACCEPTOR), sealed)).isFalse();
    }

    @Test
    void aClientKeyHasNoPartInWhatNodesSayToEachOther() {
        SenderKeys keys = new SenderKeys(CLUSTER);
        SealKey client = key.forClients();
        for (NodeType sender : NodeType.values()) {
            for (NodeType receiver : NodeType.values()) {
                boolean withClient = sender == NodeType.CLIENT || receiver == NodeType.CLIENT;
                assertThat(keys.cipher(client, sender, 0, 1, receiver) != null).isEqualTo(withClient);
                assertThat(keys.cipher(key, sender, 0, 1, receiver)).isNotNull();
            }
        }
    }

    private static DatagramCipher cipher(SealKey key, NodeType sender, NodeType receiver) {
        return Objects.requireNonNull(new SenderKeys(CLUSTER).cipher(key, sender, 1, INCARNATION, receiver));
    }

    private byte[] sealed(DatagramCipher cipher, long sequence, NodeId receiver) {
        byte[] datagram = ByteBuffer.allocate(text.length + DatagramCipher.TAG_BYTES).put(text).array();
        cipher.seal(datagram, HEADER, text.length, sequence, DatagramCipher.receiverBytes(receiver));
        return datagram;
    }

    private boolean opens(byte[] sealed, long sequence, NodeId receiver) {
        byte[] opened = new byte[sealed.length];
        boolean opens = cipher(key, NodeType.PROPOSER, NodeType.ACCEPTOR).open(sealed, HEADER, text.length, sequence,
                DatagramCipher.receiverBytes(receiver), opened);
        if (opens) {
            assertThat(new String(opened, HEADER, text.length - HEADER, StandardCharsets.UTF_8))
                    .isEqualTo(new String(text, HEADER, text.length - HEADER, StandardCharsets.UTF_8));
        }
        return opens;
    }

    private boolean opens(@Nullable DatagramCipher cipher, byte[] sealed) {
        return Objects.requireNonNull(cipher).open(sealed, HEADER, text.length, 1,
                DatagramCipher.receiverBytes(ACCEPTOR), new byte[sealed.length]);
    }
}
