package io.synod.storage;

import io.synod.protocol.RoleType;
import io.synod.protocol.StorageId;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.random.RandomGenerator;

/**
 * Whom a store belongs to; it never changes.
 *
 * @param cluster the cluster's name
 * @param role the role that remembers in it
 * @param id the id of the node of that role
 * @param storageId names this life of the store
 * @param tag stands before the number of each commit in the engine's files
 */
public record StoreIdentity(String cluster, RoleType role, int id, StorageId storageId, CommitTag tag) {

    private static final String FORMAT = "1";
    private static final int HEX = 16;

    /**
     * Returns what a new store is to be.
     *
     * @param random draws what its commits are marked with
     */
    public static StoreIdentity draw(String cluster, RoleType role, int id, StorageId storageId,
            RandomGenerator random) {
        return new StoreIdentity(cluster, role, id, storageId, new CommitTag(random.nextLong(), random.nextLong()));
    }

    /** Writes it for people and for {@link #read}. */
    public List<String> toLines() {
        return List.of(
                "# The store of " + name(role) + " " + id
                        + ". It is bound to what stands here; to change it is to damage the store.",
                "format=" + FORMAT, "cluster=" + escaped(cluster), name(role) + "=" + id,
                "storage.generation=" + storageId.generation(), "storage.random=" + hex(storageId.random()),
                "tag.high=" + hex(tag.high()), "tag.low=" + hex(tag.low()));
    }

    /** Returns the name of a role as people write it. */
    static String name(RoleType role) {
        return role.name().toLowerCase(Locale.ROOT);
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
    public static StoreIdentity read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            if (!FORMAT.equals(properties.getProperty("format"))) {
                throw new IOException("its format is " + properties.getProperty("format") + ", not " + FORMAT);
            }
            StorageId storageId = new StorageId(Long.parseLong(required(properties, "storage.generation")),
                    number(properties, "storage.random"));
            RoleType role = role(properties);
            return new StoreIdentity(required(properties, "cluster"), role,
                    Integer.parseInt(required(properties, name(role))), storageId,
                    new CommitTag(number(properties, "tag.high"), number(properties, "tag.low")));
        } catch (IllegalArgumentException e) {
            throw new IOException("it cannot be understood (" + e.getMessage() + ")", e);
        }
    }

    private static RoleType role(Properties properties) throws IOException {
        for (RoleType role : RoleType.values()) {
            if (properties.containsKey(name(role))) {
                return role;
            }
        }
        throw new IOException("it does not say whose store it is");
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
