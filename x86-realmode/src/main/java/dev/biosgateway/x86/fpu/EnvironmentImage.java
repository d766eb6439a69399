package dev.biosgateway.x86.fpu;

/**
 * The images that FNSTENV and FNSAVE write and FLDENV and FRSTOR read: seven words or doublewords
 * in one of four formats (SDM vol. 1, figures 8-9 to 8-12), then, for FNSAVE, the eight registers
 * from ST(0) on.
 */
public final class EnvironmentImage {
  /** Bytes of the registers. */
  private static final int REGISTERS = 80;

  private final Fpu fpu;

  /** The image; FNSTENV uses the first 14 or 28 bytes, FNSAVE 94 or 108. */
  private final byte[] bytes = new byte[28 + REGISTERS];

  EnvironmentImage(Fpu fpu) {
    this.fpu = fpu;
  }

  /** Where the image is built and taken from. */
  public byte[] bytes() {
    return bytes;
  }

  /** Length of an image, 14 or 28 bytes for the environment, 80 more with the registers. */
  public static int length(boolean operand32, boolean registers) {
    return (operand32 ? 28 : 14) + (registers ? REGISTERS : 0);
  }

  /**
   * Builds the image.
   *
   * @param protectedMode selectors and offsets; else 20-bit linear addresses (real and virtual-8086
   *     mode)
   */
  public void build(boolean operand32, boolean protectedMode, boolean registers) {
    // Reserved upper halves read as ones in all 32-bit formats.
    int reserved = 0xffff0000;
    put(operand32, 0, reserved | fpu.controlWord());
    put(operand32, 1, reserved | fpu.statusWord());
    put(operand32, 2, reserved | fpu.tagWord());
    if (protectedMode) {
      put(operand32, 3, fpu.instructionPointer);
      put(operand32, 4, fpu.codeSelector & 0xffff | fpu.opcode << 16);
      put(operand32, 5, fpu.dataPointer);
      put(operand32, 6, reserved | fpu.dataSelector);
    } else {
      int instruction = fpu.instructionPointer + (fpu.codeSelector << 4);
      int data = fpu.dataPointer + (fpu.dataSelector << 4);
      int halves = operand32 ? reserved : 0;
      put(operand32, 3, halves | instruction & 0xffff);
      put(operand32, 4, upperHalf(operand32, instruction) | fpu.opcode);
      put(operand32, 5, halves | data & 0xffff);
      put(operand32, 6, upperHalf(operand32, data));
    }
    if (registers) {
      int at = length(operand32, false);
      for (int i = 0; i < 8; i++, at += 10) {
        putLittleEndian(at, fpu.significand(i), 8);
        putLittleEndian(at + 8, fpu.signExp(i), 2);
      }
    }
  }

  /** Bits 16 and up of a linear address: in bits 12 to 15, or 12 to 27 in the 32-bit format. */
  private static int upperHalf(boolean operand32, int address) {
    return operand32 ? (address >>> 16) << 12 : address >>> 4 & 0xf000;
  }

  /** Takes control word, status, tags, pointers and, for FRSTOR, the registers from the image. */
  public void load(boolean operand32, boolean protectedMode, boolean registers) {
    fpu.setControlWord(get(operand32, 0));
    fpu.setStatusWord(get(operand32, 1) & 0xffff);
    fpu.setTagWord(get(operand32, 2));
    int instruction = get(operand32, 3);
    int code = get(operand32, 4);
    int data = get(operand32, 5);
    int dataHigh = get(operand32, 6);
    if (protectedMode) {
      fpu.instructionPointer = instruction;
      fpu.codeSelector = code & 0xffff;
      fpu.opcode = operand32 ? code >>> 16 & 0x7ff : 0;
      fpu.dataPointer = data;
      fpu.dataSelector = dataHigh & 0xffff;
    } else {
      // Only the linear address was saved: all of it becomes offset.
      fpu.instructionPointer = instruction & 0xffff | lowerHalf(operand32, code);
      fpu.codeSelector = 0;
      fpu.opcode = code & 0x7ff;
      fpu.dataPointer = data & 0xffff | lowerHalf(operand32, dataHigh);
      fpu.dataSelector = 0;
    }
    if (registers) {
      int occupied = fpu.occupied();
      int at = length(operand32, false);
      for (int i = 0; i < 8; i++, at += 10) {
        fpu.set(i, (int) getLittleEndian(at + 8, 2), getLittleEndian(at, 8));
      }
      fpu.setOccupied(occupied);
    }
  }

  private static int lowerHalf(boolean operand32, int word) {
    return operand32 ? word << 4 & 0xffff0000 : (word & 0xf000) << 4;
  }

  /** FNSTENV: after the image is written all exceptions are masked, so none is pending. */
  public void maskExceptions() {
    fpu.setControlWord(fpu.controlWord() | ControlWord.MASKS);
  }

  private void put(boolean operand32, int index, int value) {
    int size = operand32 ? 4 : 2;
    putLittleEndian(index * size, value, size);
  }

  private int get(boolean operand32, int index) {
    int size = operand32 ? 4 : 2;
    return (int) getLittleEndian(index * size, size);
  }

  private void putLittleEndian(int at, long value, int size) {
    for (int i = 0; i < size; i++) {
      bytes[at + i] = (byte) (value >>> (8 * i));
    }
  }

  private long getLittleEndian(int at, int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (bytes[at + i] & 0xffL) << (8 * i);
    }
    return value;
  }
}
