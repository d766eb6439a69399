package dev.biosgateway.kexec.jump;

import dev.biosgateway.kexec.load.Errno;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.DeviceSuspendException;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * kernel_kexec(): brings everything to rest, jumps, and wakes everything up in reverse. When a
 * device refuses, exactly what was done is undone, in reverse, as from v6.17 on: devices frozen
 * before the one that refused are thawed too (996afb6efd1a).
 *
 * <p>One jump at a time: a second thread is refused with EBUSY, as kexec_trylock() does.
 */
public final class KernelKexec {
  private static final KexecStep[] STEPS = KexecStep.values();
  private static final PowerPhase[] PHASES = PowerPhase.values();

  // ---- kinds of what is undone; from DEVICE on one for each phase
  private static final int STEP = 0;
  private static final int INTERRUPTS = 1;
  private static final int SYSCORE_STATE = 2;
  private static final int DEVICE = 3;
  private static final int KIND_SHIFT = 16;

  private final Cpu cpu;
  private final List<Device> devices;
  private final List<Device> syscore;
  private final List<Section> syscoreState;
  private final LegacyInterruptMode legacyMode;
  private final ReentrantLock lock = new ReentrantLock();

  /** What is to be undone, the last first: each a kind, with a step or a device below it. */
  private int[] undo = new int[64];

  private int undoCount;
  private int flagsBefore;
  private KexecListener listener = KexecListener.NONE;

  /**
   * The sequence for a machine.
   *
   * @param bus of the machine
   * @param devices all devices, in the order in which they were attached
   * @param syscore those of them that the host programs for itself: interrupt controllers, timers
   */
  public KernelKexec(Cpu cpu, PhysicalBus bus, List<Device> devices, List<Device> syscore) {
    this.cpu = cpu;
    this.devices = List.copyOf(devices);
    this.syscore = List.copyOf(syscore);
    this.syscoreState = syscore.stream().map(d -> new Section(d.sectionName())).toList();
    this.legacyMode = new LegacyInterruptMode(bus, this.syscore);
  }

  /** Sets who is told of the steps. */
  public void setListener(KexecListener listener) {
    this.listener = listener;
  }

  /**
   * Goes through all steps, with {@code jump} in the place of machine_kexec().
   *
   * @throws KexecException EBUSY if another jump is in progress or a device refused
   */
  public <R> R execute(Supplier<R> jump) {
    if (lock.isHeldByCurrentThread() || !lock.tryLock()) {
      throw new KexecException(Errno.EBUSY, "another jump is in progress");
    }
    try {
      suspend();
      listener.entering(KexecStep.MACHINE_KEXEC);
      R result = jump.get();
      listener.left(KexecStep.MACHINE_KEXEC);
      return result;
    } finally {
      undoAll();
      lock.unlock();
    }
  }

  /**
   * Goes on in a jump that was held, with everything at rest as {@link #execute} had left it before
   * the jump.
   *
   * @throws KexecException EBUSY if another jump is in progress
   */
  public <R> R goOn(Supplier<R> held) {
    if (lock.isHeldByCurrentThread() || !lock.tryLock()) {
      throw new KexecException(Errno.EBUSY, "another jump is in progress");
    }
    try {
      return held.get();
    } finally {
      lock.unlock();
    }
  }

  /** Whether somebody is told of the steps. */
  public boolean isObserved() {
    return listener != KexecListener.NONE;
  }

  /**
   * Brings everything to rest for a jump from which nobody comes back: machine_shutdown().
   *
   * @throws KexecException EBUSY if another jump is in progress or a device refused; all is undone
   */
  public void shutDown() {
    if (lock.isHeldByCurrentThread() || !lock.tryLock()) {
      throw new KexecException(Errno.EBUSY, "another jump is in progress");
    }
    boolean done = false;
    try {
      suspend();
      done = true;
    } finally {
      if (!done) {
        undoAll();
      }
      undoCount = 0;
      lock.unlock();
    }
  }

  private void suspend() {
    begin(KexecStep.PREPARE_CONSOLE);
    begin(KexecStep.FREEZE_PROCESSES);
    begin(KexecStep.SUSPEND_CONSOLE);
    begin(KexecStep.DPM_SUSPEND_START);
    suspendAll(PowerPhase.FREEZE, KexecStep.DPM_SUSPEND_START);
    begin(KexecStep.DPM_SUSPEND_END);
    suspendAll(PowerPhase.LATE, KexecStep.DPM_SUSPEND_END);
    suspendAll(PowerPhase.NOIRQ, KexecStep.DPM_SUSPEND_END);
    begin(KexecStep.DISABLE_SECONDARY_CPUS);
    begin(KexecStep.LOCAL_IRQ_DISABLE);
    disableInterrupts();
    begin(KexecStep.SYSCORE_SUSPEND);
    suspendAll(PowerPhase.SYSCORE, KexecStep.SYSCORE_SUSPEND);
    keepSyscoreState();
  }

  private void begin(KexecStep step) {
    listener.entering(step);
    push(STEP, step.ordinal());
  }

  private void push(int kind, int what) {
    if (undoCount == undo.length) {
      undo = Arrays.copyOf(undo, undoCount * 2);
    }
    undo[undoCount++] = kind << KIND_SHIFT | what;
  }

  private void undoAll() {
    while (undoCount > 0) {
      int entry = undo[--undoCount];
      int what = entry & (1 << KIND_SHIFT) - 1;
      int kind = entry >>> KIND_SHIFT;
      switch (kind) {
        case STEP -> listener.left(STEPS[what]);
        case INTERRUPTS -> cpu.setFlags(flagsBefore, Eflags.IF);
        case SYSCORE_STATE -> restoreSyscoreState();
        default -> devices.get(what).resume(PHASES[kind - DEVICE]);
      }
    }
  }

  /** Last registered first, as dpm_suspend() and syscore_suspend() go. */
  private void suspendAll(PowerPhase phase, KexecStep step) {
    for (int i = devices.size() - 1; i >= 0; i--) {
      Device device = devices.get(i);
      try {
        device.suspend(phase);
      } catch (DeviceSuspendException e) {
        throw new KexecException(
            Errno.EBUSY, e.getMessage() + " (" + step + ", undone from " + step.label() + ")", e);
      }
      push(DEVICE + phase.ordinal(), i);
    }
  }

  private void disableInterrupts() {
    flagsBefore = cpu.flags.get();
    cpu.setFlags(0, Eflags.IF);
    push(INTERRUPTS, 0);
  }

  private void keepSyscoreState() {
    for (int i = 0; i < syscore.size(); i++) {
      syscore.get(i).save(syscoreState.get(i).clear());
    }
    push(SYSCORE_STATE, 0);
    legacyMode.enter(syscoreState);
  }

  private void restoreSyscoreState() {
    for (int i = 0; i < syscore.size(); i++) {
      syscore.get(i).restore(syscoreState.get(i).rewind());
    }
  }
}
