package dev.biosgateway.x86.device.apic;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;

/**
 * The registers of a local APIC and what follows from them (SDM vol. 3, 10.4 to 10.8): requests in
 * IRR, in service in ISR, priorities, the local vector table, the interrupt command register.
 */
final class ApicRegisters {
  /** What the registers reach outside the APIC. */
  interface Outside {
    void nmi();

    void endOfLevelInterrupt(int vector);

    /** Requests may have changed while nobody touched a register. */
    void changed();
  }

  // ---- numbers of registers: their offset over 16
  private static final int ID = 0x02;
  private static final int VERSION = 0x03;
  private static final int TASK_PRIORITY = 0x08;
  private static final int ARBITRATION_PRIORITY = 0x09;
  private static final int PROCESSOR_PRIORITY = 0x0a;
  private static final int END_OF_INTERRUPT = 0x0b;
  private static final int LOGICAL_DESTINATION = 0x0d;
  private static final int DESTINATION_FORMAT = 0x0e;
  private static final int SPURIOUS = 0x0f;
  private static final int IN_SERVICE = 0x10;
  private static final int TRIGGER_MODE = 0x18;
  private static final int REQUEST = 0x20;
  private static final int ERROR_STATUS = 0x28;
  private static final int COMMAND_LOW = 0x30;
  private static final int COMMAND_HIGH = 0x31;
  private static final int LVT_TIMER = 0x32;
  private static final int LVT_PERFORMANCE = 0x34;
  private static final int LVT_LINT0 = 0x35;
  private static final int LVT_LINT1 = 0x36;
  private static final int LVT_ERROR = 0x37;
  private static final int TIMER_INITIAL = 0x38;
  private static final int TIMER_CURRENT = 0x39;
  private static final int TIMER_DIVIDE = 0x3e;

  /** Integrated APIC, five entries in the local vector table. */
  private static final int VERSION_P6 = 0x0004_0011;

  private static final int SOFTWARE_ENABLE = 0x100;
  private static final int MASKED = 0x10000;
  private static final int TIMER_PERIODIC = 0x20000;
  private static final int LEVEL_TRIGGERED = 0x8000;
  private static final int REMOTE_IRR = 0x4000;
  private static final int EXT_INT_AT_RESET = 0x700;

  private static final int ERROR_SEND_ILLEGAL_VECTOR = 0x20;
  private static final int ERROR_RECEIVED_ILLEGAL_VECTOR = 0x40;
  private static final int ERROR_ILLEGAL_REGISTER = 0x80;

  private static final int LOWEST_LEGAL_VECTOR = 16;

  // ---- destination shorthands of the command register
  private static final int TO_SELF = 1;
  private static final int TO_ALL = 2;
  private static final int TO_OTHERS = 3;

  private static final int LVT_FIRST = LVT_TIMER;

  /** Bits of the local vector table that can be written, from {@link #LVT_FIRST} on. */
  private static final int[] LVT_WRITABLE = {
    0x300ff, 0, 0x107ff, 0x1a7ff, 0x1a7ff, 0x100ff,
  };

  private final UnmodelledAccess unmodelled;
  private final Outside outside;
  private final ApicTimer timer;
  private final Vectors request = new Vectors();
  private final Vectors inService = new Vectors();
  private final Vectors level = new Vectors();
  private final int[] lvt = new int[LVT_WRITABLE.length];
  private int id;
  private int taskPriority;
  private int logicalDestination;
  private int destinationFormat;
  private int spurious;
  private int commandLow;
  private int commandHigh;
  private int errors;
  private int errorStatus;

  ApicRegisters(VirtualClock clock, UnmodelledAccess unmodelled, Outside outside) {
    this.unmodelled = unmodelled;
    this.outside = outside;
    timer =
        new ApicTimer(
            clock,
            () -> {
              local(LVT_TIMER);
              outside.changed();
            });
  }

  void reset() {
    request.clear();
    inService.clear();
    level.clear();
    for (int i = 0; i < lvt.length; i++) {
      lvt[i] = MASKED;
    }
    lvt[LVT_LINT0 - LVT_FIRST] = EXT_INT_AT_RESET;
    id = 0;
    taskPriority = 0;
    logicalDestination = 0;
    destinationFormat = -1;
    spurious = 0xff;
    commandLow = 0;
    commandHigh = 0;
    errors = 0;
    errorStatus = 0;
    timer.reset();
  }

  // ---- delivery

  /** Whether a request is above the processor's priority. */
  boolean requests() {
    int vector = request.highest();
    return vector >= 0 && softwareEnabled() && vector >>> 4 > processorPriority() >>> 4;
  }

