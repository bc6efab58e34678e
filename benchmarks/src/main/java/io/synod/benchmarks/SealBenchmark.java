package io.synod.benchmarks;

import io.synod.protocol.NodeId;
import io.synod.protocol.NodeType;
import io.synod.protocol.seal.DatagramCipher;
import io.synod.protocol.seal.SealKey;
import io.synod.protocol.seal.SenderKeys;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What it takes to seal and to open a datagram, to find that one is forged, and to derive the key of a sender's life, beside
 * the check of a datagram in plain text. {@code main} runs all with the bytes that each allocates.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SealBenchmark {

    private static final int HEADER_BYTES = 36;
    private static final byte[] RECEIVER = DatagramCipher.receiverBytes(NodeId.of(NodeType.ACCEPTOR, 0));

    @Param({"100", "1400", "8000", "65000"})
    int bytes;

    private final SealKey key = SealKey.draw(1, new SecureRandom());
    private final SenderKeys keys = new SenderKeys(1);
    private final DatagramCipher sealing = cipher(1);
    private final DatagramCipher opening = cipher(1);
    private final CRC32C crc = new CRC32C();
    private byte[] plain = new byte[0];
    private byte[] sealed = new byte[0];
    private byte[] forged = new byte[0];
    private byte[] opened = new byte[0];
    private long sequence = 1;
    private long incarnation;

    private DatagramCipher cipher(long life) {
        return Objects.requireNonNull(keys.cipher(key, NodeType.PROPOSER, 0, life, NodeType.ACCEPTOR));
    }

    @Setup
    public void fill() {
        plain = new byte[bytes + DatagramCipher.TAG_BYTES];
        sealed = plain.clone();
        sealing.seal(sealed, HEADER_BYTES, bytes, sequence, RECEIVER);
        forged = sealed.clone();
        forged[bytes]++;
        opened = new byte[sealed.length];
    }

    @Benchmark
    public byte[] seal() {
        sealing.seal(plain, HEADER_BYTES, bytes, ++sequence, RECEIVER);
        return plain;
    }

    @Benchmark
    public boolean open() {
        return opening.open(sealed, HEADER_BYTES, bytes, 1, RECEIVER, opened);
    }

    @Benchmark
    public boolean refuse() {
        return opening.open(forged, HEADER_BYTES, bytes, 1, RECEIVER, opened);
    }

    @Benchmark
    public DatagramCipher derive() {
        return cipher(++incarnation);
    }

    @Benchmark
    public long check() {
        crc.reset();
        crc.update(plain, 0, bytes);
        return crc.getValue();
    }

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder().include(SealBenchmark.class.getSimpleName())
                .addProfiler(GCProfiler.class)
                .build()).run();
    }
}
