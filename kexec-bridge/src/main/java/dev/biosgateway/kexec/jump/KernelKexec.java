package dev.biosgateway.kexec.jump;

import dev.biosgateway.kexec.load.Errno;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.DeviceSuspendException;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayDeque;
import java.util.Deque;
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
  private final Cpu cpu;
  private final List<Device> devices;
  private final List<Device> syscore;
  private final List<Section> syscoreState;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private KexecListener listener = KexecListener.NONE;

  /**
   * The sequence for a machine.
   *
   * @param devices all devices, in the order in which they were attached
   * @param syscore those of them that the host programs for itself: interrupt controllers, timers
   */
  public KernelKexec(Cpu cpu, List<Device> devices, List<Device> syscore) {
    this.cpu = cpu;
    this.devices = List.copyOf(devices);
    this.syscore = List.copyOf(syscore);
    this.syscoreState = syscore.stream().map(d -> new Section(d.sectionName())).toList();
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
      while (!undo.isEmpty()) {
        undo.pop().run();
      }
      lock.unlock();
    }
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
      while (!done && !undo.isEmpty()) {
        undo.pop().run();
      }
      undo.clear();
      lock.unlock();
    }
  }

  private void suspend() {
    begin(KexecStep.PREPARE_CONSOLE);
    begin(KexecStep.FREEZE_PROCESSES);
    begin(KexecStep.SUSPEND_CONSOLE);
    begin(KexecStep.DPM_SUSPEND_START);
    suspendAll(PowerPhase.FREEZE, devices, KexecStep.DPM_SUSPEND_START);
    begin(KexecStep.DPM_SUSPEND_END);
    suspendAll(PowerPhase.LATE, devices, KexecStep.DPM_SUSPEND_END);
    suspendAll(PowerPhase.NOIRQ, devices, KexecStep.DPM_SUSPEND_END);
    begin(KexecStep.DISABLE_SECONDARY_CPUS);
    begin(KexecStep.LOCAL_IRQ_DISABLE);
    disableInterrupts();
    begin(KexecStep.SYSCORE_SUSPEND);
    suspendAll(PowerPhase.SYSCORE, devices, KexecStep.SYSCORE_SUSPEND);
    keepSyscoreState();
  }

  private void begin(KexecStep step) {
    listener.entering(step);
    undo.push(() -> listener.left(step));
  }

  /** Last registered first, as dpm_suspend() and syscore_suspend() go. */
  private void suspendAll(PowerPhase phase, List<Device> all, KexecStep step) {
    for (int i = all.size() - 1; i >= 0; i--) {
      Device device = all.get(i);
      try {
        device.suspend(phase);
      } catch (DeviceSuspendException e) {
        throw new KexecException(
            Errno.EBUSY, e.getMessage() + " (" + step + ", undone from " + step.label() + ")", e);
      }
      undo.push(() -> device.resume(phase));
    }
  }

  private void disableInterrupts() {
    int before = cpu.flags.get();
    cpu.setFlags(0, Eflags.IF);
    undo.push(() -> cpu.setFlags(before, Eflags.IF));
  }

  private void keepSyscoreState() {
    for (int i = 0; i < syscore.size(); i++) {
      syscore.get(i).save(syscoreState.get(i).clear());
    }
    undo.push(
        () -> {
          for (int i = 0; i < syscore.size(); i++) {
            syscore.get(i).restore(syscoreState.get(i).rewind());
          }
        });
  }
}
