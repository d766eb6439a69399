package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.cpu.InterruptDelivery.Source;
import dev.biosgateway.x86.device.InterruptAcknowledge;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;

/**
 * Decides which event is taken and when: the pins, HLT, interrupt shadows, single steps, and what
 * happens when a delivery fails in turn (SDM vol. 3, 6.8, 6.9 and table 6-5, "double fault"). The
 * way to the handler is {@link InterruptDelivery}'s.
 *
 * <p>The interpreter calls {@link #raise} with what an instruction threw, and {@link #service}
 * before an instruction whenever {@link Cpu#attention} is set.
 */
public final class InterruptUnit {
  private static final int CONTRIBUTORY =
      1 << CpuException.DE
          | 1 << CpuException.TS
          | 1 << CpuException.NP
          | 1 << CpuException.SS
          | 1 << CpuException.GP;

  /** {@link #shadowAt} without a shadow. */
  private static final long NO_SHADOW = -1;

  /** The same of a saved shadow: that over the boundary at which the CPU goes on. */
  private static final long SHADOW_HERE = -2;

  /** Single step, in DR6. */
  private static final int DR6_BS = 1 << 14;

  private final Cpu cpu;
  private final InterruptDelivery delivery;
  private final NearInterrupt near;

  private boolean intr;
  private boolean nmi;
  private boolean nmiBlocked;

  /**
   * Count of instructions behind the one that began an interrupt shadow: the shadow lies over the
   * boundary at which so many have retired, and is gone by itself at any other.
   */
  private long shadowAt = NO_SHADOW;

  private boolean shadowsTraps;
  private boolean delivered;
  private boolean cutShort;
  private boolean resumes;
  private final DeliveredEvent lastEvent = new DeliveredEvent();
  private InterruptAcknowledge acknowledge;
  private Shutdown shutdown;

  InterruptUnit(Cpu cpu) {
    this.cpu = cpu;
    this.delivery = new InterruptDelivery(cpu);
    this.near = new NearInterrupt(cpu);
  }

  /**
   * Why the CPU shut down: the fault that started it, and where. A shutdown is what a third fault
   * leads to when the double fault handler cannot be reached.
   *
   * @param vector of the first fault
   * @param errorCode of it, 0 when it has none
   * @param cs selector of the instruction that faulted
   * @param eip offset of it
   * @param linear linear address of it
   * @param cr2 linear address of the last page fault
   */
  public record Shutdown(
      int vector, boolean hasErrorCode, int errorCode, int cs, int eip, int linear, int cr2) {}

  /** What led to the shutdown state, null when the CPU is not in it. */
  public Shutdown shutdown() {
    return shutdown;
  }

  /**
   * What was taken to a handler last, or on its way there failed: for reports, not for programs.
   */
  public DeliveredEvent lastEvent() {
    return lastEvent;
  }

  // ---- pins

  void setIntr(boolean high) {
    intr = high;
    if (high) {
      cpu.attend();
    }
  }

  void nmi() {
    nmi = true;
    cpu.attend();
  }

  void setAcknowledge(InterruptAcknowledge controller) {
    acknowledge = controller;
  }

  /** IRET ends the blocking of further NMIs (SDM vol. 3, 6.7.1). */
  void unblockNmi() {
    nmiBlocked = false;
    if (nmi) {
      cpu.attend();
    }
  }

  /** Whether something waits that would wake a halted CPU with its interrupt flag as it is. */
  public boolean wakes() {
    return nmi && !nmiBlocked || intr && cpu.flags.interruptsEnabled();
  }

  /**
   * Begins an interrupt shadow: nothing is delivered before the next instruction is done (SDM vol.
   * 3, 6.8.3).
   *
   * @param traps whether debug traps wait too, as after MOV SS and POP SS but not after STI
   */
  void beginShadow(boolean traps) {
    if (traps && inShadow() && shadowsTraps) {
      return; // A second MOV SS in the shadow of the first does not make it longer.
    }
    shadowAt = cpu.retirement.instructions() + 1;
    shadowsTraps = traps;
    boolean alone = (cpu.flags.system & (Eflags.TF | Eflags.RF)) != 0 || cpu.debug.armed();
    if (alone || nmi || intr) {
      cpu.attend(); // else nobody is held back by it
    }
  }

  /** Whether a shadow lies over this boundary, or over that in front of the running instruction. */
  private boolean inShadow() {
    return shadowAt == SHADOW_HERE || shadowAt == cpu.retirement.instructions();
  }

