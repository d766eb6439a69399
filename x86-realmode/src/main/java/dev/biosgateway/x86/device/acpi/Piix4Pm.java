package dev.biosgateway.x86.device.acpi;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.PortWindow;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pci.PciFunction;
import dev.biosgateway.x86.device.rtc.Mc146818;
import dev.biosgateway.x86.state.Section;

/**
 * Function 3 of the 82371AB (PIIX4, Intel order 290562): power management. Its registers are ports
 * that firmware places through configuration space; the APM ports are B2h and B3h.
 *
 * <p>The processor has no system management mode here, so the function says from reset on that an
 * SMI handler is in place (APMC_EN), and does itself what firmware's handler would do: APM commands
 * F1h and F0h switch SCI_EN on and off, as QEMU's firmware agrees with it.
 */
public final class Piix4Pm implements Device, PortHandler {
  private static final int FUNCTION = 3;
  private static final int SCI = 9;

  private static final int APM_CONTROL = 0xb2;
  private static final int APM_STATUS = 0xb3;
  private static final int APM_ACPI_ENABLE = 0xf1;
  private static final int APM_ACPI_DISABLE = 0xf0;

  // ---- configuration space
  private static final int PM_BASE = 0x40;
  private static final int DEVICE_ACTIVITY_B = 0x58;

  /** Bit 25 of DEVACTB: APMC_EN, writes to B2h raise SMI#. */
  private static final int APMC_ENABLE_BYTE = 0x02;

  private static final int PM_IO_SPACE = 0x80;
  private static final int SMBUS_BASE = 0x90;
  private static final int SMBUS_CONFIG = 0xd2;

  private final int slot;
  private final PciFunction function;
  private PmRegisters registers;
  private SmBusHost smbus;
  private PortWindow pmWindow;
  private PortWindow smbusWindow;
  private int apmControl;
  private int apmStatus;

  /**
   * @param slot PCI device number, that of the PIIX4's other functions
   */
  public Piix4Pm(int slot) {
    this.slot = slot;
    function =
        new PciFunction("piix4-pm", 0x8086, 0x7113, 0x068000, 3)
            .subsystem(PciFunction.QEMU, PciFunction.QEMU_MACHINE)
            .status(0x0280)
            .interruptPin(1)
            .onWrite(this::movePorts)
            .register(PM_BASE, 0x01, 0xc0)
            .register(PM_BASE + 1, 0x00, 0xff)
            .register(PM_IO_SPACE, 0x00, 0x01)
            .register(SMBUS_BASE, 0x01, 0xf0)
            .register(SMBUS_BASE + 1, 0x00, 0xff)
            .register(SMBUS_CONFIG, 0x00, 0x0f)
            .register(0xd3, 0x00, 0xff) // SMBSLVC
            .register(0xd4, 0x00, 0xff) // SMBSHDW1, SMBSHDW2
            .register(0xd5, 0x00, 0xff)
            .register(0xd6, 0x00, 0x00); // SMBREV
    // CNTA, CNTB, GPICTL, DEVRESD, DEVACTA, DEVACTB, DEVRESA to J: timers and traps of devices.
    for (int at = 0x44; at < 0x80; at++) {
      function.register(at, at == DEVICE_ACTIVITY_B + 3 ? APMC_ENABLE_BYTE : 0, 0xff);
    }
  }

  @Override
  public void attach(Wiring wiring) {
    registers = new PmRegisters(wiring.clock(), wiring.unmodelled(), wiring.irq(SCI), wiring.cpu());
    smbus = new SmBusHost(wiring.unmodelled());
    pmWindow = new PortWindow("piix4-pm", PmRegisters.PORTS, 4, registers);
    smbusWindow = new PortWindow("piix4-smbus", SmBusHost.PORTS, 1, smbus);
    pmWindow.attach(wiring);
    smbusWindow.attach(wiring);
    wiring.ports().map(APM_CONTROL, 2, 1, this);
    wiring.find(Mc146818.class).ifPresent(rtc -> rtc.connectResume(registers::clockInterrupt));
    function.attach(wiring, slot, FUNCTION);
  }

  @Override
  public void reset(ResetKind kind) {
    function.reset();
    registers.reset(kind);
    smbus.reset();
    apmControl = 0;
    apmStatus = 0;
    movePorts();
  }

  /**
   * Presses the power button for a moment: an SCI where the guest wants one, the end of suspend to
   * RAM where it is asked for.
   */
  public void pressPowerButton() {
    registers.pressPowerButton();
  }

  @Override
  public int in(int port, int size) {
    return port == APM_STATUS ? apmStatus : apmControl;
  }

  @Override
  public void out(int port, int size, int value) {
    if (port == APM_STATUS) {
      apmStatus = value;
      return;
    }
    apmControl = value;
    if (value == APM_ACPI_ENABLE || value == APM_ACPI_DISABLE) {
      registers.setSciEnabled(value == APM_ACPI_ENABLE);
    }
  }

  @Override
  public void suspend(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      registers.suspend();
    }
  }

  @Override
  public void resume(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      registers.resume();
    }
  }

  @Override
  public String sectionName() {
    return "piix4-pm";
  }

  @Override
  public void save(Section out) {
    out.put("apmControl", apmControl).put("apmStatus", apmStatus);
    registers.save(out);
    smbus.save(out);
    function.save(out);
  }

  @Override
  public void restore(Section in) {
    apmControl = in.getInt("apmControl");
    apmStatus = in.getInt("apmStatus");
    registers.restore(in);
    smbus.restore(in);
    function.restore(in);
  }

  @Override
  public String toString() {
    return "piix4-pm";
  }

  private void movePorts() {
    boolean pm = (function.register(PM_IO_SPACE) & 1) != 0;
    pmWindow.moveTo(pm ? function.register16(PM_BASE) & 0xffc0 : PortWindow.CLOSED);
    boolean host = (function.register(SMBUS_CONFIG) & 1) != 0;
    smbusWindow.moveTo(host ? function.register16(SMBUS_BASE) & 0xfff0 : PortWindow.CLOSED);
  }
}
