package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.PageFlags;
import java.util.Arrays;

/**
 * Code that was made of guest instructions and is to be forgotten when one of their bytes changes.
 * The bytes are up to a few ranges, none of which crosses a page.
 */
public abstract class Translation {
  private final int[] first;
  private final int[] end;
  private boolean valid = true;

  /**
   * @param first physical addresses of the first byte of each range
   * @param end physical addresses after the last byte of each
   */
  protected Translation(int[] first, int[] end) {
    this.first = first.clone();
    this.end = end.clone();
  }

  /** False from the moment one of the bytes is written. */
  public final boolean valid() {
    return valid;
  }

  /** Never to be entered again. */
  public final void forget() {
    valid = false;
  }

  /** To be entered again: its bytes are what they were. */
  public final void revive() {
    valid = true;
  }

  /** The bytes of all ranges as memory has them. */
  protected final byte[] bytes(byte[] memory) {
    int size = 0;
    for (int r = 0; r < first.length; r++) {
      size += end[r] - first[r];
    }
    byte[] out = new byte[size];
    int at = 0;
    for (int r = 0; r < first.length; r++) {
      System.arraycopy(memory, first[r], out, at, end[r] - first[r]);
      at += end[r] - first[r];
    }
    return out;
  }

  /** Whether no ROM or device lies over one of the bytes now, in pages with {@code flags}. */
  protected final boolean isMainMemory(byte[] flags) {
    for (int at : first) {
      if ((flags[at >>> 12] & PageFlags.SLOW_READ) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Physical addresses of the bytes that memory has otherwise now than {@code former}. */
  protected final int[] changes(byte[] former, byte[] memory) {
    int[] out = new int[former.length];
    int count = 0;
    int at = 0;
    for (int r = 0; r < first.length; r++) {
      for (int address = first[r]; address < end[r]; address++) {
        if (former[at++] != memory[address]) {
          out[count++] = address;
        }
      }
    }
    return Arrays.copyOf(out, count);
  }

  /** How many ranges there are. */
  final int ranges() {
    return first.length;
  }

  final int first(int range) {
    return first[range];
  }

  final int end(int range) {
    return end[range];
  }

  /** Whether one of the bytes from {@code from} on is one of these. */
  final boolean has(int from, int size) {
    for (int r = 0; r < first.length; r++) {
      if (from < end[r] && first[r] < from + size) {
        return true;
      }
    }
    return false;
  }
}
