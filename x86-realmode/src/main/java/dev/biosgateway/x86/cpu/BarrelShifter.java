package dev.biosgateway.x86.cpu;

/**
 * Shifts and rotates as a function of numbers: for the instructions of the interpreter and for
 * translated code. Each method takes an operand that is zero-extended from {@code width} bits and a
 * count from 1 to 255, and gives the result in the lower half of a long, where bits beyond the
 * width mean nothing, and {@link Eflags#carries} in the upper half.
 *
 * <p>OF is defined for a count of one; for others it follows from the result by the same rule, and
 * AF becomes 0 behind a shift, as on a P6. {@link Eflags#result} behind a shift is the result,
 * sign-extended; rotates leave it alone, and of {@code carries} all but CF and OF.
 */
public final class BarrelShifter {
  private BarrelShifter() {}

  /** The carries of what a method here gave. */
  public static int carries(long shifted) {
    return (int) (shifted >>> 32);
  }

  // ---- shifts: all flags from the result

  public static long shl(int v, int count, int width) {
    int n = Math.min(count, 31);
    long r = (long) v << n;
    return left((int) r, (int) (r >>> width) & 1, width);
  }

  public static long shr(int v, int count, int width) {
    int n = Math.min(count, 31);
    return right(v >>> n, v >>> n - 1 & 1, width);
  }

  public static long sar(int v, int count, int width) {
    int n = Math.min(count, 31);
    int signed = v << 32 - width >> 32 - width;
    return right(signed >> n, signed >> n - 1 & 1, width);
  }

  /** SHLD of 16 bits; counts above 16 are undefined, a P6 goes on as here. */
  public static long shld16(int high, int low, int count) {
    long ring = (long) high << 32 | (long) low << 16 | high;
    long r = ring << count;
    return left((int) (r >>> 32) & 0xffff, (int) (r >>> 48) & 1, 16);
  }

  /** SHLD of 32 bits; count from 1 to 31. */
  public static long shld32(int high, int low, int count) {
    return left(high << count | low >>> 32 - count, high >>> 32 - count & 1, 32);
  }

  /** SHRD of 16 bits; counts above 16 are undefined, a P6 goes on as here. */
  public static long shrd16(int low, int high, int count) {
    long ring = (long) low << 32 | (long) high << 16 | low;
    return right((int) (ring >>> count) & 0xffff, (int) (ring >>> count - 1) & 1, 16);
  }

  /** SHRD of 32 bits; count from 1 to 31. */
  public static long shrd32(int low, int high, int count) {
    return right(low >>> count | high << 32 - count, low >>> count - 1 & 1, 32);
  }

  /** OF is the exclusive or of CF and the top bit. */
  private static long left(int r, int carry, int width) {
    return shifted(r, carry, carry ^ r >>> width - 1 & 1);
  }

  /** OF is the exclusive or of the two top bits. */
  private static long right(int r, int carry, int width) {
    return shifted(r, carry, (r >>> width - 1 ^ r >>> width - 2) & 1);
  }

  private static long shifted(int r, int carry, int overflow) {
    return pack(r, carry << 31 | (carry ^ overflow) << 30);
  }

  // ---- rotates: CF and OF only, in carries that were there before

  public static long rol(int v, int count, int width, int carries) {
    int n = count & width - 1;
    int r = v << n | (n == 0 ? 0 : v >>> width - n);
    return rotated(r, r & 1, (r ^ r >>> width - 1) & 1, carries);
  }

  public static long ror(int v, int count, int width, int carries) {
    int n = count & width - 1;
    int r = v >>> n | (n == 0 ? 0 : v << width - n);
    int top = r >>> width - 1 & 1;
    return rotated(r, top, top ^ r >>> width - 2 & 1, carries);
  }

  public static long rcl(int v, int count, int width, int carries) {
    int n = count % (width + 1);
    if (n == 0) {
      return pack(v, carries);
    }
    long ring = (v & 0xffffffffL) | (long) (carries >>> 31) << width;
    long r = ring << n | ring >>> width + 1 - n;
    int carry = (int) (r >>> width) & 1;
    return rotated((int) r, carry, carry ^ (int) (r >>> width - 1) & 1, carries);
  }

  public static long rcr(int v, int count, int width, int carries) {
    int n = count % (width + 1);
    if (n == 0) {
      return pack(v, carries);
    }
    long ring = (v & 0xffffffffL) | (long) (carries >>> 31) << width;
    long r = ring >>> n | ring << width + 1 - n;
    int top = (int) (r >>> width - 1) & 1;
    int carry = (int) (r >>> width) & 1;
    return rotated((int) r, carry, top ^ (int) (r >>> width - 2) & 1, carries);
  }

  private static long rotated(int r, int carry, int overflow, int carries) {
    return pack(r, carries & 0x3fffffff | carry << 31 | (carry ^ overflow) << 30);
  }

  private static long pack(int r, int carries) {
    return (long) carries << 32 | r & 0xffffffffL;
  }
}
