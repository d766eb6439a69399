package dev.biosgateway.itests.conformance;

/**
 * One single-instruction case: state before, bytes, state after, and what of it is undefined. The
 * fields are those of the file format, in its order.
 */
final class VectorCase {
  static final int COMPLETED = 0;
  static final int EXCEPTION = 1;
  static final int SOFTWARE_INTERRUPT = 2;
  static final int HALTED = 3;

  /** In {@link #agreeing}: the result was seen on silicon. */
  static final int SILICON = 1;

  static final int HAS_FPU = 1;

  /** The x87 result is that of a transcendental function, which others round differently. */
  static final int APPROXIMATE = 2;

  static final int HAS_PORTS = 4;
  static final int HAS_SYSTEM = 8;

  /** Bytes at a physical address; without data only the range. */
  record Run(int address, int length, byte[] data) {}

  /** One port access, in program order. */
  record Port(boolean out, int size, int port, int value) {}

  /** Segment register whose selector changed. */
  record Segment(int index, int base, int limit) {}

  /** A numbered register and a value or mask. */
  record Numbered(int index, int value) {}

  int id;
  int kind;
  int vector;
  boolean hasError;
  int error;
  int cr2;

  /** Which engines gave this result. */
  int agreeing;

  int flags;
  int cr0;
  int[] gpr;
  int eip;
  int eflags;
  int[] selectors;
  byte[] code;
  Run[] ram;
  int[] finalGpr;
  int finalEip;
  int finalEflags;
  int[] finalSelectors;
  Segment[] finalSegments;
  int undefinedFlags;
  int frameFlagsAddress;
  int frameFlagsSize;
  Numbered[] ignoredRegisters;
  Run[] finalRam;
  Run[] ignoredRam;

  /** x87 state before and after; null when the case has none. */
  VectorFpu fpu;

  VectorFpu finalFpu;
  int ignoredFpuStatus;
  Port[] ports;
  Numbered[] system;

  /**
   * An x87 instruction that met a page fault, known from an emulator alone. That emulator may by
   * then have set bits of the status word; wherever silicon was asked it had not, and those cases
   * are in the files too, of the same instructions.
   */
  boolean mayHaveStatusOfFaultedStore() {
    return fpu != null && kind == EXCEPTION && vector == 14 && (agreeing & SILICON) == 0;
  }

  /** The bytes in hexadecimal. */
  String hex() {
    StringBuilder text = new StringBuilder();
    for (byte b : code) {
      text.append(String.format("%02x", b));
    }
    return text.toString();
  }
}
