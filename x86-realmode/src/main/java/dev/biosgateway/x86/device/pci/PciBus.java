package dev.biosgateway.x86.device.pci;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.CpuPins;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.WiredOr;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * PCI bus 0 behind configuration mechanism 1 (PCI Local Bus Specification 2.1, 3.7.4.1): the
 * address at CF8h, the data at CFCh. The reset control register CF9h (82371SB data sheet) shares
 * the first of these ports and is told apart by its width.
 */
public final class PciBus implements Device, PortHandler {
  private static final int CONFIG_ADDRESS = 0xcf8;
  private static final int RESET_CONTROL = 0xcf9;
  private static final int CONFIG_DATA = 0xcfc;

  private static final int ENABLE = 1 << 31;

  /** Bits of the address register that exist: enable, bus, device, function, register. */
  private static final int ADDRESS_BITS = 0x80fffffc;

  private static final int SYSTEM_RESET = 0x02;
  private static final int RESET_CPU = 0x04;

  /** Interrupt lines of the bus, PIRQA# to PIRQD#. */
  private static final int PIRQS = 4;

  private final SortedMap<Integer, PciFunction> functions = new TreeMap<>();
  private final WiredOr pirqs = new WiredOr(PIRQS, (pirq, high) -> this.router.level(pirq, high));
  private WiredOr.Listener router = (pirq, high) -> {};
  private UnmodelledAccess unmodelled;
  private CpuPins cpu;
  private int address;
  private int resetControl;

  @Override
  public void attach(Wiring wiring) {
    unmodelled = wiring.unmodelled();
    cpu = wiring.cpu();
    pirqs.beforeChange(wiring.bus().touched::touchAll);
    wiring.ports().map(CONFIG_ADDRESS, 8, 4, this);
  }

  @Override
  public void reset(ResetKind kind) {
    address = 0;
    resetControl = 0;
  }

  /**
   * Plugs a function in.
   *
   * @param device 0 to 31
   * @param function 0 to 7
   * @throws IllegalStateException when the place is taken
   */
  public void plug(int device, int function, PciFunction pciFunction) {
    if (device < 0 || device > 31 || function < 0 || function > 7) {
      throw new IllegalArgumentException(
          "PCI %d.%d: expected device 0..31, function 0..7".formatted(device, function));
    }
    PciFunction other = functions.putIfAbsent(device << 3 | function, pciFunction);
    if (other != null) {
      throw new IllegalStateException(
          "PCI 00:%02x.%d: %s wants it, %s has it".formatted(device, function, pciFunction, other));
    }
  }

  /**
   * The wire of a slot's interrupt pin. Pins are rotated from slot to slot as on the boards of the
   * PIIX: INTA# of device 1 is PIRQA#, INTA# of device 2 and INTB# of device 1 are PIRQB#.
   *
   * @param device 0 to 31
   * @param pin 1 for INTA# to 4 for INTD#
   */
  public InterruptLine interrupt(int device, int pin) {
    return pirqs.wire(device - 1 + pin - 1 & PIRQS - 1);
  }

  /** Takes the wire away that {@link #interrupt} laid last. */
  public void cut() {
    pirqs.cut();
  }

  /** Pulls a function out; nobody answers its configuration space any more. */
  public void pull(int device, int function) {
    functions.remove(device << 3 | function);
  }

  /** Sets who takes the four interrupt lines to the interrupt controllers. */
  public void setInterruptRouter(WiredOr.Listener listener) {
    router = listener;
  }

  /** Whether PIRQA# (0) to PIRQD# (3) is active. */
  public boolean isPirqActive(int pirq) {
    return pirqs.isHigh(pirq);
  }

  /** Every function by its number, device in bits 3 to 7, function in bits 0 to 2, ascending. */
  public SortedMap<Integer, PciFunction> functions() {
    return Collections.unmodifiableSortedMap(functions);
  }

  @Override
  public int in(int port, int size) {
    if (port >= CONFIG_DATA) {
      return readData(port & 3, size);
    }
    if (port == CONFIG_ADDRESS && size == 4) {
      return address;
    }
    if (port == RESET_CONTROL && size == 1) {
      return resetControl;
    }
    unmodelled.record("read of %d bytes at port %Xh".formatted(size, port));
    return size == 4 ? -1 : (1 << 8 * size) - 1;
  }

  @Override
  public void out(int port, int size, int value) {
    if (port >= CONFIG_DATA) {
      writeData(port & 3, size, value);
    } else if (port == CONFIG_ADDRESS && size == 4) {
      if ((value & ~ADDRESS_BITS & ~3) != 0) {
        unmodelled.record("PCI configuration address: reserved bits 24 to 30");
      }
      address = value & ADDRESS_BITS;
    } else if (port == RESET_CONTROL && size == 1) {
      boolean rises = (value & ~resetControl & RESET_CPU) != 0;
      resetControl = value & (SYSTEM_RESET | RESET_CPU);
      if (rises) {
        cpu.requestReset(ResetKind.HARD);
      }
    } else {
      unmodelled.record("write of %d bytes at port %Xh".formatted(size, port));
    }
  }

  @Override
  public String sectionName() {
    return "pci";
  }

  @Override
  public void save(Section out) {
    out.put("address", address).put("resetControl", resetControl);
    pirqs.save("interrupts", out);
  }

  @Override
  public void restore(Section in) {
    address = in.getInt("address");
    resetControl = in.getInt("resetControl");
    pirqs.restore("interrupts", in);
  }

  @Override
  public String toString() {
    return "pci";
  }

  private int readData(int byteLane, int size) {
    PciFunction f = addressed(byteLane, size);
    // Nobody claims the cycle: master abort, and the host bridge answers all ones.
    return f == null ? size == 4 ? -1 : (1 << 8 * size) - 1 : f.read(register(byteLane), size);
  }

  private void writeData(int byteLane, int size, int value) {
    PciFunction f = addressed(byteLane, size);
    if (f != null) {
      f.write(register(byteLane), size, value);
    }
  }

  private int register(int byteLane) {
    return address & 0xfc | byteLane;
  }

  private PciFunction addressed(int byteLane, int size) {
    if (byteLane + size > 4) {
      unmodelled.record("PCI configuration access across a doubleword");
      return null;
    }
    boolean busZero = (address & 0xff0000) == 0;
    return (address & ENABLE) != 0 && busZero ? functions.get(address >>> 8 & 0xff) : null;
  }
}
