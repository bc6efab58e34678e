package io.synod.simulation.world;

import io.synod.protocol.Mixing;
import java.util.random.RandomGenerator;

/**
 * A stream of random numbers that follows from a seed alone, on every JVM: SplitMix64 (Steele, Lea and Flood, OOPSLA
 * 2014). Streams forked off under different labels do not disturb each other. Not thread-safe.
 */
public final class SeededRandom implements RandomGenerator {

    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private static final int EXPONENTIAL_BITS = 10;
    /** Quantiles of the exponential distribution of mean 1: a logarithm a datagram would be dear. */
    private static final double[] EXPONENTIAL = new double[1 << EXPONENTIAL_BITS];

    static {
        for (int i = 0; i < EXPONENTIAL.length; i++) {
            EXPONENTIAL[i] = -StrictMath.log(1 - (i + 0.5) / EXPONENTIAL.length);
        }
    }

    private final long seed;
    private long state;

    public SeededRandom(long seed) {
        this.seed = seed;
        this.state = Mixing.mix(seed);
    }

    /** Returns a stream of its own, which follows from this one's seed and the label alone. */
    public SeededRandom fork(String label) {
        long hash = seed;
        for (int i = 0; i < label.length(); i++) {
            hash = Mixing.mix(hash ^ label.charAt(i));
        }
        return new SeededRandom(hash);
    }

    @Override
    public long nextLong() {
        state += GAMMA;
        return Mixing.mix(state);
    }

    /** Returns true with the given probability. */
    public boolean chance(double probability) {
        return probability > 0 && nextDouble() < probability;
    }

    /** Returns a number from {@code min} to {@code max}, both included. */
    public int between(int min, int max) {
        return min + (int) Long.remainderUnsigned(nextLong(), (long) max - min + 1);
    }

    /** Returns a number from {@code min} to {@code max}, both included. */
    public long between(long min, long max) {
        return min + Long.remainderUnsigned(nextLong(), max - min + 1);
    }

    /** Returns a number from {@code min} to {@code max} whose order of magnitude is drawn evenly. */
    public long logBetween(long min, long max) {
        double low = StrictMath.log((double) min);
        double exponent = low + nextDouble() * (StrictMath.log((double) max) - low);
        return Math.clamp((long) StrictMath.exp(exponent), min, max);
    }

    /** Returns a number that is distributed exponentially, nearly, with the given mean; at most about seven times it. */
    public long exponential(long mean) {
        return mean <= 0 ? 0 : (long) (mean * EXPONENTIAL[(int) (nextLong() >>> -EXPONENTIAL_BITS)]);
    }

    /** Returns one of several choices. */
    @SafeVarargs
    public final <T> T pick(T... choices) {
        return choices[between(0, choices.length - 1)];
    }
}
