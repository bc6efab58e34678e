package io.synod.acceptor.storage;

import io.synod.protocol.StorageId;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * Whom a store belongs to; it never changes.
 *
 * @param cluster the cluster's name
 * @param acceptorId the acceptor
 * @param storageId names this life of the store
 * @param tag stands before the number of each commit in the engine's files
 */
record StoreIdentity(String cluster, int acceptorId, StorageId storageId, CommitTag tag) {

    private static final String FORMAT = "1";
    private static final int HEX = 16;

    /** Writes it for people and for {@link #read}. */
    List<String> toLines() {
        return List.of(
                "# The store of an acceptor. It is bound to what stands here; to change it is to damage the store.",
                "format=" + FORMAT, "cluster=" + escaped(cluster), "acceptor=" + acceptorId,
                "storage.generation=" + storageId.generation(), "storage.random=" + hex(storageId.random()),
                "tag.high=" + hex(tag.high()), "tag.low=" + hex(tag.low()));
    }

    /** As a properties file has it. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append(c > ' ' && c < 0x7F && c != '\\'
                ? Character.toString(c)
                : String.format("\\u%04x", c)));
        return escaped.toString();
    }

    private static String hex(long number) {
        return Long.toHexString(number);
    }

    /**
     * Reads what {@link #toLines} wrote.
     *
     * @throws IOException if it cannot be read, or something is missing or wrong in it
     */
    static StoreIdentity read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            if (!FORMAT.equals(properties.getProperty("format"))) {
                throw new IOException("its format is " + properties.getProperty("format") + ", not " + FORMAT);
            }
            StorageId storageId = new StorageId(Long.parseLong(required(properties, "storage.generation")),
                    number(properties, "storage.random"));
            return new StoreIdentity(required(properties, "cluster"),
                    Integer.parseInt(required(properties, "acceptor")),
                    storageId, new CommitTag(number(properties, "tag.high"), number(properties, "tag.low")));
        } catch (IllegalArgumentException e) {
            throw new IOException("it cannot be understood (" + e.getMessage() + ")", e);
        }
    }

    private static long number(Properties properties, String key) throws IOException {
        return Long.parseUnsignedLong(required(properties, key), HEX);
    }

    private static String required(Properties properties, String key) throws IOException {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IOException(key + " is missing in it");
        }
        return value;
    }
}
