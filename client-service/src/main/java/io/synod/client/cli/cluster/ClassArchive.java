package io.synod.client.cli.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A cache of loaded and linked classes (JEP 483, 514, 515) that all services share; with it a start takes less than
 * half the processor time. The JVM uses such a cache when the class path of the process begins with the one that the
 * cache was made for. So the libraries that every service has come first, from one directory, and the cache is
 * made for these alone: it outlives every rebuild of the project's own code, and is made again only when a
 * library or the JDK changes.
 *
 * @param file the cache
 * @param classPath what a class path must begin with
 */
record ClassArchive(Path file, List<Path> classPath) {

    private static final String REHEARSAL = "io.synod.client.service.rehearsal.StartRehearsal";
    private static final String REHEARSAL_JAR = "rehearsal.jar";
    private static final Instant REHEARSAL_TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final int MAKING_SECONDS_MAX = 180;

    /** Returns whether a library is one that the class path begins with. */
    boolean covers(String library) {
        return classPath.stream().anyMatch(jar -> jar.getFileName().toString().equals(library));
    }

    /**
     * Returns the cache, made now if it is missing; null if it cannot be made, which costs only time.
     *
     * @param progress is told that it is made
     */
    static @Nullable ClassArchive prepare(Installation installation, Progress progress) {
        try {
            List<Path> classPath = shareLibraries(installation);
            Path directory = installation.sharedLayout();
            Path file = directory.resolve("services-" + fingerprint(classPath) + ".aot");
            ClassArchive archive = new ClassArchive(file, classPath);
            if (!Files.exists(file)) {
                progress.line("preparing fast starts, once for a JDK and a set of libraries");
                archive.make(directory);
            }
            return archive;
        } catch (IOException e) {
            progress.line("starting without a class archive, which is slower: " + e.getMessage());
            return null;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Copies the libraries that all services have to one directory; answers them and the rehearsal, in order. */
    private static List<Path> shareLibraries(Installation installation) throws IOException {
        Path shared = installation.sharedLayout().resolve("lib");
        Files.createDirectories(shared);
        Set<String> common = new TreeSet<>(installation.libraryNames(ServiceKind.CLIENT));
        for (ServiceKind kind : ServiceKind.values()) {
            common.retainAll(Set.copyOf(installation.libraryNames(kind)));
        }
        common.removeIf(name -> name.startsWith("synod-"));
        List<Path> classPath = new ArrayList<>();
        for (String name : common) {
            Path from = installation.library(ServiceKind.CLIENT, name);
            Path to = shared.resolve(name);
            if (!Files.exists(to) || Files.size(to) != Files.size(from)) {
                Path whole = shared.resolve(name + "." + ProcessHandle.current().pid());
                Files.copy(from, whole, StandardCopyOption.REPLACE_EXISTING);
                Files.move(whole, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            classPath.add(to);
        }
        classPath.add(rehearsalJar(shared));
        return classPath;
    }

    /** Writes a jar that holds the rehearsal alone, unless the same stands there. */
    private static Path rehearsalJar(Path shared) throws IOException {
        String resource = REHEARSAL.replace('.', '/') + ".class";
        byte[] code;
        try (InputStream stream = ClassArchive.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException(resource + " is missing");
            }
            code = stream.readAllBytes();
        }
        Path jar = shared.resolve(REHEARSAL_JAR);
        Path whole = shared.resolve(REHEARSAL_JAR + "." + ProcessHandle.current().pid());
        try (OutputStream file = Files.newOutputStream(whole); JarOutputStream stream = new JarOutputStream(file)) {
            JarEntry entry = new JarEntry(resource);
            entry.setLastModifiedTime(FileTime.from(REHEARSAL_TIME));
            stream.putNextEntry(entry);
            stream.write(code);
            stream.closeEntry();
        }
        if (Files.exists(jar) && Files.mismatch(jar, whole) < 0) {
            Files.delete(whole);
        } else {
            Files.move(whole, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return jar;
    }

    /** Returns what changes when the cache must be made again; the JVM checks size and time of each jar too. */
    private static String fingerprint(List<Path> classPath) throws IOException {
        StringBuilder text = new StringBuilder(Runtime.version().toString()).append(JvmFlags.base());
        for (Path jar : classPath) {
            text.append('\n').append(jar).append(' ').append(Files.size(jar)).append(' ')
                    .append(Files.getLastModifiedTime(jar).toMillis());
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void make(Path directory) throws IOException, InterruptedException {
        Path whole = directory.resolve(file.getFileName() + "." + ProcessHandle.current().pid());
        Path log = directory.resolve("rehearsal.log");
        List<String> command = new ArrayList<>();
        command.add(Installation.java().toString());
        command.addAll(JvmFlags.base());
        command.add("-XX:AOTCacheOutput=" + whole);
        command.addAll(List.of("-cp", Installation.joined(classPath), REHEARSAL));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(Redirect.from(nothing()))
                .redirectOutput(log.toFile()).start();
        try {
            if (!process.waitFor(MAKING_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0
                    || !Files.exists(whole)) {
                throw new IOException("the rehearsal failed, see " + log);
            }
            removeOld(directory);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(whole);
            Files.deleteIfExists(directory.resolve(whole.getFileName() + ".config"));
        }
    }

    private static java.io.File nothing() {
        return new java.io.File("/dev/null");
    }

    private static void removeOld(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory, "services-*.aot")) {
            for (Path old : files) {
                Files.deleteIfExists(old);
            }
        }
    }
}
