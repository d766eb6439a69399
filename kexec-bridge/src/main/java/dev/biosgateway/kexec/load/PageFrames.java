package dev.biosgateway.kexec.load;

import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * The page frames of the host: which 4 KB pages of RAM above 1 MB are free. Hands out the lowest
 * that fits, so that placement is a function of what was asked before; frames are zero when they
 * are free, so that a jump that changed nothing leaves nothing behind.
 *
 * <p>Addresses are physical and page aligned. Not thread-safe.
 */
public final class PageFrames {
  private static final byte[] ZEROES = new byte[PhysicalBus.PAGE];

  private final PhysicalBus bus;
  private final BitSet free = new BitSet();
  private final int total;

  /**
   * Takes over a range of zeroed RAM.
   *
   * @param first physical address of the first frame
   * @param end physical address behind the last
   */
  public PageFrames(PhysicalBus bus, int first, int end) {
    this.bus = bus;
    free.set(first >>> 12, end >>> 12);
    total = free.cardinality();
  }

  /** How many frames there are, used or not. */
  public int total() {
    return total;
  }

  /** How many frames are free. */
  public int available() {
    return free.cardinality();
  }

  /** Whether the frame at an address is free. */
  public boolean isFree(int physical) {
    return free.get(physical >>> 12);
  }

  /**
   * Takes the lowest free frame whose address the condition accepts.
   *
   * @param from where to begin to look
   * @return its address, or -1 if there is none
   */
  public int allocate(int from, IntPredicate condition) {
    for (int f = free.nextSetBit(from >>> 12); f >= 0; f = free.nextSetBit(f + 1)) {
      if (condition.test(f << 12)) {
        free.clear(f);
        return f << 12;
      }
    }
    return -1;
  }

  /**
   * Takes a frame that {@link #isFree}.
   *
   * @throws IllegalStateException if it is not
   */
  public void take(int physical) {
    if (!isFree(physical)) {
      throw new IllegalStateException(String.format("page frame 0x%08x is in use", physical));
    }
    free.clear(physical >>> 12);
  }

  /**
   * Sets frames aside for good, as crashkernel= does.
   *
   * @param first physical address of the first
   * @throws KexecException ENOMEM if one of them is in use or none of the host's
   */
  public void reserve(int first, int count) {
    int from = first >>> 12;
    if (free.nextClearBit(from) < from + count) {
      throw new KexecException(
          Errno.ENOMEM, String.format("0x%x pages from 0x%08x on are not all free", count, first));
    }
    free.clear(from, from + count);
  }

  /** Zeroes a frame and takes it back. */
  public void release(int physical) {
    bus.load(physical, ZEROES);
    free.set(physical >>> 12);
  }

  /**
   * Finds, without taking it, the lowest run of free frames whose addresses the condition accepts.
   *
   * @return its address, or -1 if there is none
   */
  public int findRun(int pages, IntPredicate condition) {
    int run = 0;
    for (int f = free.nextSetBit(0); f >= 0; f = free.nextSetBit(f + 1)) {
      boolean continues = run > 0 && free.get(f - 1);
      boolean fits = condition.test(f << 12);
      run = fits ? continues ? run + 1 : 1 : 0;
      if (run == pages) {
        return f - pages + 1 << 12;
      }
    }
    return -1;
  }

  /** What is free now, to be given to {@link #reset} when memory is rolled back to this moment. */
  public BitSet snapshot() {
    return (BitSet) free.clone();
  }

  /** Makes frames free and used as they were at a snapshot; contents are the caller's affair. */
  public void reset(BitSet snapshot) {
    free.clear();
    free.or(snapshot);
  }
}