  /** Puts the highest request in service; -1 when there is none above the priority. */
  int acknowledge() {
    if (!requests()) {
      return -1;
    }
    int vector = request.highest();
    request.set(vector, false);
    inService.set(vector, true);
    return vector;
  }

  int spuriousVector() {
    return spurious & 0xff;
  }

  /** Whether LINT0 lets the 8259A through: unmasked, in mode ExtINT. */
  boolean passesExtInt() {
    int entry = lvt[LVT_LINT0 - LVT_FIRST];
    return (entry & MASKED) == 0 && ApicMessage.of(entry) == ApicMessage.EXT_INT;
  }

  /** LINT0 has changed its level; ExtINT follows the level itself. */
  void lint0(boolean rises) {
    int entry = lvt[LVT_LINT0 - LVT_FIRST];
    if (rises && ApicMessage.of(entry) != ApicMessage.EXT_INT) {
      local(LVT_LINT0);
    }
  }

  /** Takes a message that is for this processor. */
  void deliver(ApicMessage message, int vector, boolean isLevel) {
    switch (message) {
      case FIXED, LOWEST_PRIORITY -> {
        if (vector < LOWEST_LEGAL_VECTOR) {
          error(ERROR_RECEIVED_ILLEGAL_VECTOR);
        } else if (softwareEnabled()) {
          request.set(vector, true);
          level.set(vector, isLevel);
        }
      }
      case NMI -> outside.nmi();
      default -> unmodelled.record("lapic: delivery mode " + message);
    }
  }

  /** SDM vol. 3, 10.6.2: physical by id, logical by flat or cluster model. */
  boolean isDestination(int destination, boolean logical) {
    if (!logical) {
      return destination == id >>> 24 || (destination & 0x0f) == 0x0f;
    }
    int mine = logicalDestination >>> 24;
    if (destination == 0xff) {
      return true;
    }
    boolean flat = destinationFormat >>> 28 == -1 >>> 28;
    return flat
        ? (destination & mine) != 0
        : destination >>> 4 == mine >>> 4 && (destination & mine & 0x0f) != 0;
  }

  // ---- registers

  int read(int register) {
    return switch (register) {
      case ID -> id;
      case VERSION -> VERSION_P6;
      case TASK_PRIORITY -> taskPriority;
      case ARBITRATION_PRIORITY -> processorPriority(); // nobody else takes part in arbitration
      case PROCESSOR_PRIORITY -> processorPriority();
      case LOGICAL_DESTINATION -> logicalDestination;
      case DESTINATION_FORMAT -> destinationFormat;
      case SPURIOUS -> spurious;
      case ERROR_STATUS -> errorStatus;
      case COMMAND_LOW -> commandLow;
      case COMMAND_HIGH -> commandHigh;
      case LVT_TIMER, LVT_PERFORMANCE, LVT_LINT0, LVT_LINT1, LVT_ERROR -> lvt[register - LVT_FIRST];
      case TIMER_INITIAL -> timer.initial();
      case TIMER_CURRENT -> timer.current();
      case TIMER_DIVIDE -> timer.divideConfiguration();
      default -> readVectors(register);
    };
  }

  /**
   * @param offset in the page; only whole registers can be written
   */
  void write(int offset, int size, int value) {
    if (size != 4 || (offset & 0x0f) != 0) {
      unmodelled.record("lapic: write of a part of register %03Xh", offset & ~0x0f);
      return;
    }
    int register = offset >>> 4;
    switch (register) {
      case ID -> id = value & 0x0f000000;
      case TASK_PRIORITY -> taskPriority = value & 0xff;
      case END_OF_INTERRUPT -> endOfInterrupt();
      case LOGICAL_DESTINATION -> logicalDestination = value & 0xff000000;
      case DESTINATION_FORMAT -> destinationFormat = value | 0x0fffffff;
      case SPURIOUS -> writeSpurious(value);
      case ERROR_STATUS -> {
        errorStatus = errors; // a write brings the register up to date
        errors = 0;
      }
      case COMMAND_LOW -> {
        commandLow = value & 0x000ccfff;
        send();
      }
      case COMMAND_HIGH -> commandHigh = value & 0xff000000;
      case LVT_TIMER, LVT_PERFORMANCE, LVT_LINT0, LVT_LINT1, LVT_ERROR ->
          writeLocalVector(register - LVT_FIRST, value);
      case TIMER_INITIAL -> timer.setInitial(value);
      case TIMER_DIVIDE -> timer.setDivideConfiguration(value);
      default -> {
        error(ERROR_ILLEGAL_REGISTER);
        unmodelled.record("lapic: write of register %03Xh", offset);
      }
    }
  }

