package io.synod.client.cli.cluster;

import io.synod.client.cli.CommandFailure;
import io.synod.client.cli.ExitStatus;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The built project: where the launcher script laid out each service ({@code <module>/target/launch}: {@code app.jar} with
 * the service's own classes, {@code lib} with what it needs), and the Java that runs them.
 *
 * @param root the root of the project
 */
record Installation(Path root) {

    /** Reads where the script says it is. */
    static Installation current() {
        String root = System.getProperty("synod.root");
        if (root == null) {
            throw new CommandFailure(ExitStatus.USAGE,
                    "this command is started by the script synod in the root of the project");
        }
        return new Installation(Path.of(root));
    }

    /** The Java that runs this command runs the services too. */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    Path layout(ServiceKind kind) {
        return root.resolve(kind.module()).resolve("target").resolve("launch");
    }

    private Path libraries(ServiceKind kind) {
        return layout(kind).resolve("lib");
    }

    /** Where what all services share is kept. */
    Path sharedLayout() {
        return root.resolve("target").resolve("launch");
    }

    /** Returns the names of a service's libraries, in order. */
    List<String> libraryNames(ServiceKind kind) {
        return jars(libraries(kind)).stream().map(jar -> jar.getFileName().toString()).toList();
    }

    Path library(ServiceKind kind, String name) {
        return libraries(kind).resolve(name);
    }

    /** Returns the class path of a service that begins with the jars of an archive; all of them are its libraries too. */
    String classPath(ServiceKind kind, @Nullable ClassArchive archive) {
        Path application = layout(kind).resolve("app.jar");
        if (!Files.exists(application)) {
            throw new CommandFailure(ExitStatus.FAILED, application + " is missing: start through the script synod");
        }
        List<Path> path = new ArrayList<>();
        if (archive != null) {
            path.addAll(archive.classPath());
        }
        for (Path jar : jars(libraries(kind))) {
            if (archive == null || !archive.covers(jar.getFileName().toString())) {
                path.add(jar);
            }
        }
        path.add(application);
        return joined(path);
    }

    static String joined(List<Path> path) {
        return String.join(File.pathSeparator, path.stream().map(Path::toString).toList());
    }

    static List<Path> jars(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the services are not laid out; start through the script synod", e);
        }
    }
}
