package io.synod.client.cli;

import io.synod.client.cli.cluster.Footprint;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a long load does over time, as lines of a CSV file: values so far, latencies since the line before, and memory and
 * file sizes of the processes of the local cluster.
 */
public final class SoakLog implements AutoCloseable {

    private final BufferedWriter file;
    private final Footprint footprint;

    private SoakLog(BufferedWriter file, Footprint footprint) {
        this.file = file;
        this.footprint = footprint;
    }

    /**
     * Begins a file.
     *
     * @param directory the data directory of the cluster
     * @throws CommandFailure if the file cannot be written, or there is no cluster
     */
    public static SoakLog open(Path path, Path directory) {
        Footprint footprint = new Footprint(directory);
        try {
            SoakLog log = new SoakLog(Files.newBufferedWriter(path), footprint);
            log.write("seconds,values,p50_us,p99_us,max_us," + String.join(",", footprint.names()));
            return log;
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "--csv cannot be written: " + CommandFailure.text(e), e);
        }
    }

    /**
     * Adds a line.
     *
     * @param values how many so far
     * @param latencyNanos since the line before
     */
    public void add(double seconds, long values, Histogram latencyNanos) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%.1f,%d,%d,%d,%d", seconds, values,
                latencyNanos.getValueAtPercentile(50) / 1_000, latencyNanos.getValueAtPercentile(99) / 1_000,
                latencyNanos.getMaxValue() / 1_000));
        footprint.values().forEach(value -> line.append(',').append(value));
        try {
            write(line.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String line) throws IOException {
        file.write(line);
        file.newLine();
        file.flush();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
