package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.AccessDeniedException;
import dev.biosgateway.x86.isa.Insn;

/**
 * Runs the CPU: block after block, instruction after instruction, until the budget is used up, an
 * event is due, or something wants {@link Cpu#attention}. This is the specification of what the CPU
 * does; every faster way of running must be equal to it, instruction counts included.
 *
 * <p>Not thread-safe, but for {@link #cancel}.
 */
public final class Interpreter {
  /** Why {@link #run} came back. */
  public enum Stop {
    /** As many instructions as allowed have retired. */
    BUDGET,
    /** HLT, and nothing can ever wake the CPU. */
    HALTED,
    /** A triple fault: see {@link InterruptUnit#shutdown()}. */
    SHUTDOWN,
    /** A device switched the power off. */
    POWER_OFF,
    /** A device asked for a reset: see {@link Pins#requestedReset()}. */
    RESET,
    /** A {@link Trap} asked to stop. */
    TRAP,
    /** {@link #cancel} was called. */
    CANCELLED
  }

  /** Instructions after which {@link #cancel} is looked at. */
  private static final long MAX_SLICE = 1_000_000;

  private final Cpu cpu;
  private final RetirementUnit retirement;
  private final CodeCache cache;
  private final TrapGate gate;
  private final InstructionFetch fetch;
  private final Sequencer sequencer;
  private volatile boolean cancelled;

  /** Builds the execution side of {@code cpu} and connects it to the bus. */
  public Interpreter(Cpu cpu) {
    this.cpu = cpu;
    this.retirement = cpu.retirement;
    this.cache = new CodeCache(cpu);
    this.gate = new TrapGate(cpu);
    this.fetch = new InstructionFetch(cpu, cache, gate);
    this.sequencer = new Sequencer(cpu, fetch);
    cpu.bus.setCodeListener(cache);
  }

  /** Puts {@code trap} on a physical address; null takes it away. */
  public void setTrap(int physical, Trap trap) {
    fetch.setTrap(physical, trap);
  }

  /** How often traps were set or taken away. */
  public int trapChanges() {
    return fetch.trapChanges();
  }

  /** Whether a trap is on a physical address. */
  public boolean hasTrap(int physical) {
    return fetch.hasTrap(physical);
  }

  /**
   * Has {@code other} asked at the head of every block that was reached often.
   *
   * @param heat how often that is: 0 for from the first time on
   */
  public void setAccelerator(Accelerator other, int heat) {
    sequencer.setAccelerator(other);
    fetch.setHeatOfNewBlocks(-heat);
  }

  /** Whether the code at {@code physical} has been executed lately. */
  public boolean hasRun(int physical, boolean code32) {
    Block block = cache.last(physical, code32);
    return block != null && block.valid;
  }

  /** Has {@code translation} forgotten when its bytes, or what is mapped there, change. */
  public void keep(Translation translation) {
    cache.keep(translation);
  }

  /** What executes {@code insn} by itself. */
  public Operation operation(Insn insn) {
    return Dispatch.of(cpu.model, insn).alone(cpu);
  }

  /** Lets a run in another thread end soon with {@link Stop#CANCELLED}. */
  public void cancel() {
    cancelled = true;
  }

  /** Executes one instruction, all passes of a repeated one included. */
  public Stop step() {
    Stop stop;
    do {
      stop = run(1);
    } while (stop == Stop.BUDGET && (retirement.suspended() || retirement.owes()));
    return stop;
  }

  /**
   * Runs until something stops it.
   *
   * @param budget instructions, counted as {@link RetirementUnit} says
   */
  public Stop run(long budget) {
    long left = budget;
    gate.resume();
    while (true) {
      if (left > 0 && retirement.owes()) {
        left -= retirement.payInstruction();
      }
      cpu.clock.fireDueEvents();
      boolean alone = false;
      boolean single = false;
      if (cpu.attention) {
        if (gate.takeStop()) {
          return Stop.TRAP;
        }
        if (cpu.pins.poweredOff()) {
          return Stop.POWER_OFF;
        }
        if (cpu.pins.requestedReset() != null) {
          return Stop.RESET;
        }
        if (cpu.pins.clockStopped()) {
          if (!cpu.clock.skipToNextEvent()) {
            return Stop.HALTED;
          }
          left--; // as in HLT below
          if (left <= 0) {
            return Stop.BUDGET;
          }
          if (takeCancel()) {
            return Stop.CANCELLED;
          }
          continue;
        }
        alone = cpu.interrupts.service();
        single = alone || cpu.attention;
        if (cpu.activity == Activity.SHUTDOWN) {
          return Stop.SHUTDOWN;
        }
        if (cpu.activity == Activity.HLT) {
          // Time goes on, but no instruction does: an event that wakes nobody costs one, or a
          // machine with all interrupts masked would never come to its budget.
          if (!cpu.flags.interruptsEnabled() || !cpu.clock.skipToNextEvent()) {
            return Stop.HALTED;
          }
          left--;
          if (left <= 0) {
            return Stop.BUDGET;
          }
          if (takeCancel()) {
            return Stop.CANCELLED;
          }
          continue;
        }
      }
      if (left <= 0) {
        return Stop.BUDGET;
      }
      if (takeCancel()) {
        return Stop.CANCELLED;
      }
      if (alone) {
        left -= alone();
      } else {
        long event = cpu.clock.instructionsToNextEvent();
        left -= slice(single ? 1 : Math.min(left, Math.min(MAX_SLICE, event)));
      }
    }
  }

  private boolean takeCancel() {
    boolean was = cancelled;
    if (was) {
      cancelled = false;
    }
    return was;
  }

  /** Executes one instruction, with the breakpoint before it and what TF and RF do after it. */
  private long alone() {
    int flagsBefore = cpu.flags.system;
    if (cpu.interrupts.takeInstructionBreakpoint()) {
      return retirement.countBreakpoint();
    }
    long done = slice(1);
    cpu.interrupts.finishAlone(flagsBefore);
    return done;
  }

  /** Executes at most {@code room} instructions; returns how many it were. */
  private long slice(long room) {
    retirement.begin(room);
    try {
      sequencer.run();
    } catch (CpuException fault) {
      retirement.countFault();
      cpu.interrupts.raise(fault);
    } catch (AccessDeniedException refused) {
      // A policy, not the machine: the instruction has not happened.
      cpu.instructionEip = retirement.placeEip();
      cpu.eip = cpu.instructionEip;
      retirement.countUpToHere();
      retirement.finish();
      throw refused;
    }
    return retirement.finish();
  }
}
