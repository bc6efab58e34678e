package io.synod.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * An immutable run of bytes: a view of an array that nobody writes to any more. Slices share the array.
 */
public final class Bytes {

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    private final byte[] array;
    private final int offset;
    private final int length;

    private Bytes(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** Takes over {@code array}: the caller must not write to it afterwards. */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array, 0, array.length);
    }

    /** Takes over a part of {@code array}: the caller must not write to it afterwards. */
    public static Bytes wrap(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        return length == 0 ? EMPTY : new Bytes(array, offset, length);
    }

    /** Copies the next {@code length} bytes out of {@code buffer} and moves its position past them. */
    public static Bytes read(ByteBuffer buffer, int length) {
        if (length == 0) {
            return EMPTY;
        }
        byte[] copy = new byte[length];
        buffer.get(copy);
        return new Bytes(copy, 0, length);
    }

    public static Bytes ofUtf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public byte at(int index) {
        Objects.checkIndex(index, length);
        return array[offset + index];
    }

    /** Returns a part of these bytes that shares their array. */
    public Bytes slice(int from, int sliceLength) {
        Objects.checkFromIndexSize(from, sliceLength, length);
        return sliceLength == 0 ? EMPTY : new Bytes(array, offset + from, sliceLength);
    }

    /** Returns whether the two lie in one array, so that to keep one keeps the other. */
    @SuppressWarnings("ReferenceEquality") // the very same array is asked for
    public boolean sharesArrayWith(Bytes other) {
        return array == other.array;
    }

    /** Returns where these bytes begin in {@code other}, as a slice of it; -1 if they are none. */
    @SuppressWarnings("ReferenceEquality") // the very same array is asked for
    public int offsetIn(Bytes other) {
        int from = offset - other.offset;
        return array == other.array && from >= 0 && from + length <= other.length ? from : -1;
    }

    /** Returns the big-endian 32-bit integer at {@code index}. */
    public int intAt(int index) {
        Objects.checkFromIndexSize(index, Integer.BYTES, length);
        return (int) INT.get(array, offset + index);
    }

    /** Copies all of these bytes into {@code target} from {@code at} on. */
    public void copyTo(byte[] target, int at) {
        System.arraycopy(array, offset, target, at, length);
    }

    /** Copies all of these bytes into {@code buffer} at its position, and moves the position. */
    public void writeTo(ByteBuffer buffer) {
        buffer.put(array, offset, length);
    }

    /** Returns a read-only, big-endian buffer over these bytes, positioned at 0 with the limit at their end. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
    }

    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    public String utf8() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    /** Returns a checksum of the contents: the length in the high 32 bits, their CRC-32C in the low 32 bits. */
    public long checksum() {
        CRC32C crc = new CRC32C();
        crc.update(array, offset, length);
        return ((long) length << 32) | crc.getValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that
                && Arrays.equals(
                        array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        CRC32C crc = new CRC32C();
        crc.update(array, offset, length);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return length + " bytes";
    }
}
