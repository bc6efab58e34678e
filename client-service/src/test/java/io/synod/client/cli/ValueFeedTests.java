package io.synod.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.synod.udp.PeerAddress;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The feed against a learner that is a socket of this test, and says no more than it is told to. */
@Timeout(60)
class ValueFeedTests {

    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)", Pattern.CASE_INSENSITIVE);

    private final BlockingQueue<String> values = new LinkedBlockingQueue<>();

    private ValueFeed feed(ServerSocket learner) {
        return new ValueFeed(PeerAddress.parse("127.0.0.1:" + learner.getLocalPort()), Access.of(null, null),
                "earliest", null,
                new ValueFeed.Sink() {
                    @Override
                    public void onValue(long instance, int index, ByteBuffer value) {
                        values.add(instance + ":" + index + " " + StandardCharsets.UTF_8.decode(value));
                    }

                    @Override
                    public void onBatch() {}

                    @Override
                    public void onEnd(CommandFailure why) {
                        values.add(String.valueOf(why.getMessage()));
                    }
                }, Duration.ofMillis(300));
    }

    /** Takes the next connection, upgrades it, and sends one value; returns what was asked for. */
    private static String serve(ServerSocket learner, int instance) throws IOException, NoSuchAlgorithmException {
        Socket socket = learner.accept();
        String request = head(socket.getInputStream());
        Matcher key = KEY.matcher(request);
        assertThat(key.find()).as(request).isTrue();
        byte[] accept = MessageDigest.getInstance("SHA-1")
                .digest((key.group(1) + ACCEPT_SALT).getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream()
                .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Protocol: synod.binary.v1\r\nSec-WebSocket-Accept: "
                        + Base64.getEncoder().encodeToString(accept) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        // The client's handshake is complete when it answers a ping, as a learner waits for it to.
        socket.getOutputStream().write(new byte[] {(byte) 0x89, 0});
        assertThat(socket.getInputStream().readNBytes(6)).startsWith(0x8a);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.writeByte(1);
        frame.writeLong(0xabc);
        frame.writeLong(instance);
        frame.writeInt(0);
        frame.write(new byte[2 * Long.BYTES + Integer.BYTES]);
        frame.writeInt(1);
        frame.writeInt(1);
        frame.writeByte('v');
        socket.getOutputStream().write(new byte[] {(byte) 0x82, (byte) bytes.size()});
        socket.getOutputStream().write(bytes.toByteArray());
        return request.lines().findFirst().orElse("");
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    @Test
    void f22AConnectionOnWhichNothingComesIsMadeAgainWhereItEnded() throws Exception {
        try (ServerSocket learner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ValueFeed _ = feed(learner)) {
            assertThat(serve(learner, 7)).contains("from=earliest");
            assertThat(values.poll(20, TimeUnit.SECONDS)).isEqualTo("7:0 v");
            // Nothing more comes, and the connection stays open.
            assertThat(serve(learner, 8)).contains("from=7%3A1").contains("log=0000000000000abc");
            assertThat(values.poll(20, TimeUnit.SECONDS)).isEqualTo("8:0 v");
        }
    }
}
