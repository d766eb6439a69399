package dev.biosgateway.x86.board;

import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.floppy.Fdc82078;
import dev.biosgateway.x86.device.fwcfg.FirmwareItems;
import dev.biosgateway.x86.device.fwcfg.FwCfg;
import dev.biosgateway.x86.device.ide.AtaBay;
import dev.biosgateway.x86.device.ide.IsaIde;
import dev.biosgateway.x86.device.rom.IsaRom;
import dev.biosgateway.x86.device.rom.RomImage;
import dev.biosgateway.x86.device.rom.SystemRom;
import dev.biosgateway.x86.device.vga.IsaVga;
import java.util.ArrayList;
import java.util.List;

/**
 * A PC/AT: the chips of the time on ISA, no PCI, no APIC. With a system BIOS it starts at the reset
 * vector; option ROMs lie one behind the other from C8000h on, where a BIOS looks for them.
 */
public record PcAt() implements Board {
  private static final int DISPLAY_ROM = 0xc0000;
  private static final int OPTION_ROMS = 0xc8000;

  private static final int PAGE = 0x1000;

  @Override
  public String name() {
    return "pc-at";
  }

  @Override
  public String summary() {
    return "PC/AT with ISA only: VGA, keyboard, floppy and ATA drives, serial port";
  }

  @Override
  public List<Device> devices(Fitting fitting) {
    Firmware firmware = fitting.firmware();
    Drives drives = fitting.drives();
    Fdc82078 floppies = new Fdc82078(drives.floppies());
    List<Device> devices = new ArrayList<>(AtChips.core());
    devices.add(AtChips.clock(fitting, floppies.cmosDriveTypes(), true));
    devices.addAll(AtChips.debugPorts(fitting));
    devices.addAll(AtChips.serialPorts(fitting));
    devices.add(AtChips.printerPort());
    devices.addAll(AtChips.peripherals(floppies, firmware.system().isEmpty()));
    devices.add(new FwCfg(() -> items(fitting)));
    devices.add(new IsaIde(new AtaBay(drives.disks(), drives.cdroms())));
    devices.add(new IsaVga());
    firmware.system().ifPresent(image -> devices.add(new SystemRom(image)));
    firmware.display().ifPresent(i -> devices.add(new IsaRom("vgabios", DISPLAY_ROM, i)));
    int at = OPTION_ROMS;
    for (RomImage rom : firmware.options()) {
      devices.add(new IsaRom("rom%05x".formatted(at), at, rom));
      at += rom.size() + PAGE - 1 & -PAGE;
    }
    return devices;
  }

  /** ROMs as files too: SeaBIOS finds none in memory on a machine without PCI. */
  private static FirmwareItems items(Fitting fitting) {
    FirmwareItems items = AtChips.items(fitting, "PC/AT");
    fitting.firmware().display().ifPresent(r -> items.file(FirmwareItems.displayRom(r), r.bytes()));
    fitting.firmware().options().forEach(r -> items.file(FirmwareItems.optionRom(r), r.bytes()));
    return items;
  }
}
