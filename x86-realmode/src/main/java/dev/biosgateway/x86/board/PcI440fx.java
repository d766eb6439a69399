package dev.biosgateway.x86.board;

import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.acpi.I440fxAcpi;
import dev.biosgateway.x86.device.acpi.Piix4Pm;
import dev.biosgateway.x86.device.apic.IoApic;
import dev.biosgateway.x86.device.apic.LocalApic;
import dev.biosgateway.x86.device.floppy.Fdc82078;
import dev.biosgateway.x86.device.fwcfg.FirmwareItems;
import dev.biosgateway.x86.device.fwcfg.FwCfg;
import dev.biosgateway.x86.device.hpet.Hpet;
import dev.biosgateway.x86.device.ide.AtaBay;
import dev.biosgateway.x86.device.ide.Piix3Ide;
import dev.biosgateway.x86.device.pci.HostBridge440fx;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.device.pci.Piix3Isa;
import dev.biosgateway.x86.device.rom.IsaRom;
import dev.biosgateway.x86.device.rom.RomImage;
import dev.biosgateway.x86.device.rom.SystemRom;
import dev.biosgateway.x86.device.vga.StandardVga;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A PC around the i440FX: host bridge, PIIX3 and PIIX4, VGA on PCI, in the slots in which QEMU's
 * {@code pc} has them. With a system BIOS it starts at the reset vector, and firmware sets it up;
 * without one it is as POST leaves it.
 *
 * <p>The display's ROM is behind its base address, if it is one for PCI, and at C0000h as on an ISA
 * card, until firmware shadows that: older firmware looks nowhere else.
 *
 * @param hpet whether it has a high precision event timer too, which came with later chips
 */
public record PcI440fx(boolean hpet) implements Board {
  private static final int SOUTH_BRIDGE_SLOT = 1;
  private static final int DISPLAY_SLOT = 2;
  private static final int DISPLAY_ROM = 0xc0000;

  // ---- where firmware puts the display's windows
  private static final int FRAMEBUFFER = 0xfd00_0000;
  private static final int REGISTER_PAGE = 0xfebf_0000;

  /** Where firmware puts the ports of the IDE function's bus masters. */
  private static final int BUS_MASTERS = 0xc000;

  @Override
  public String name() {
    return hpet ? "pc-i440fx-hpet" : "pc-i440fx";
  }

  @Override
  public String summary() {
    return "i440FX, PIIX3 and PIIX4 with VGA on PCI, for system firmware"
        + (hpet ? ", and a HPET" : "");
  }

  @Override
  public List<Device> devices(Fitting fitting) {
    Firmware firmware = fitting.firmware();
    boolean ready = firmware.system().isEmpty();
    Fdc82078 floppies = new Fdc82078(fitting.drives().floppies());
    List<Device> devices = new ArrayList<>(AtChips.core());
    devices.add(AtChips.clock(fitting, floppies.cmosDriveTypes(), true));
    devices.addAll(AtChips.debugPorts(fitting));
    devices.addAll(AtChips.serialPorts(fitting));
    devices.add(AtChips.printerPort());
    devices.addAll(AtChips.peripherals(floppies, ready));
    devices.add(new LocalApic());
    devices.add(new IoApic());
    if (hpet) {
      devices.add(new Hpet());
    }
    devices.add(new FwCfg(() -> items(fitting)));
    devices.add(new PciBus());
    devices.add(new HostBridge440fx(ready));
    devices.add(new Piix3Isa(SOUTH_BRIDGE_SLOT));
    AtaBay bay = new AtaBay(fitting.drives().disks(), fitting.drives().cdroms());
    devices.add(new Piix3Ide(SOUTH_BRIDGE_SLOT, bay, ready ? BUS_MASTERS : 0));
    devices.add(new Piix4Pm(SOUTH_BRIDGE_SLOT));
    devices.add(display(firmware.display(), ready));
    firmware.system().ifPresent(image -> devices.add(new SystemRom(image)));
    firmware.display().ifPresent(rom -> devices.add(new IsaRom("vgabios", DISPLAY_ROM, rom)));
    return devices;
  }

  private FirmwareItems items(Fitting fitting) {
    FirmwareItems items = AtChips.items(fitting, "PC with i440FX");
    Firmware firmware = fitting.firmware();
    firmware
        .display()
        .filter(rom -> !rom.isForPci())
        .ifPresent(rom -> items.file(FirmwareItems.displayRom(rom), rom.bytes()));
    firmware.options().forEach(rom -> items.file(FirmwareItems.optionRom(rom), rom.bytes()));
    I440fxAcpi.addTo(
        items,
        fitting.memoryBytes(),
        Math.max(1, fitting.serialLines().size()),
        !fitting.drives().floppies().isEmpty(),
        hpet);
    return items;
  }

  private static Device display(Optional<RomImage> rom, boolean ready) {
    return new StandardVga(
        StandardVga.Model.STANDARD,
        DISPLAY_SLOT,
        ready ? FRAMEBUFFER : 0,
        ready ? REGISTER_PAGE : 0,
        rom.filter(RomImage::isForPci).map(RomImage::bytes).orElse(new byte[0]));
  }
}