  /**
   * Looks after what waits at an instruction boundary, when {@link Cpu#attention} is set: delivers
   * NMI or INTR (in this order, SDM vol. 3, table 6-2), which also ends HLT. Calling it again
   * before an instruction has been executed changes nothing.
   *
   * @return true when the next instruction is to be executed alone, followed by {@link
   *     #finishAlone}, because of an interrupt shadow, TF, RF or a breakpoint
   */
  public boolean service() {
    cpu.attention = false;
    delivered = false;
    cutShort = false;
    resumes = false;
    if (shadowAt == SHADOW_HERE) {
      shadowAt = cpu.retirement.instructions();
    }
    if (inShadow()) {
      cpu.attention = true;
      return true;
    }
    if (cpu.activity == Activity.SHUTDOWN) {
      cpu.attend();
      return false;
    }
    if (nmi && !nmiBlocked) {
      nmi = false;
      nmiBlocked = true;
      accept(CpuException.NMI);
    } else if (intr && cpu.flags.interruptsEnabled() && acknowledge != null) {
      cpu.bus.touched.touchAll();
      accept(acknowledge.acknowledge());
    }
    delivered = false;
    boolean alone = (cpu.flags.system & (Eflags.TF | Eflags.RF)) != 0 || cpu.debug.armed();
    cpu.attention |= alone || wakes() || cpu.activity != Activity.ACTIVE;
    return alone;
  }

  /**
   * Takes the fault of a breakpoint on the instruction at CS:EIP, if there is one. RF holds it
   * back, and so does the shadow of MOV SS (SDM vol. 3, 6.8.3 and 17.3.1.1).
   *
   * @return whether the CPU is on its way to the handler and the instruction is not to be executed
   */
  boolean takeInstructionBreakpoint() {
    boolean heldBack = (cpu.flags.system & Eflags.RF) != 0 || shadowsTraps && inShadow();
    if (!cpu.debug.armed() || heldBack) {
      return false;
    }
    int bits = cpu.debug.executed(cpu.cs.base + cpu.eip);
    if (bits != 0) {
      debugTrap(bits);
    }
    return bits != 0;
  }

  /**
   * Ends an instruction that {@link #service} wanted executed alone: RF goes off, and a debug trap
   * is taken when TF was on before it or it touched what a breakpoint watches. No single-step trap
   * follows an instruction that went to a handler (INT clears TF), no trap at all one that did not
   * complete or that began a shadow for traps.
   *
   * @param flagsBefore {@link Eflags#system} before the instruction
   */
  public void finishAlone(int flagsBefore) {
    if (cutShort) {
      return;
    }
    if ((flagsBefore & Eflags.RF) != 0 && !resumes && !cpu.retirement.suspended()) {
      cpu.flags.system &= ~Eflags.RF;
    }
    if (shadowsTraps && inShadow()) {
      return;
    }
    int bits = cpu.debug.takeHits();
    if ((flagsBefore & Eflags.TF) != 0 && !delivered) {
      bits |= DR6_BS;
    }
    if (bits != 0) {
      debugTrap(bits);
    }
  }

  /** RF came with an image of the flags: it holds for the instruction after this one. */
  void resumeFlagLoaded() {
    resumes = true;
  }

  /** The instruction that was begun is not executed after all: no trap follows it. */
  void notExecuted() {
    cutShort = true;
  }

  private void accept(int vector) {
    cpu.activity = Activity.ACTIVE;
    cpu.instructionEip = cpu.eip;
    start(vector, Source.EXTERNAL, false, 0);
  }

  // ---- what instructions raise

  /** Delivers what an instruction threw; the instruction has changed nothing that can be seen. */
  public void raise(CpuException e) {
    cutShort = true;
    if (e.vector == CpuException.DE && cpu.model == CpuModel.I8086) {
      // The 8086 has no faults: its divide error returns behind the division (386 PRM 15.6).
      cpu.instructionEip = cpu.eip;
    }
    cpu.eip = cpu.instructionEip;
    if (e.vector == CpuException.DB) {
      // General detect: a fault like others, but for what delivery knows of vector 1.
      cpu.flags.system |= Eflags.RF;
    }
    if (cpu.probe != null) {
      cpu.probe.fault(cpu, e.vector, e.errorCode);
    }
    start(e.vector, Source.EXCEPTION, e.hasErrorCode, e.errorCode);
  }

  /** A #DB at CS:EIP as it is: after an instruction, or before one that has a breakpoint. */
  public void debugTrap(int dr6Bits) {
    cpu.dr[6] |= dr6Bits;
    cpu.instructionEip = cpu.eip;
    start(CpuException.DB, Source.EXCEPTION, false, 0);
  }

  /** INT n: in virtual-8086 mode guarded by IOPL or redirected (SDM vol. 3, table 20-2). */
  void software(int vector) {
    boolean redirected =
        cpu.virtual8086()
            && (cpu.cr4 & Cpu.CR4_VME) != 0
            && !cpu.taskState.redirectsInterrupt(vector);
    if (!redirected && cpu.virtual8086() && cpu.flags.iopl() != 3) {
      throw cpu.exception(CpuException.GP, 0);
    }
    endResume();
    deliver(vector, redirected ? Source.REDIRECTED : Source.SOFTWARE, false, 0, cpu.eip);
  }

