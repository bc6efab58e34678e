package io.synod.config;

import io.synod.protocol.NodeType;
import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.KeyScope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a node has its keys from: a file, which may change while the node runs, or a property, which may not.
 *
 * @param file the file; null for the property
 * @param type whom the keys are for
 * @param ring what was there at the start
 */
public record KeySource(@Nullable Path file, NodeType type, KeyRing ring) {

    private static final String KEYS = "paxos.security.keys";
    private static final String KEY_FILE = "paxos.security.key-file";
    private static final int FILE_BYTES_MAX = 65_536;

    /**
     * Reads the keys of a node.
     *
     * @return null if it is given none
     * @throws ConfigurationException naming the property that is wrong and what is allowed, and nothing of a secret
     */
    static @Nullable KeySource of(PaxosProperties.Security security, NodeType type) {
        if (security.keyFile() == null) {
            return security.keys() == null ? null : new KeySource(null, type, fromProperty(security.keys(), type));
        }
        if (security.keys() != null) {
            throw new ConfigurationException(KEYS, "(a secret)", "allowed is this or " + KEY_FILE + ", not both");
        }
        return ofFile(security.keyFile(), type);
    }

    /**
     * Reads a file of keys.
     *
     * @throws ConfigurationException if there is none that can be read, or something else in it
     */
    public static KeySource ofFile(String name, NodeType type) {
        try {
            Path file = Path.of(name).toAbsolutePath();
            return new KeySource(file, type, parse(read(file), type));
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(KEY_FILE, name, "there is no such file; ./synod keygen makes one");
        } catch (IOException | InvalidPathException e) {
            throw new ConfigurationException(KEY_FILE, name, "it cannot be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(KEY_FILE, name, "it is no file of keys: " + e.getMessage());
        }
    }

    private static KeyRing fromProperty(String text, NodeType type) {
        try {
            return parse(text, type);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(KEYS, "(a secret)", "it is no list of keys: " + e.getMessage());
        }
    }

    /**
     * Reads the file again.
     *
     * @return its text, for {@link #parse}
     */
    public static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }

    /**
     * Reads keys that a node of a type may hold.
     *
     * @throws IllegalArgumentException saying what is wrong and what is allowed, and nothing of a secret
     */
    public static KeyRing parse(String text, NodeType type) {
        KeyRing ring = KeyRing.parse(text);
        if (ring.scope() == KeyScope.CLIENT && type != NodeType.CLIENT) {
            throw new IllegalArgumentException(
                    "client keys are for clients alone; a node of the cluster has cluster keys");
        }
        return ring;
    }
}
