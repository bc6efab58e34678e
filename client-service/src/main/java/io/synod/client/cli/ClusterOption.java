package io.synod.client.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command talks to: one that was started here, or one that a file made elsewhere describes. */
public final class ClusterOption {

    private static final String FILE = "cluster.properties";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                    "Where the cluster keeps its files, as for 'up', 'stop' and 'status' (environment: SYNOD_DATA;",
                    "default: ./data; where none was started, the usual cluster at the usual ports of this host)."
            })
    @Nullable
    Path data;

    @Option(
            names = "--cluster",
            paramLabel = "FILE",
            description = "Instead of --data, for a cluster started elsewhere: a file like its cluster.properties.")
    @Nullable
    Path file;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = {
                    "The file with the token to show to services over HTTP, where they ask for one (environment:",
                    "SYNOD_TOKEN_FILE; or synod.token-file in the cluster file)."
            })
    @Nullable
    Path tokenFile;

    /** Reads the file, or takes the usual cluster where nobody named one and none was started here. */
    public ClusterFile read() {
        return readFile().withTokenFile(tokenFile);
    }

    private ClusterFile readFile() {
        Path given = file;
        Path directory = data;
        if (given != null && directory != null) {
            throw new CommandFailure(ExitStatus.USAGE, "--data and --cluster both say which cluster; give one");
        }
        if (given != null) {
            return ClusterFile.read(given, true);
        }
        return directory != null
                ? ClusterFile.read(directory.resolve(FILE), true)
                : ClusterFile.read(defaultDirectory().resolve(FILE), false);
    }

    /** The data directory of a cluster that was started here. */
    Path directory() {
        return data == null ? defaultDirectory() : data;
    }

    private static Path defaultDirectory() {
        String data = System.getenv("SYNOD_DATA");
        return Path.of(data == null || data.isBlank() ? "data" : data);
    }
}
