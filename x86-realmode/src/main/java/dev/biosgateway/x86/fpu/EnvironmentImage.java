package dev.biosgateway.x86.fpu;

/**
 * The images that FNSTENV and FNSAVE write and FLDENV and FRSTOR read: seven words or doublewords
 * in one of four formats (SDM vol. 1, figures 8-9 to 8-12), then, for FNSAVE, the eight registers
 * from ST(0) on.
 */
public final class EnvironmentImage {
  /** Fields of the environment: control, status, tags, two words for each pointer. */
  public static final int FIELDS = 7;

  private static final int REGISTER_BYTES = 10;

  private final Fpu fpu;

  /** The fields; 16-bit images have their lower halves. */
  private final int[] fields = new int[FIELDS];

  EnvironmentImage(Fpu fpu) {
    this.fpu = fpu;
  }

  /** Length of an image, 14 or 28 bytes for the environment, 80 more with the registers. */
  public static int length(boolean operand32, boolean registers) {
    return registerOffset(operand32, registers ? 8 : 0);
  }

  /** Where ST(i) is in an FNSAVE image. */
  public static int registerOffset(boolean operand32, int i) {
    return (operand32 ? 4 : 2) * FIELDS + i * REGISTER_BYTES;
  }

  /** A field as {@link #build} left it. */
  public int field(int k) {
    return fields[k];
  }

  /** Gives {@link #load} a field. */
  public void setField(int k, int value) {
    fields[k] = value;
  }

  /**
   * Builds the fields.
   *
   * @param protectedMode selectors and offsets; else 20-bit linear addresses (real and virtual-8086
   *     mode)
   */
  public void build(boolean operand32, boolean protectedMode) {
    // Reserved upper halves read as ones in all 32-bit formats.
    int reserved = 0xffff0000;
    fields[0] = reserved | fpu.controlWord();
    fields[1] = reserved | fpu.statusWord();
    fields[2] = reserved | fpu.tagWord();
    if (protectedMode) {
      fields[3] = fpu.instructionPointer;
      fields[4] = fpu.codeSelector & 0xffff | fpu.opcode << 16;
      fields[5] = fpu.dataPointer;
      fields[6] = reserved | fpu.dataSelector;
    } else {
      int instruction = fpu.instructionPointer + (fpu.codeSelector << 4);
      int data = fpu.dataPointer + (fpu.dataSelector << 4);
      int halves = operand32 ? reserved : 0;
      fields[3] = halves | instruction & 0xffff;
      fields[4] = upperHalf(operand32, instruction) | fpu.opcode;
      fields[5] = halves | data & 0xffff;
      fields[6] = upperHalf(operand32, data);
    }
  }

  /** Bits 16 and up of a linear address: in bits 12 to 15, or 12 to 27 in the 32-bit format. */
  private static int upperHalf(boolean operand32, int address) {
    return operand32 ? (address >>> 16) << 12 : address >>> 4 & 0xf000;
  }

  /** Takes control word, status, tags and pointers from the fields. */
  public void load(boolean operand32, boolean protectedMode) {
    fpu.setControlWord(fields[0]);
    fpu.setStatusWord(fields[1] & 0xffff);
    fpu.setTagWord(fields[2]);
    int instruction = fields[3];
    int code = fields[4];
    int data = fields[5];
    int dataHigh = fields[6];
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
  }

  private static int lowerHalf(boolean operand32, int word) {
    return operand32 ? word << 4 & 0xffff0000 : (word & 0xf000) << 4;
  }

  /** FNSTENV: after the image is written all exceptions are masked, so none is pending. */
  public void maskExceptions() {
    fpu.setControlWord(fpu.controlWord() | ControlWord.MASKS);
  }
}
