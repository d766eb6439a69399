package dev.biosgateway.x86.device;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import java.util.Optional;

/** What a board offers a device while it is attached. */
public interface Wiring {
  PhysicalBus bus();

  PortMap ports();

  VirtualClock clock();

  UnmodelledAccess unmodelled();

  /**
   * The input {@code irq} (0 to 15) of the interrupt controllers.
   *
   * @throws IllegalStateException when the board has no interrupt controller yet
   */
  InterruptLine irq(int irq);

  /** The CPU's pins, for devices that drive them. */
  CpuPins cpu();

  /** Where the guest's console output goes (debug port, serial port without a backend). */
  ConsoleSink console();

  /**
   * Another device of the board, attached earlier.
   *
   * @throws IllegalStateException when there is none of that type, naming what there is
   */
  <D extends Device> D device(Class<D> type);

  /** The same where a board may have none. */
  <D extends Device> Optional<D> find(Class<D> type);
}
