package io.synod.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code paxos.security.tokens} and {@code paxos.security.tokens-file}. */
public final class HttpTokens {

    private static final String TOKENS = "paxos.security.tokens";
    private static final String FILE = "paxos.security.tokens-file";
    private static final int FILE_BYTES_MAX = 1 << 20;
    /** Each request with a token is compared with all. */
    private static final int ENTRIES_MAX = 1_000;

    private HttpTokens() {}

    /** Returns whether HTTP asks for tokens. */
    public static boolean inForce(PaxosProperties.Security security) {
        return !security.tokens().isEmpty() || security.tokensFile() != null;
    }

    /**
     * Reads all entries.
     *
     * @throws ConfigurationException naming what is wrong
     */
    public static List<HttpToken> read(PaxosProperties.Security security) {
        Path file = file(security);
        return read(security, file == null ? null : bytes(file));
    }

    /** The file of entries; null if none is configured. */
    public static @Nullable Path file(PaxosProperties.Security security) {
        return file(FILE, security.tokensFile());
    }

    /** The file with the token that this service shows to others; null if none is configured. */
    public static @Nullable Path ownFile(PaxosProperties.Security security) {
        return file("paxos.security.http-token-file", security.httpTokenFile());
    }

    private static @Nullable Path file(String property, @Nullable String configured) {
        if (configured == null) {
            return null;
        }
        try {
            if (!configured.isBlank()) {
                return Path.of(configured).toAbsolutePath();
            }
        } catch (InvalidPathException e) {
            // Refused below, as an empty one is.
        }
        throw new ConfigurationException(property, configured, "allowed is the path of a file");
    }

    /**
     * Reads a file of entries.
     *
     * @throws ConfigurationException if it cannot be read
     */
    public static byte[] bytes(Path file) {
        try {
            if (Files.size(file) <= FILE_BYTES_MAX) {
                return Files.readAllBytes(file);
            }
        } catch (IOException e) {
            throw new ConfigurationException(FILE, file, "it cannot be read: " + e);
        }
        throw new ConfigurationException(FILE, file, "allowed are " + FILE_BYTES_MAX + " bytes");
    }

    /**
     * Reads all entries, those of the file from its bytes: one to a line, and nothing of a line after a {@code #}.
     *
     * @param file what the file holds; null if there is none
     * @throws ConfigurationException naming what is wrong
     */
    public static List<HttpToken> read(PaxosProperties.Security security, byte @Nullable [] file) {
        List<HttpToken> tokens = new ArrayList<>();
        List<String> listed = security.tokens();
        for (int i = 0; i < listed.size(); i++) {
            add(tokens, TOKENS + "[" + i + "]", listed.get(i));
        }
        if (file != null) {
            List<String> lines = new String(file, StandardCharsets.UTF_8).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).replaceFirst("#.*", "").strip();
                if (!line.isEmpty()) {
                    add(tokens, FILE + " (line " + (i + 1) + ")", line);
                }
            }
        }
        if (tokens.isEmpty() && inForce(security)) {
            throw new ConfigurationException(FILE, security.tokensFile(),
                    "it holds no token, so that nobody could do anything; allowed are lines of NAME:ROLE:HASH");
        }
        return List.copyOf(tokens);
    }

    private static void add(List<HttpToken> tokens, String property, String text) {
        HttpToken token = HttpToken.parse(property, text);
        for (HttpToken other : tokens) {
            if (other.name().equals(token.name()) || Arrays.equals(other.hash(), token.hash())) {
                throw new ConfigurationException(property, token.name() + ":...", other.name().equals(token.name())
                        ? "another entry has that name: allowed is each once"
                        : "it is the token of " + other.name() + " too: allowed is each once");
            }
        }
        if (tokens.size() == ENTRIES_MAX) {
            throw new ConfigurationException(property, token.name() + ":...", "allowed are " + ENTRIES_MAX + " tokens");
        }
        tokens.add(token);
    }
}
