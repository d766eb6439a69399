package dev.biosgateway.x86.device;

import dev.biosgateway.x86.state.Stateful;

/**
 * The contract of every device of a board, those of plugins included.
 *
 * <p>Life: constructed, {@link #attach attached} once (ports, regions, lines), then {@link #reset}
 * at power-on and at every later reset. State goes by {@link Stateful}. Around a kexec jump the
 * device is suspended and resumed phase by phase, see {@link PowerPhase}. All calls come on the
 * machine's thread, between two instructions, but port and region accesses, which come in the
 * middle of one.
 */
public interface Device extends Stateful {

  /**
   * Claims ports, regions, interrupt lines and memory blocks; called once, before the first reset.
   */
  void attach(Wiring wiring);

  /**
   * Puts every register into its documented reset state.
   *
   * @param kind power-on clears what a battery or a warm reset would keep
   */
  void reset(ResetKind kind);

  /**
   * Whether accesses to its ports and memory, and its events, which have its section's name before
   * their first dot, change no other device but by interrupt lines: it moves no data and switches
   * nothing. So a machine that goes back need not look at the others.
   */
  default boolean keepsToItself() {
    return false;
  }

  /**
   * Quiesces the device for one phase of a suspend, as the driver callbacks of kernel_kexec() do:
   * stop what is running, raise no more interrupts. State saving is not the device's job here; the
   * caller keeps its {@link #save section}.
   *
   * @throws DeviceSuspendException when the device cannot stop now; phases done so far are undone
   */
  default void suspend(PowerPhase phase) throws DeviceSuspendException {}

  /** Undoes {@link #suspend} of the same phase; must not fail. */
  default void resume(PowerPhase phase) {}
}
