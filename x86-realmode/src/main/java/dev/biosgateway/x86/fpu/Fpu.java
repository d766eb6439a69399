package dev.biosgateway.x86.fpu;

import dev.biosgateway.x86.state.FieldNames;
import dev.biosgateway.x86.state.Section;

/**
 * The x87 unit: register stack, tags, control and status word, pointers to the last instruction and
 * its operand, and the response to exceptions (SDM vol. 1, 8.1 and 8.5). The instructions are in
 * the parts, one for each section of the manual.
 *
 * <p>Not thread-safe: belongs to one CPU.
 */
public final class Fpu {
  /** Physical registers R0 to R7: sign and exponent, 16 bits. */
  private final int[] signExps = new int[8];

  private final long[] significands = new long[8];
  private final FieldNames[] registerNames = new FieldNames[8];

  /** Bit i is set when physical register Ri is not empty. */
  private int occupied;

  private int top;

  /** The status word without TOP. */
  private int status;

  /** Offset of the last non-control instruction. */
  public int instructionPointer;

  /** Code segment selector of the last non-control instruction. */
  public int codeSelector;

  /** Offset of its memory operand. */
  public int dataPointer;

  /** Segment selector of its memory operand. */
  public int dataSelector;

  /** Lower three bits of its first opcode byte and its second byte: 11 bits. */
  public int opcode;

  final Accumulator accumulator = new Accumulator();

  /** Loads onto the stack, constants. */
  public final LoadInstructions loads = new LoadInstructions(this);

  /** Stores to memory and registers, exchanges, conditional moves. */
  public final StoreInstructions stores = new StoreInstructions(this);

  /** The four operations, roots, signs. */
  public final ArithmeticInstructions arithmetic = new ArithmeticInstructions(this);

  /** Comparisons and FXAM. */
  public final CompareInstructions compares = new CompareInstructions(this);

  /** Remainders, scaling, and the transcendental functions. */
  public final FunctionInstructions functions = new FunctionInstructions(this);

  /** The memory images of FNSTENV and FNSAVE. */
  public final EnvironmentImage environment = new EnvironmentImage(this);

  public Fpu() {
    for (int i = 0; i < 8; i++) {
      registerNames[i] = new FieldNames("x87.r" + i);
    }
    reset();
  }

  /** Power-on state (SDM vol. 3, table 9-1): all registers +0, control word 0040h. */
  public void reset() {
    initialize();
    accumulator.control = ControlWord.FIXED_ONE;
    for (int i = 0; i < 8; i++) {
      setPhysical(i, 0, 0);
    }
    occupied = 0xff;
  }

  /** FNINIT: control 037Fh, status 0, all registers empty, their contents as they were. */
  public void initialize() {
    accumulator.control = ControlWord.INITIAL;
    status = 0;
    top = 0;
    occupied = 0;
    instructionPointer = 0;
    codeSelector = 0;
    dataPointer = 0;
    dataSelector = 0;
    opcode = 0;
  }

  // ---- control and status

  public int controlWord() {
    return accumulator.control;
  }

  /** FLDCW: reserved bits read back fixed; what is unmasked and pending is summed up anew. */
  public void setControlWord(int word) {
    accumulator.control = word & ControlWord.WRITABLE | ControlWord.FIXED_ONE;
    summarize();
  }

  /** The status word, TOP included. */
  public int statusWord() {
    return status | top << StatusWord.TOP_SHIFT;
  }

  /** Loads the whole status word; ES and B follow from the exceptions and the masks. */
  public void setStatusWord(int word) {
    top = word >> StatusWord.TOP_SHIFT & 7;
    status = word & ~StatusWord.TOP & 0xffff;
    summarize();
  }

  /** FNCLEX. */
  public void clearExceptions() {
    status &= StatusWord.CONDITION;
  }

  /** Whether an unmasked exception waits for the next waiting instruction. */
  public boolean exceptionPending() {
    return (status & StatusWord.ES) != 0;
  }

  private void summarize() {
    boolean pending = (status & ~accumulator.control & StatusWord.EXCEPTIONS) != 0;
    int summary = StatusWord.ES | StatusWord.B;
    status = pending ? status | summary : status & ~summary;
  }

  void setCondition(int codes) {
    status = status & ~StatusWord.CONDITION | codes;
  }

  void clearC1() {
    status &= ~StatusWord.C1;
  }

  void clearC2() {
    status &= ~StatusWord.C2;
  }

  /** C2: the operand of a circular function is out of range. */
  void setC2() {
    status |= StatusWord.C2;
  }

  /** Begins an instruction that computes. */
  void begin() {
    accumulator.begin();
    clearC1();
  }

  /**
   * Reports what an operation raised.
   *
   * @return whether its result is to be written: not when an exception found before the operation
   *     is unmasked
   */
  boolean report(int exceptions) {
    int unmasked = exceptions & ~accumulator.control & StatusWord.EXCEPTIONS;
    boolean suppressed = (unmasked & StatusWord.BEFORE_RESULT) != 0;
    if (suppressed) {
      // Nothing was computed, so nothing can have been rounded.
      exceptions &= StatusWord.BEFORE_RESULT | StatusWord.SF | StatusWord.C1;
      if ((exceptions & StatusWord.SF) == 0) {
        exceptions &= ~StatusWord.C1;
      }
    }
    status |= exceptions;
    if (unmasked != 0) {
      status |= StatusWord.ES | StatusWord.B;
    }
    return !suppressed;
  }