  /**
   * INT n to a handler in the code segment that runs: what changes is the frame on the stack, ESP,
   * IF and EIP.
   *
   * @param vector 0 to 255
   * @return false, and nothing has happened, when it is not as plain as that
   */
  public boolean softwareNear(int vector) {
    if (cpu.probe != null || !near.reaches(vector)) {
      return false;
    }
    delivered = true;
    lastEvent.note(cpu, vector, true, false, 0, cpu.eip);
    near.enter();
    return true;
  }

  /**
   * IRET within the code segment that runs: what changes is ESP, the flags and EIP.
   *
   * @return false, and nothing has happened, when it is not as plain as that
   */
  public boolean returnNear(boolean operand32) {
    if (!near.returned(operand32)) {
      return false;
    }
    unblockNmi();
    return true;
  }

  /** INT3 and INTO: software interrupts that IOPL does not guard. */
  void breakpointOrOverflow(int vector) {
    endResume();
    deliver(vector, Source.SOFTWARE, false, 0, cpu.eip);
  }

  /** ICEBP: a #DB trap that sets nothing in DR6 and passes any gate DPL. */
  void icebp() {
    endResume();
    deliver(CpuException.DB, Source.EXTERNAL, false, 0, cpu.eip);
  }

  /** RF has done its work when INT n and its like push the flags. */
  private void endResume() {
    cpu.flags.system &= ~Eflags.RF;
  }

  /**
   * Delivers an event that is not part of an instruction's own execution, and what goes wrong on
   * the way, until a handler is reached or the CPU shuts down.
   */
  private void start(int vector, Source source, boolean hasErrorCode, int errorCode) {
    int current = vector;
    Source from = source;
    boolean hasCode = hasErrorCode;
    int errorBits = errorCode;
    while (true) {
      try {
        deliver(current, from, hasCode, errorBits, cpu.instructionEip);
        cpu.debug.takeHits(); // a frame is not an access of any instruction
        return;
      } catch (CpuException second) {
        boolean firstIsException = from == Source.EXCEPTION;
        if (firstIsException && current == CpuException.DF && isSerious(second.vector)) {
          shutDown(vector, hasErrorCode, errorCode);
          return;
        }
        if (firstIsException && leadsToDoubleFault(current, second.vector)) {
          current = CpuException.DF;
          hasCode = true;
          errorBits = 0;
        } else {
          current = second.vector;
          hasCode = second.hasErrorCode;
          errorBits = second.errorCode;
        }
        from = Source.EXCEPTION;
        cpu.eip = cpu.instructionEip;
      }
    }
  }

  private static boolean isContributory(int vector) {
    return vector < 32 && (CONTRIBUTORY >>> vector & 1) != 0;
  }

  private static boolean isSerious(int vector) {
    return vector == CpuException.PF || isContributory(vector);
  }

  /** SDM vol. 3, table 6-5. */
  private static boolean leadsToDoubleFault(int first, int second) {
    return isContributory(first) && isContributory(second)
        || first == CpuException.PF && isSerious(second);
  }

  private void shutDown(int vector, boolean hasErrorCode, int errorCode) {
    cpu.activity = Activity.SHUTDOWN;
    cpu.attend();
    shutdown =
        new Shutdown(
            vector,
            hasErrorCode,
            errorCode,
            cpu.cs.selector,
            cpu.instructionEip,
            cpu.cs.base + cpu.instructionEip,
            cpu.cr2);
  }

  private void deliver(
      int vector, Source source, boolean hasErrorCode, int errorCode, int returnEip) {
    delivered = true;
    lastEvent.note(cpu, vector, source.isInstruction(), hasErrorCode, errorCode, returnEip);
    delivery.deliver(vector, source, hasErrorCode, errorCode, returnEip);
    if (cpu.probe != null) {
      cpu.probe.interrupt(cpu, vector, source.isInstruction());
    }
  }

  // ---- state

  /** RESET#; INTR stays, its level is the interrupt controller's. */
  void reset() {
    nmi = false;
    nmiBlocked = false;
    shadowAt = NO_SHADOW;
    shadowsTraps = false;
    shutdown = null;
  }

  void save(Section out) {
    out.put("intr", intr).put("nmi", nmi).put("nmiBlocked", nmiBlocked);
    out.put("shadow", inShadow()).put("shadowsTraps", shadowsTraps);
  }

  void restore(Section in) {
    intr = in.getBoolean("intr");
    nmi = in.getBoolean("nmi");
    nmiBlocked = in.getBoolean("nmiBlocked");
    shadowAt = in.getBoolean("shadow") ? SHADOW_HERE : NO_SHADOW;
    shadowsTraps = in.getBoolean("shadowsTraps");
    shutdown = null;
  }
}
