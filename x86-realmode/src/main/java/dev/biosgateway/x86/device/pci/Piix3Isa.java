package dev.biosgateway.x86.device.pci;

import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.WiredOr;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * Function 0 of the 82371SB (PIIX3, Intel order 290550): the bridge from PCI to ISA, which routes
 * the four interrupt lines of PCI to inputs of the interrupt controllers. What is behind the
 * bridge, ELCR and the reset control register included, are devices of their own.
 */
public final class Piix3Isa implements Device {
  private static final int PIRQ_ROUTE_A = 0x60;
  private static final int PIRQS = 4;
  private static final int ROUTE_OFF = 0x80;
  private static final int ROUTE_IRQ = 0x0f;

  /** IRQ 3 to 7, 9 to 12, 14 and 15: the data sheet's other values are reserved. */
  private static final int ROUTABLE = 0xdef8;

  private final int slot;
  private final PciFunction function;
  private final InterruptLine[] irqs = new InterruptLine[16];
  private PciBus bus;

  /**
   * @param slot PCI device number
   */
  public Piix3Isa(int slot) {
    this.slot = slot;
    function =
        new PciFunction("piix3", 0x8086, 0x7000, 0x060100, 0)
            .subsystem(PciFunction.QEMU, PciFunction.QEMU_MACHINE)
            .multifunction()
            .commandHardWired(0x0007)
            .status(0x0200)
            .onWrite(this::route)
            .register(0x4c, 0x4d, 0x7f) // IORT: ISA I/O recovery
            .register(0x4e, 0x03, 0xff) // XBCS: X-bus chip select
            .register(0x4f, 0x00, 0x01)
            .register(0x69, 0x02, 0xf6) // TOM: top of memory for ISA masters
            .register(0x6a, 0x00, 0x94) // MSTAT
            .register(0x6b, 0x00, 0x80)
            .register(0x70, 0x80, 0xef) // MBIRQ0
            .register(0x76, 0x0c, 0x8f) // MBDMA0, MBDMA1
            .register(0x77, 0x0c, 0x8f)
            .register(0x78, 0x02, 0xfe) // PCSC: programmable chip select
            .register(0x79, 0x00, 0xff)
            .register(0x80, 0x00, 0x7f) // APICBASE
            .register(0x82, 0x00, 0x0f) // DLC: deterministic latency
            .register(0xa0, 0x08, 0x1f) // SMICNTL and its kin: there is no SMI#
            .register(0xa2, 0x00, 0xff)
            .register(0xa3, 0x00, 0x01)
            .register(0xa4, 0x00, 0xff)
            .register(0xa5, 0x00, 0xff)
            .register(0xa6, 0x00, 0xff)
            .register(0xa7, 0x00, 0xe0)
            .register(0xa8, 0x0f, 0xff)
            .register(0xaa, 0x00, 0x00, 0xff) // SMIREQ
            .register(0xab, 0x00, 0x00, 0xff)
            .register(0xac, 0x00, 0xff) // CTLTMR, CTHTMR
            .register(0xae, 0x00, 0xff);
    for (int pirq = 0; pirq < PIRQS; pirq++) {
      function.register(PIRQ_ROUTE_A + pirq, ROUTE_OFF, ROUTE_OFF | ROUTE_IRQ);
    }
  }

  @Override
  public void attach(Wiring wiring) {
    bus = wiring.device(PciBus.class);
    for (int irq = 0; irq < irqs.length; irq++) {
      if ((ROUTABLE >>> irq & 1) != 0) {
        irqs[irq] = wiring.irq(irq);
      }
    }
    WiredOr.Listener router = (pirq, high) -> route();
    bus.setInterruptRouter(router);
    function.attach(wiring, slot, 0);
  }

  @Override
  public void reset(ResetKind kind) {
    function.reset();
    route();
  }

  @Override
  public String sectionName() {
    return "piix3";
  }

  @Override
  public void save(Section out) {
    function.save(out);
  }

  @Override
  public void restore(Section in) {
    function.restore(in);
  }

  @Override
  public String toString() {
    return "piix3";
  }

  /** Drives each input with the lines that are routed to it. */
  private void route() {
    int high = 0;
    for (int pirq = 0; pirq < PIRQS; pirq++) {
      int control = function.register(PIRQ_ROUTE_A + pirq);
      if ((control & ROUTE_OFF) == 0 && bus.isPirqActive(pirq)) {
        high |= 1 << (control & ROUTE_IRQ);
      }
    }
    for (int irq = 0; irq < irqs.length; irq++) {
      if (irqs[irq] != null) {
        irqs[irq].set((high >>> irq & 1) != 0);
      }
    }
  }
}