  /** An operand is empty. Returns whether the masked response, an indefinite, is to be written. */
  boolean stackUnderflow() {
    status &= ~StatusWord.C1;
    accumulator.invalid();
    return report(StatusWord.IE | StatusWord.SF);
  }

  /** A push found its register full. Returns whether the masked response is to be written. */
  boolean stackOverflow() {
    accumulator.invalid();
    return report(StatusWord.IE | StatusWord.SF | StatusWord.C1);
  }

  // ---- registers

  int physical(int i) {
    return top + i & 7;
  }

  /** Whether ST(i) is empty. */
  public boolean isEmpty(int i) {
    return (occupied >> physical(i) & 1) == 0;
  }

  /** Sign and exponent of ST(i), 16 bits. */
  public int signExp(int i) {
    return signExps[physical(i)];
  }

  /** Significand of ST(i). */
  public long significand(int i) {
    return significands[physical(i)];
  }

  /** Writes ST(i), which is then not empty. */
  public void set(int i, int signExp, long significand) {
    int register = physical(i);
    setPhysical(register, signExp, significand);
    occupied |= 1 << register;
  }

  /** Writes ST(i) and leaves its tag alone, for FRSTOR. */
  public void replace(int i, int signExp, long significand) {
    setPhysical(physical(i), signExp, significand);
  }

  /** Writes the accumulator to ST(i). */
  void setResult(int i) {
    set(i, accumulator.signExp, accumulator.significand);
  }

  private void setPhysical(int register, int signExp, long significand) {
    signExps[register] = signExp & 0xffff;
    significands[register] = significand;
  }

  void free(int i) {
    occupied &= ~(1 << physical(i));
  }

  void pop() {
    free(0);
    top = top + 1 & 7;
  }

  /** Makes room for one more ST(0), whatever was there. */
  void push() {
    top = top - 1 & 7;
  }

  /** FINCSTP and FDECSTP: TOP moves, tags and contents stay. */
  public void rotate(int by) {
    clearC1();
    top = top + by & 7;
  }

  /** Bit i tells that physical register Ri is not empty. */
  public int occupied() {
    return occupied;
  }

  /** Marks the physical registers empty or not. */
  public void setOccupied(int mask) {
    occupied = mask & 0xff;
  }

  /** The full tag word (SDM vol. 1, 8.1.7), two bits for each physical register. */
  int tagWord() {
    int word = 0;
    for (int register = 0; register < 8; register++) {
      word |= tag(register) << (2 * register);
    }
    return word;
  }

  private int tag(int register) {
    if ((occupied >> register & 1) == 0) {
      return 3;
    }
    if (Float80.isZero(signExps[register], significands[register])) {
      return 1;
    }
    return Float80.isNormal(signExps[register], significands[register]) ? 0 : 2;
  }

  /** Since the 387 a loaded tag counts only as empty or not empty. */
  void setTagWord(int word) {
    int mask = 0;
    for (int register = 0; register < 8; register++) {
      mask |= (word >> (2 * register) & 3) != 3 ? 1 << register : 0;
    }
    occupied = mask;
  }

  // ---- the same registers as MMX knows them (SDM vol. 3, table 12-1)

  /** MMn: the significand of physical register Rn. */
  public long mmx(int n) {
    return significands[n];
  }

  /** Writes MMn; sign and exponent of Rn become all ones. */
  public void setMmx(int n, long value) {
    setPhysical(n, 0xffff, value);
  }

  /** What every MMX instruction but EMMS does: TOP is 0, no register is empty. */
  public void useAsMmx() {
    top = 0;
    occupied = 0xff;
  }

  /** EMMS: TOP is 0, every register is empty. */
  public void endMmx() {
    top = 0;
    occupied = 0;
  }

  // ---- state

  /** Adds every field to the section of the CPU. */
  public void save(Section out) {
    for (int i = 0; i < 8; i++) {
      out.put(registerNames[i].of(".signExponent"), signExps[i])
          .put(registerNames[i].of(".significand"), significands[i]);
    }
    out.put("x87.occupied", occupied);
    out.put("x87.controlWord", controlWord());
    out.put("x87.statusWord", statusWord());
    out.put("x87.instructionPointer", instructionPointer).put("x87.codeSelector", codeSelector);
    out.put("x87.dataPointer", dataPointer).put("x87.dataSelector", dataSelector);
    out.put("x87.opcode", opcode);
  }

  /** Reads what {@link #save} wrote. */
  public void restore(Section in) {
    for (int i = 0; i < 8; i++) {
      int signExp = in.getInt(registerNames[i].of(".signExponent"));
      setPhysical(i, signExp, in.getLong(registerNames[i].of(".significand")));
    }
    occupied = in.getInt("x87.occupied");
    setControlWord(in.getInt("x87.controlWord"));
    setStatusWord(in.getInt("x87.statusWord"));
    instructionPointer = in.getInt("x87.instructionPointer");
    codeSelector = in.getInt("x87.codeSelector");
    dataPointer = in.getInt("x87.dataPointer");
    dataSelector = in.getInt("x87.dataSelector");
    opcode = in.getInt("x87.opcode");
  }
}
