package dev.biosgateway.kexec.trampoline;

import dev.biosgateway.api.FarPointer;

/**
 * The instruction by which a trampoline enters the routine. What it executes is in the image, byte
 * for byte: its operand is filled in by the loader, as an assembler would.
 */
public sealed interface CallSite {
  /** Room for it in both trampolines. */
  int SIZE = 5;

  /**
   * The instruction's bytes.
   *
   * @param address physical address at which it will lie
   */
  byte[] encode(int address);

  /**
   * INT n (CD ib), in real mode.
   *
   * @param vector 0 to 0xff
   */
  record Interrupt(int vector) implements CallSite {
    @Override
    public byte[] encode(int address) {
      return new byte[] {(byte) 0xcd, (byte) vector};
    }
  }

  /**
   * CALL ptr16:16 (9A cd), in real mode.
   *
   * @param target where CS:IP goes
   */
  record FarCall(FarPointer target) implements CallSite {
    @Override
    public byte[] encode(int address) {
      int ip = target.offset();
      int cs = target.segment();
      return new byte[] {(byte) 0x9a, (byte) ip, (byte) (ip >>> 8), (byte) cs, (byte) (cs >>> 8)};
    }
  }

  /**
   * CALL rel32 (E8 cd), in flat mode.
   *
   * @param target physical address of the entry
   */
  record NearCall(int target) implements CallSite {
    @Override
    public byte[] encode(int address) {
      int distance = target - (address + SIZE);
      return new byte[] {
        (byte) 0xe8,
        (byte) distance,
        (byte) (distance >>> 8),
        (byte) (distance >>> 16),
        (byte) (distance >>> 24)
      };
    }
  }
}