  void save(Section out) {
    request.save("irr", out);
    inService.save("isr", out);
    level.save("tmr", out);
    out.put("lvt", lvt).put("id", id).put("tpr", taskPriority);
    out.put("ldr", logicalDestination).put("dfr", destinationFormat).put("svr", spurious);
    out.put("icrLow", commandLow).put("icrHigh", commandHigh);
    out.put("errors", errors).put("esr", errorStatus);
    timer.save(out);
  }

  void restore(Section in) {
    request.restore("irr", in);
    inService.restore("isr", in);
    level.restore("tmr", in);
    in.getInts("lvt", lvt);
    id = in.getInt("id");
    taskPriority = in.getInt("tpr");
    logicalDestination = in.getInt("ldr");
    destinationFormat = in.getInt("dfr");
    spurious = in.getInt("svr");
    commandLow = in.getInt("icrLow");
    commandHigh = in.getInt("icrHigh");
    errors = in.getInt("errors");
    errorStatus = in.getInt("esr");
    timer.restore(in);
  }

  private int readVectors(int register) {
    if (register >= IN_SERVICE && register < IN_SERVICE + 8) {
      return inService.word(register - IN_SERVICE);
    }
    if (register >= TRIGGER_MODE && register < TRIGGER_MODE + 8) {
      return level.word(register - TRIGGER_MODE);
    }
    if (register >= REQUEST && register < REQUEST + 8) {
      return request.word(register - REQUEST);
    }
    error(ERROR_ILLEGAL_REGISTER);
    unmodelled.record("lapic: read of register %03Xh", register << 4);
    return 0;
  }

  private boolean softwareEnabled() {
    return (spurious & SOFTWARE_ENABLE) != 0;
  }

  private void writeSpurious(int value) {
    // Bits 0 to 3 of the vector are hard-wired to 1 on Pentium and P6.
    spurious = value & 0x3f0 | 0x0f;
    if (!softwareEnabled()) {
      for (int i = 0; i < lvt.length; i++) {
        if (i != LVT_LINT0 - LVT_FIRST || !passesExtInt()) {
          lvt[i] |= MASKED;
        }
      }
    }
  }

  private void writeLocalVector(int index, int value) {
    lvt[index] = value & LVT_WRITABLE[index] | lvt[index] & REMOTE_IRR;
    if (!softwareEnabled() && ApicMessage.of(value) != ApicMessage.EXT_INT) {
      lvt[index] |= MASKED;
    }
    if (index == 0) {
      timer.setPeriodic((value & TIMER_PERIODIC) != 0);
    }
  }

  /** The higher of the task's priority and that of what is in service. */
  private int processorPriority() {
    int serving = Math.max(inService.highest(), 0);
    return taskPriority >>> 4 >= serving >>> 4 ? taskPriority : serving & 0xf0;
  }

  private void endOfInterrupt() {
    int vector = inService.highest();
    if (vector < 0) {
      return;
    }
    inService.set(vector, false);
    if (level.has(vector)) {
      level.set(vector, false);
      outside.endOfLevelInterrupt(vector);
    }
  }

  /** Sends what the command register says; this processor is the only one there is. */
  private void send() {
    int shorthand = commandLow >>> 18 & 3;
    boolean mine =
        switch (shorthand) {
          case TO_SELF, TO_ALL -> true;
          case TO_OTHERS -> false;
          default -> isDestination(commandHigh >>> 24, (commandLow & 0x800) != 0);
        };
    ApicMessage message = ApicMessage.of(commandLow);
    boolean vectored = message == ApicMessage.FIXED || message == ApicMessage.LOWEST_PRIORITY;
    if (vectored && (commandLow & 0xff) < LOWEST_LEGAL_VECTOR) {
      error(ERROR_SEND_ILLEGAL_VECTOR);
    } else if (mine) {
      deliver(message, commandLow & 0xff, false);
    }
  }

  /** Raises an interrupt of the local vector table. */
  private void local(int register) {
    int entry = lvt[register - LVT_FIRST];
    if ((entry & MASKED) == 0) {
      boolean vectorOnly = register == LVT_TIMER || register == LVT_ERROR;
      ApicMessage message = vectorOnly ? ApicMessage.FIXED : ApicMessage.of(entry);
      deliver(message, entry & 0xff, (entry & LEVEL_TRIGGERED) != 0 && !vectorOnly);
    }
  }

  private void error(int bit) {
    boolean isNew = (errors & bit) == 0;
    errors |= bit;
    int entry = lvt[LVT_ERROR - LVT_FIRST];
    if (isNew && (entry & MASKED) == 0 && (entry & 0xff) >= LOWEST_LEGAL_VECTOR) {
      local(LVT_ERROR);
    }
  }
}
