package io.synod.client.cli.cluster;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says where the cluster keeps its files. */
final class DataOption {

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:SYNOD_DATA:-data}",
            description = "where the cluster keeps its files (environment: SYNOD_DATA; default: ./data)")
    private Path directory = Path.of("data");

    DataDirectory directory() {
        return DataDirectory.of(directory);
    }
}
