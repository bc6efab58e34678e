package io.synod.client.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --cluster FILE}, for every command that talks to a running cluster. */
public final class ClusterOption {

    private static final String FILE = "cluster.properties";

    @Option(
            names = "--cluster",
            paramLabel = "FILE",
            description = {
                    "The cluster, as 'synod up' wrote it down.",
                    "Default: cluster.properties in ./data, or where SYNOD_DATA says;",
                    "without it, the usual ports of this host."
            })
    @Nullable
    Path file;

    /** Reads the file, or takes the usual cluster where the default file does not exist. */
    public ClusterFile read() {
        Path given = file;
        return given == null ? ClusterFile.read(defaultFile(), false) : ClusterFile.read(given, true);
    }

    private static Path defaultFile() {
        String data = System.getenv("SYNOD_DATA");
        return Path.of(data == null || data.isBlank() ? "data" : data).resolve(FILE);
    }
}
