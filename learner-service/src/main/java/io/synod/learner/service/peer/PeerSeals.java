package io.synod.learner.service.peer;

import io.synod.http.ProblemType;
import io.synod.http.Problems;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.SealKey;
import io.synod.protocol.seal.TransferCipher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Seals what a learner gives others, and opens what it takes from them, where the cluster has a key: HTTP by itself says nothing of who
 * answers, and who answers is believed. Without a key all of it is as it is. Thread-safe.
 */
public final class PeerSeals {

    /** In a request: what the side that asks drew, in hexadecimal digits. */
    static final String ASKED = "Synod-Asked";
    /** In an answer: the number of the key, a blank, and what the side that answers drew. */
    static final String SEALED = "Synod-Sealed";

    private static final List<String> SAID_OUTSIDE = List.of(PeerController.LOG_ID, PeerController.INSTANCE,
            PeerController.LENGTH, PeerController.CHECKSUM);

    private final Supplier<@Nullable KeyRing> keys;
    private final long clusterId;
    private final RandomGenerator random;

    /**
     * @param keys the keys in use; null for none
     * @param random nobody can guess what it draws; any thread may use it
     */
    public PeerSeals(Supplier<@Nullable KeyRing> keys, long clusterId, RandomGenerator random) {
        this.keys = keys;
        this.clusterId = clusterId;
        this.random = random;
    }

    /** Draws for a question; null where there is no key. */
    byte @Nullable [] ask() {
        return keys.get() == null ? null : draw();
    }

    private byte[] draw() {
        byte[] drawn = new byte[TransferCipher.SALT_BYTES];
        random.nextBytes(drawn);
        return drawn;
    }

    /** Ends a body that was written whole: the other side knows by that that nothing of it was cut off. */
    static void end(OutputStream body) throws IOException {
        body.flush();
        if (body instanceof SealedOutput sealed) {
            sealed.finish();
        }
    }

    /** Returns where the body of an answer is to be written, whose headers stand. It is to be {@link #end ended}. */
    OutputStream seal(HttpServletRequest request, HttpServletResponse response) throws IOException {
        KeyRing ring = keys.get();
        if (ring == null) {
            return response.getOutputStream();
        }
        byte[] asked = bytes(request.getHeader(ASKED));
        if (asked == null) {
            throw Problems.error(HttpStatus.BAD_REQUEST, ProblemType.BAD_REQUEST,
                    "this cluster has a key: a learner of it"
                            + " sends " + ASKED + ", " + 2 * TransferCipher.SALT_BYTES + " hexadecimal digits");
        }
        byte[] answered = draw();
        SealKey key = ring.sending();
        response.setHeader(SEALED, key.id() + " " + HexFormat.of().formatHex(answered));
        String query = request.getQueryString();
        String path = query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
        return new SealedOutput(
                new TransferCipher(key, clusterId, asked, answered, about(path, response::getHeader)),
                response.getOutputStream());
    }

    /**
     * Returns what is in the body of an answer.
     *
     * @param asked what was drawn for the question; null where there was no key
     * @throws PeerSource.RefusedException if it is not sealed with a key that this learner has
     */
    InputStream open(HttpURLConnection response, String path, byte @Nullable [] asked) throws IOException {
        KeyRing ring = keys.get();
        if (asked == null || ring == null) {
            return response.getInputStream();
        }
        String[] words = String.valueOf(response.getHeaderField(SEALED)).split(" ", 2);
        byte[] answered = words.length < 2 ? null : bytes(words[1]);
        if (answered == null) {
            throw new PeerSource.RefusedException(
                    "it answers in plain text, and this learner has a key of the cluster");
        }
        SealKey key = ring.keys().stream().filter(own -> String.valueOf(own.id()).equals(words[0])).findFirst()
                .orElseThrow(() -> new PeerSource.RefusedException(
                        "it seals with key " + words[0] + ", which this learner has not"));
        return new SealedInput(
                new TransferCipher(key, clusterId, asked, answered, about(path, response::getHeaderField)),
                response.getInputStream());
    }

    private static String about(String path, Function<String, @Nullable String> header) {
        StringBuilder about = new StringBuilder(path);
        for (String name : SAID_OUTSIDE) {
            about.append('\n').append(header.apply(name));
        }
        return about.toString();
    }

    private static byte @Nullable [] bytes(@Nullable String hex) {
        if (hex == null || hex.length() != 2 * TransferCipher.SALT_BYTES) {
            return null;
        }
        try {
            return HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
