package io.synod.client.cli;

import io.synod.protocol.seal.KeyRing;
import io.synod.protocol.seal.KeyScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of keys, as commands make and read them. */
public final class KeyFile {

    private KeyFile() {}

    /**
     * Reads a file.
     *
     * @throws CommandFailure if it cannot be read, or holds no keys; nothing of a secret is in the message
     */
    public static KeyRing read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            String why = Files.exists(file)
                    ? CommandFailure.text(e)
                    : "there is no such file; ./synod keygen makes one";
            throw new CommandFailure(ExitStatus.USAGE, "cannot read the keys in " + file + ": " + why, e);
        }
        try {
            return KeyRing.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitStatus.USAGE, file + ": " + e.getMessage(), e);
        }
    }

    /** What a file with these keys holds: what they are good for, then a key a line. */
    public static String text(KeyRing ring) {
        String holder = ring.scope() == KeyScope.CLUSTER
                ? "# Keys of a Synod cluster. Whoever has them speaks as any of its nodes: for nodes alone.\n"
                : "# Keys for clients of a Synod cluster. Whoever has them speaks as a client.\n";
        return holder + "# The first seals, each is taken: docs/security.md says how keys are rotated.\n"
                + ring.text();
    }
}
