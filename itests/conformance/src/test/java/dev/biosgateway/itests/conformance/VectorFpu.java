package dev.biosgateway.itests.conformance;

import dev.biosgateway.x86.fpu.Fpu;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;

/** The x87 state of a case, before or after: ST(0) to ST(7), those of empty registers included. */
final class VectorFpu {
  /** Units in the last of 64 places that a transcendental result may be off: 2^-62 relative. */
  private static final long TOLERANCE = 2;

  /** IE, SF and C1 of the status word: what the check for an empty register changes. */
  static final int SET_BY_STORE = 0x0241;

  private static final int SIGN = 0x8000;

  private final int controlWord;
  private final int statusWord;

  /** Bit i: physical register Ri is not empty. */
  private final int occupied;

  private final int[] signExps = new int[8];
  private final long[] significands = new long[8];

  VectorFpu(DataInputStream in) throws IOException {
    controlWord = in.readUnsignedShort();
    statusWord = in.readUnsignedShort();
    occupied = in.readUnsignedByte();
    for (int i = 0; i < 8; i++) {
      signExps[i] = in.readUnsignedShort();
      significands[i] = in.readLong();
    }
  }

  void loadInto(Fpu fpu) {
    fpu.initialize();
    fpu.setControlWord(controlWord);
    fpu.setStatusWord(statusWord);
    for (int i = 0; i < 8; i++) {
      fpu.set(i, signExps[i], significands[i]);
    }
    fpu.setOccupied(occupied);
  }

  /**
   * Adds what differs.
   *
   * @param ignoredStatus bits of the status word that are undefined for this case
   * @param approximate a transcendental function, for which {@link #TOLERANCE} holds
   */
  void compare(List<String> out, Fpu fpu, int ignoredStatus, boolean approximate) {
    int status = fpu.statusWord();
    if (fpu.controlWord() != controlWord) {
      out.add("control word: expected %04x, found %04x".formatted(controlWord, fpu.controlWord()));
    }
    if (((status ^ statusWord) & ~ignoredStatus) != 0) {
      out.add(
          "status word: expected %04x, found %04x, ignoring %04x"
              .formatted(statusWord, status, ignoredStatus));
    }
    if (fpu.occupied() != occupied) {
      out.add("occupied: expected %02x, found %02x".formatted(occupied, fpu.occupied()));
    }
    for (int i = 0; i < 8; i++) {
      long distance = distance(i, fpu.signExp(i), fpu.significand(i));
      if (Long.compareUnsigned(distance, approximate ? TOLERANCE : 0) > 0) {
        out.add(
            "st%d: expected %04x_%016x, found %04x_%016x"
                .formatted(i, signExps[i], significands[i], fpu.signExp(i), fpu.significand(i)));
      }
    }
  }

  /** Units in the last place between two values of one sign; as good as infinite else. */
  private long distance(int i, int signExp, long significand) {
    if (((signExps[i] ^ signExp) & SIGN) != 0) {
      return -1;
    }
    return switch (signExps[i] - signExp) {
      case 0 -> Math.abs(significands[i] - significand);
      case 1 -> Math.abs(2 * significands[i] - significand);
      case -1 -> Math.abs(2 * significand - significands[i]);
      default -> -1;
    };
  }
}
