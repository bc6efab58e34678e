package io.synod.system;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A WebSocket spelled out byte by byte (RFC 6455), so that a test may also say what no library would. */
final class RawWebSocket implements AutoCloseable {

    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;
    private static final int PONG = 10;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int SILENCE_MILLIS_MAX = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final String head;
    private final String body;

    private RawWebSocket(Socket socket, String request) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(SILENCE_MILLIS_MAX);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.UTF_8));
        out.flush();
        head = readHead();
        body = status() == SWITCHING_PROTOCOLS ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Asks for {@code /ws/values}, with what the query says and one more header line, or none. */
    static RawWebSocket open(int port, String query, String header) {
        return send(port, """
                GET /ws/values%s HTTP/1.1
                Host: 127.0.0.1:%d
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
                %s
                """.formatted(query, port, header.isEmpty() ? "" : header + "\n").replace("\n", "\r\n"));
    }

    /** Sends any request, and reads what answers it. */
    static RawWebSocket send(int port, String request) {
        try {
            return new RawWebSocket(new Socket(InetAddress.getLoopbackAddress(), port), request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String readHead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            bytes.write(in.readUnsignedByte());
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    int status() {
        return Integer.parseInt(head.split(" ", 3)[1]);
    }

    String head() {
        return head;
    }

    /** What came with a status other than 101, chunk sizes included. */
    String body() {
        return body;
    }

    /** Sends a frame with a mask of zeros; or, as no client may, without any. */
    void send(int opcode, byte[] payload, boolean masked) {
        try {
            out.write(FINAL | opcode);
            int mask = masked ? MASKED : 0;
            if (payload.length < TWO_BYTES) {
                out.write(mask | payload.length);
            } else {
                out.write(new byte[] {(byte) (mask | TWO_BYTES), (byte) (payload.length >> 8), (byte) payload.length});
            }
            out.write(new byte[masked ? 4 : 0]);
            out.write(payload);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the server closes; returns the close code and the reason. */
    String readClose() {
        try {
            while (true) {
                int opcode = in.readUnsignedByte() & 0x0f;
                int length = in.readUnsignedByte();
                byte[] payload = in.readNBytes(length == TWO_BYTES
                        ? in.readUnsignedShort()
                        : length == EIGHT_BYTES ? Math.toIntExact(in.readLong()) : length);
                if (opcode == PING) {
                    send(PONG, payload, true);
                } else if (opcode == CLOSE) {
                    int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
                    return code + " " + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
