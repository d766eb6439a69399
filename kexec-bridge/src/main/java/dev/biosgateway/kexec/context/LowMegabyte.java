package dev.biosgateway.kexec.context;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.DeliveredEvent;
import java.util.Set;

/**
 * What real mode code finds below 1 MB before any program: who answers interrupts that nobody has
 * hooked, and where exceptions go that nobody handles. The host leaves the low megabyte alone.
 */
public interface LowMegabyte {
  /** Whether a vector still has a handler that only returns. */
  boolean serves(int vector, PhysicalBus bus);

  /** Physical address of the reset vector. */
  int resetVector();

  /** Whether the host comes up again after a reset: then it can sleep. */
  boolean bootsTheHost();

  /** Puts the processor to the reset vector, where {@link #bootsTheHost}. */
  void enterResetVector(Cpu cpu);

  /** Physical addresses to which exceptions lead that no program handles. */
  Set<Integer> exceptionHandlers();

  /**
   * Whether the event that has just come to one of {@link #exceptionHandlers} is such an exception,
   * and not an interrupt request or an INT instruction.
   */
  boolean unhandled(int handler, DeliveredEvent event);
}
