package dev.biosgateway.x86.cpu;

/**
 * An event as it was when it was about to be taken to its handler: what happened, and the registers
 * that the handler's stack frame should hold. Right even where that frame could not be written.
 * Overwritten by the next event.
 */
public final class DeliveredEvent {
  private int vector;
  private boolean fromInstruction;
  private boolean hasErrorCode;
  private int errorCode;
  private int cs;
  private int eip;
  private int esp;
  private final Eflags flags = new Eflags();

  void note(Cpu cpu, int number, boolean instruction, boolean hasCode, int code, int returnEip) {
    vector = number;
    fromInstruction = instruction;
    hasErrorCode = hasCode;
    errorCode = code;
    cs = cpu.cs.selector;
    eip = returnEip;
    esp = cpu.gpr[Cpu.ESP];
    flags.system = cpu.flags.system;
    flags.result = cpu.flags.result;
    flags.carries = cpu.flags.carries;
  }

  /** 0 to 255. */
  public int vector() {
    return vector;
  }

  /** Whether INT n, INT3 or INTO asked for it. */
  public boolean fromInstruction() {
    return fromInstruction;
  }

  /** Whether the event has an error code, whatever the mode pushes. */
  public boolean hasErrorCode() {
    return hasErrorCode;
  }

  /** The error code, 0 when there is none. */
  public int errorCode() {
    return errorCode;
  }

  /** Selector of CS before. */
  public int cs() {
    return cs;
  }

  /** Where the handler would return to: the instruction itself for faults, the next for traps. */
  public int eip() {
    return eip;
  }

  /** ESP before. */
  public int esp() {
    return esp;
  }

  /** EFLAGS before. */
  public int flags() {
    return flags.get();
  }
}
