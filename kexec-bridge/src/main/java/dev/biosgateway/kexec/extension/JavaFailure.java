package dev.biosgateway.kexec.extension;

import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.x86.bus.AccessDeniedException;
import java.util.function.IntSupplier;

/**
 * Ends the call when a plugin's code in Java throws: the guest goes on with what nobody answers.
 */
final class JavaFailure {
  private final GuestMachine machine;
  private final String who;

  /**
   * A guard around one plugin's code.
   *
   * @param who as the reason of the stop names it: {@code device clock}
   */
  JavaFailure(GuestMachine machine, String who) {
    this.machine = machine;
    this.who = who;
  }

  /** What is read, all ones if the code throws. A refusal by a policy passes through. */
  int guard(int size, IntSupplier code) {
    int mask = size == 4 ? -1 : (1 << 8 * size) - 1;
    try {
      return code.getAsInt() & mask;
    } catch (AccessDeniedException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      ended(e);
      return mask;
    }
  }

  /** Runs the code. A refusal by a policy passes through. */
  void guard(Runnable code) {
    try {
      code.run();
    } catch (AccessDeniedException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      ended(e);
    }
  }

  private void ended(Throwable thrown) {
    machine.stop(StopReason.FAULT, who + " threw " + thrown);
  }
}
