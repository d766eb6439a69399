package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PageFlags;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.Arrays;

/**
 * Repeated string instructions as a whole, upwards over plain memory: the fast strings of a P6 (SDM
 * vol. 1, 7.3.9.3), for translated code. Each method either has done all that is left of the
 * instruction but its registers and its count, or says no and has changed nothing.
 *
 * <p>Offsets are within {@code mask}, which is that of the address size; {@code size} is 1, 2 or 4
 * bytes; {@code count} and {@code most}, the passes that may retire, are not negative.
 *
 * <p>Not thread-safe: on the machine's thread.
 */
public final class FastStrings {
  private static final int NOWHERE = -1;

  private final Cpu cpu;
  private final PhysicalBus bus;
  private final byte[] ram;

  /** Zero-extended operands of the last comparison. */
  public int lastA;

  /** The other one. */
  public int lastB;

  public FastStrings(Cpu cpu) {
    this.cpu = cpu;
    this.bus = cpu.bus;
    this.ram = cpu.bus.ram;
  }

  /** REP STOS. */
  public boolean fill(int to, int value, int size, int count, int mask) {
    int bytes = bytes(count, size);
    int at = bytes == NOWHERE ? NOWHERE : physical(SegmentRegister.ES, to, bytes, mask, true);
    if (at == NOWHERE) {
      return false;
    }
    switch (size) {
      case 1 -> Arrays.fill(ram, at, at + bytes, (byte) value);
      case 2 -> {
        for (int k = at; k < at + bytes; k += 2) {
          PhysicalBus.SHORT.set(ram, k, (short) value);
        }
      }
      default -> {
        for (int k = at; k < at + bytes; k += 4) {
          PhysicalBus.INT.set(ram, k, value);
        }
      }
    }
    return true;
  }

  /** REP MOVS. */
  public boolean move(int segment, int from, int to, int size, int count, int mask) {
    int bytes = bytes(count, size);
    if (bytes == NOWHERE) {
      return false;
    }
    int source = physical(segment, from, bytes, mask, false);
    int target = physical(SegmentRegister.ES, to, bytes, mask, true);
    // A target just above the source repeats what the passes before have written.
    boolean repeats = target > source && target < source + bytes;
    if (source == NOWHERE || target == NOWHERE || repeats) {
      return false;
    }
    System.arraycopy(ram, source, ram, target, bytes);
    return true;
  }

  /**
   * REPE or REPNE CMPS.
   *
   * @return how many passes there are, 0 when it has to be done otherwise
   */
  public int compare(
      int segment, int from, int to, int size, int count, int most, boolean whileEqual, int mask) {
    for (int done = 0; count != 0; ) {
      int here = from + done * size & mask;
      int there = to + done * size & mask;
      int a = cpu.segments[segment].base + here;
      int b = cpu.segments[SegmentRegister.ES].base + there;
      int passes = Math.min(passesInPage(a, size), passesInPage(b, size));
      passes = Integer.compareUnsigned(count - done, passes) < 0 ? count - done : passes;
      if (passes == 0 || done + passes > most) {
        return 0;
      }
      int source = physical(segment, here, passes * size, mask, false);
      int target = physical(SegmentRegister.ES, there, passes * size, mask, false);
      if (source == NOWHERE || target == NOWHERE) {
        return 0;
      }
      for (int k = 0; k < passes; k++) {
        lastA = read(source + k * size, size);
        lastB = read(target + k * size, size);
        done++;
        if (lastA == lastB != whileEqual) {
          return done;
        }
      }
      if (done == count) {
        return done;
      }
    }
    return 0;
  }

  /**
   * REPE or REPNE SCAS.
   *
   * @param value zero-extended
   * @return how many passes there are, 0 when it has to be done otherwise
   */
  public int scan(int to, int value, int size, int count, int most, boolean whileEqual, int mask) {
    lastA = value;
    for (int done = 0; count != 0; ) {
      int there = to + done * size & mask;
      int passes = passesInPage(cpu.segments[SegmentRegister.ES].base + there, size);
      passes = Integer.compareUnsigned(count - done, passes) < 0 ? count - done : passes;
      if (passes == 0) {
        return 0;
      }
      int target = physical(SegmentRegister.ES, there, passes * size, mask, false);
      if (target == NOWHERE) {
        return 0;
      }
      for (int k = 0; k < passes; k++) {
        lastB = read(target + k * size, size);
        done++;
        if (lastB == value != whileEqual) {
          return done <= most ? done : 0;
        }
      }
      if (done == count) {
        return done <= most ? done : 0;
      }
      if (done > most) {
        return 0;
      }
    }
    return 0;
  }

  private int read(int at, int size) {
    return switch (size) {
      case 1 -> ram[at] & 0xff;
      case 2 -> (short) PhysicalBus.SHORT.get(ram, at) & 0xffff;
      default -> (int) PhysicalBus.INT.get(ram, at);
    };
  }

  /** Bytes of so many passes; none when there are none, or more than memory has. */
  private int bytes(int count, int size) {
    return count <= 0 || count > ram.length / size ? NOWHERE : count * size;
  }

  private static int passesInPage(int linear, int size) {
    return (PhysicalBus.PAGE - (linear & 0xfff)) / size;
  }

  /** Where bytes are in the array, {@link #NOWHERE} when they want a closer look. */
  private int physical(int segment, int offset, int bytes, int mask, boolean write) {
    SegmentRegister s = cpu.segments[segment];
    long end = (offset & 0xffffffffL) + (bytes & 0xffffffffL);
    if (end > (write ? s.writableBytes : s.readableBytes) || end > (mask & 0xffffffffL) + 1) {
      return NOWHERE;
    }
    int linear = s.base + offset;
    int last = linear + bytes - 1;
    int first = linear;
    if (cpu.paging()) {
      first = write ? cpu.paging.heldForWrite(linear) : cpu.paging.held(linear);
      if (first == NOWHERE || (linear ^ last) >>> 12 != 0) {
        return NOWHERE;
      }
      last = first + bytes - 1;
    }
    int slow = write ? PageFlags.SLOW_WRITE : PageFlags.SLOW_READ;
    int seen = 0;
    for (int page = first >>> 12; page <= last >>> 12; page++) {
      seen |= bus.flags[page];
    }
    return (seen & slow) == 0 && Integer.compareUnsigned(first, last) <= 0 ? first : NOWHERE;
  }
}
