package io.synod.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.protocol.NodeType;
import io.synod.protocol.message.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecRoundTripTests {

    private static final SenderHeader SENDER = new SenderHeader(77, NodeType.ACCEPTOR, 2, -5);

    @Test
    void everyMessageHasATypeOfItsOwn() {
        Set<Class<?>> permitted = new HashSet<>(Arrays.asList(Message.class.getPermittedSubclasses()));
        Set<Class<?>> typed = new HashSet<>();
        Set<Integer> codes = new HashSet<>();
        for (MessageType type : MessageType.values()) {
            typed.add(type.messageClass());
            codes.add(type.code());
            assertThat(MessageType.ofCode(type.code())).isEqualTo(type);
        }
        assertThat(typed).isEqualTo(permitted);
        assertThat(codes).hasSize(permitted.size()).doesNotContain(MessageType.FRAGMENT_CODE);
        assertThat(permitted).hasSize(33);
    }

    @ParameterizedTest
    @EnumSource(MessageType.class)
    void everyMessageComesBackAsItWas(MessageType type) {
        Samples samples = new Samples(new Random(type.code()), 200);
        DatagramWriter writer = new DatagramWriter(SENDER, ByteBuffer.allocateDirect(8_972));
        DatagramReader reader = new DatagramReader(77, Samples.LAYOUT);
        for (int i = 0; i < 2_000; i++) {
            Message message = samples.draw(type);
            assertThat(message).isInstanceOf(type.messageClass());
            assertThat(MessageType.of(message)).isEqualTo(type);
            writer.begin();
            assertThat(writer.append(message, MessageSize.of(message))).isTrue();
            ByteBuffer datagram = writer.finish(i + 1);
            assertThat(datagram.remaining()).isEqualTo(36 + 3 + MessageSize.of(message) + 4);
            assertThat(reader.readHeader(datagram)).isNull();
            assertThat(reader.readMessages()).as("%s", message).isNull();
            assertThat(reader.messages()).containsExactly(message);
            assertThat(reader.sequence()).isEqualTo(i + 1);
        }
        assertThat(reader.senderType()).isEqualTo(NodeType.ACCEPTOR);
        assertThat(reader.senderId()).isEqualTo(2);
        assertThat(reader.incarnation()).isEqualTo(-5);
    }

    @Test
    void manyMessagesShareADatagramAndKeepTheirOrder() {
        Samples samples = new Samples(new Random(1), 20);
        DatagramWriter writer = new DatagramWriter(SENDER, ByteBuffer.allocate(1_472));
        DatagramReader reader = new DatagramReader(77, Samples.LAYOUT);
        for (int round = 0; round < 200; round++) {
            List<Message> sent = new ArrayList<>();
            writer.begin();
            assertThat(writer.isEmpty()).isTrue();
            for (Message next = samples.draw(); writer.append(next, MessageSize.of(next)); next = samples.draw()) {
                sent.add(next);
            }
            ByteBuffer datagram = writer.finish(1);
            assertThat(datagram.remaining()).isLessThanOrEqualTo(1_472);
            assertThat(reader.readHeader(datagram)).isNull();
            assertThat(reader.readMessages()).isNull();
            assertThat(reader.messages()).isEqualTo(sent).isNotEmpty();
        }
    }
}
