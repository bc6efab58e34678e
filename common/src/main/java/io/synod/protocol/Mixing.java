package io.synod.protocol;

/** A bijective mixing of 64 bits: the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
public final class Mixing {

    private Mixing() {}

    /** Returns {@code x} mixed so that each bit of the result depends on each bit of {@code x}. */
    public static long mix(long x) {
        long z = x + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
