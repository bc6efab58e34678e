package io.synod.client.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that their owner alone may read and write: they are so from their first byte on. */
public final class SecretFile {

    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private SecretFile() {}

    /**
     * Makes a file, and the directories that it is in.
     *
     * @throws CommandFailure if it exists: a secret that is overwritten is lost
     */
    public static void create(Path file, String text) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            write(file, text);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(ExitStatus.REFUSED,
                    file + " exists, and a secret that is overwritten is lost; name another file, or move that one away",
                    e);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /** Puts a new text in a file's place, whole or not at all; who may read it stays as it was. */
    public static void replace(Path named, String text) {
        Path file = named;
        try {
            file = Files.exists(named) ? named.toRealPath() : named;
            Path whole = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(whole);
            write(whole, text);
            if (Files.exists(file)) {
                PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
                PosixFileAttributeView view = Files.getFileAttributeView(whole, PosixFileAttributeView.class);
                view.setOwner(before.owner());
                view.setGroup(before.group());
                view.setPermissions(before.permissions());
            }
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNERS_ALONE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static CommandFailure cannotWrite(Path file, IOException e) {
        return new CommandFailure(ExitStatus.FAILED, "cannot write " + file + ": " + CommandFailure.text(e), e);
    }
}
