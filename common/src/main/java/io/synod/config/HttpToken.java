package io.synod.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what over HTTP: one entry of {@code paxos.security.tokens}, {@code NAME:ROLE:HASH}. The token itself stands
 * nowhere in a configuration, only its SHA-256, in hexadecimal or Base64.
 *
 * <p>A fast hash is right here. A slow one (bcrypt, Argon2) makes guesses dear where people choose passwords, of which there are
 * few; a token is 32 random bytes, so that not one of 2^256 is found by guessing however fast, and a slow hash would only let strangers
 * keep this service busy. For the same reason there is no salt: no two tokens are alike, and no table of hashes holds any.
 *
 * @param name whose it is, as it stands in the audit log
 * @param role what it allows
 * @param hash the SHA-256 of the token's characters
 */
public record HttpToken(String name, HttpRole role, byte[] hash) {

    /** 32 bytes as Base64 for URLs without padding: whatever is shorter cannot be a token. */
    public static final int CHARS_MIN = 43;
    /** What is longer is not looked at. */
    public static final int CHARS_MAX = 512;

    private static final int HASH_BYTES = 32;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /**
     * Reads an entry.
     *
     * @param property where it stands, for the error
     * @throws ConfigurationException if it is none; the error does not repeat the hash, in whose place a token may stand by
     *     mistake
     */
    public static HttpToken parse(String property, String text) {
        String[] parts = text.strip().split(":", -1);
        if (parts.length != 3) {
            throw wrong(property, "(" + parts.length + " parts)", "allowed is NAME:ROLE:HASH");
        }
        if (!NAME.matcher(parts[0]).matches()) {
            throw wrong(property, "(another name)",
                    "allowed as a name are 1 to 64 letters, digits, dots, dashes and underscores");
        }
        HttpRole role = role(parts[1]);
        if (role == null) {
            throw wrong(property, parts[0] + ":...",
                    "allowed as the role, the second part, are reader, submitter and operator");
        }
        byte[] hash = hash(parts[2]);
        if (hash == null) {
            throw wrong(property, parts[0] + ":" + parts[1] + ":...",
                    "allowed as the hash, the third part, is a SHA-256, 64 digits in hexadecimal or 44 characters of"
                            + " Base64 ('synod token NAME ROLE' makes a token and its entry)");
        }
        return new HttpToken(parts[0], role, hash);
    }

    private static ConfigurationException wrong(String property, String shown, String allowed) {
        return new ConfigurationException(property, shown, allowed);
    }

    private static @Nullable HttpRole role(String text) {
        for (HttpRole role : HttpRole.values()) {
            if (role.label().equals(text)) {
                return role;
            }
        }
        return null;
    }

    private static byte @Nullable [] hash(String text) {
        try {
            byte[] hash = text.length() == 2 * HASH_BYTES
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
            return hash.length == HASH_BYTES ? hash : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Returns the SHA-256 of a token's characters. */
    public static byte[] hashOf(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The entry as it stands in a configuration, the hash in hexadecimal. */
    public String entry() {
        return name + ":" + role.label() + ":" + HexFormat.of().formatHex(hash);
    }
}
