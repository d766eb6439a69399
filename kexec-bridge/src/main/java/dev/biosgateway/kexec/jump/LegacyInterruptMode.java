package dev.biosgateway.kexec.jump;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.apic.IoApic;
import dev.biosgateway.x86.device.apic.LocalApic;
import dev.biosgateway.x86.state.Section;
import java.util.List;

/**
 * Interrupts as BIOS code expects them, on boards with APICs: the I/O APIC is masked, the local
 * APIC is a wire from the 8259A (virtual wire mode, MultiProcessor Specification 1.4, 3.6.2.2). As
 * clear_IO_APIC() and disconnect_bsp_APIC() of the kernel. Whoever enters the mode keeps the APICs'
 * sections, and restores them afterwards.
 */
final class LegacyInterruptMode {
  // ---- I/O APIC (82093AA)
  private static final int IO_SELECT = 0x00;
  private static final int IO_WINDOW = 0x10;
  private static final int IO_VERSION = 0x01;
  private static final int IO_REDIRECTION = 0x10;
  private static final int MASKED = 1 << 16;

  // ---- local APIC (SDM volume 3, 10.4 and 10.5)
  private static final long BASE_ENABLE = 1 << 11;
  private static final int BASE_ADDRESS = 0xfffff000;
  private static final int VERSION = 0x30;
  private static final int SPURIOUS = 0xf0;
  private static final int APIC_ENABLED = 1 << 8;
  private static final int SPURIOUS_VECTOR = 0x0f;
  private static final int LVT_TIMER = 0x320;
  private static final int LVT_PERFORMANCE = 0x340;
  private static final int LVT_LINT0 = 0x350;
  private static final int LVT_LINT1 = 0x360;
  private static final int LVT_ERROR = 0x370;
  private static final int DELIVER_NMI = 4 << 8;
  private static final int DELIVER_EXTINT = 7 << 8;

  private final PhysicalBus bus;
  private final List<Device> devices;

  /**
   * For a machine.
   *
   * @param devices those of it whose state is kept
   */
  LegacyInterruptMode(PhysicalBus bus, List<Device> devices) {
    this.bus = bus;
    this.devices = devices;
  }

  /**
   * Enters it.
   *
   * @param state of the devices, in their order, as it was kept
   */
  void enter(List<Section> state) {
    for (int i = 0; i < devices.size(); i++) {
      Device device = devices.get(i);
      if (device instanceof IoApic ioApic) {
        mask(ioApic);
      } else if (device instanceof LocalApic) {
        wire(state.get(i).rewind().getLong("base"));
      }
    }
  }

  private static void mask(IoApic ioApic) {
    ioApic.write(IO_SELECT, 4, IO_VERSION);
    int last = ioApic.read(IO_WINDOW, 4) >>> 16 & 0xff;
    for (int input = 0; input <= last; input++) {
      write(ioApic, IO_REDIRECTION + 2 * input, MASKED);
      write(ioApic, IO_REDIRECTION + 2 * input + 1, 0);
    }
  }

  private static void write(IoApic ioApic, int register, int value) {
    ioApic.write(IO_SELECT, 4, register);
    ioApic.write(IO_WINDOW, 4, value);
  }

  private void wire(long base) {
    if ((base & BASE_ENABLE) == 0) {
      return; // switched off, it is a wire already
    }
    int page = (int) base & BASE_ADDRESS;
    int entries = (bus.read32(page + VERSION) >>> 16 & 0xff) + 1;
    bus.write32(page + SPURIOUS, APIC_ENABLED | SPURIOUS_VECTOR);
    bus.write32(page + LVT_TIMER, MASKED);
    bus.write32(page + LVT_ERROR, MASKED);
    if (entries > 4) {
      bus.write32(page + LVT_PERFORMANCE, MASKED);
    }
    bus.write32(page + LVT_LINT0, DELIVER_EXTINT);
    bus.write32(page + LVT_LINT1, DELIVER_NMI);
  }
}
