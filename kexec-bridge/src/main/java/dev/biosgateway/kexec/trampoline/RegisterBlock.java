package dev.biosgateway.kexec.trampoline;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The 15 dwords of {@code register_block.inc}: the registers of a call, in and out. */
final class RegisterBlock {
  /** Size in bytes. */
  static final int SIZE = 60;

  private static final Register[] ORDER = {
    Register.EAX,
    Register.ECX,
    Register.EDX,
    Register.EBX,
    Register.ESP,
    Register.EBP,
    Register.ESI,
    Register.EDI,
    Register.EFLAGS,
    Register.ES,
    Register.CS,
    Register.SS,
    Register.DS,
    Register.FS,
    Register.GS
  };

  /** The place of each register in {@link #ORDER}, -1 for those that have none. */
  private static final int[] PLACES = places();

  private RegisterBlock() {}

  private static int[] places() {
    int[] places = new int[Register.values().length];
    Arrays.fill(places, -1);
    for (int i = 0; i < ORDER.length; i++) {
      places[ORDER[i].ordinal()] = i;
    }
    return places;
  }

  /** Writes registers into a block. */
  static void write(byte[] image, int offset, Registers registers) {
    ByteBuffer out = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ORDER.length; i++) {
      out.putInt(offset + 4 * i, (int) registers.get(ORDER[i]));
    }
  }

  /** Reads registers out of a block; upper halves of segment registers are not there. */
  static Registers read(byte[] block, int offset) {
    ByteBuffer in = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    return Registers.of(
        register -> {
          int place = PLACES[register.ordinal()];
          return place < 0 ? 0 : in.getInt(offset + 4 * place) & register.max();
        });
  }
}
