package dev.biosgateway.kexec.call;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.program.OptionRom;
import dev.biosgateway.kexec.program.PciDataStructure;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.device.pci.PciFunction;
import java.util.List;
import java.util.Map;

/**
 * The area of the low megabyte where adapters have their ROMs: which one lies where, writable while
 * its init runs (as shadow memory is), read-only afterwards.
 */
final class OptionRomSlots {
  private static final int PAGE = 0x1000;

  private final Machine machine;

  OptionRomSlots(Machine machine) {
    this.machine = machine;
  }

  /**
   * Finds the place of a ROM: the one its descriptor names, else the first that is free.
   *
   * @throws ProgramException if the place is taken or there is none
   */
  int place(ProgramImage image, OptionRom rom, List<Mapping> mappings) {
    if (rom.address().isPresent()) {
      int address = (int) rom.address().getAsLong();
      Mapping other = at(address, rom.size(), mappings);
      if (other != null) {
        throw ProgramException.of(image.name(), "address")
            .file(image.file())
            .expected(String.format("0x%x to 0x%x to be free", address, address + rom.size()))
            .found(other.toString())
            .remedy("unmap that one, or name another address or none")
            .build();
      }
      return address;
    }
    int first = rom.display() ? OptionRom.AREA : OptionRom.AREA_NOT_DISPLAY;
    int address = firstFree(first, rom.size(), mappings);
    if (address == -1) {
      address = firstFree(OptionRom.AREA, rom.size(), mappings);
    }
    if (address == -1) {
      throw ProgramException.of(image.name(), "size")
          .file(image.file())
          .expected(
              String.format(
                  "a free range of 0x%x bytes between 0x%x and 0x%x",
                  rom.size(), OptionRom.AREA, OptionRom.AREA_END))
          .found("none beside " + mappings)
          .build();
    }
    return address;
  }

  private static int firstFree(int from, int size, List<Mapping> mappings) {
    for (int at = from; at + size <= OptionRom.AREA_END; at += OptionRom.STEP) {
      if (at(at, size, mappings) == null) {
        return at;
      }
    }
    return -1;
  }

  private static Mapping at(int address, int size, List<Mapping> mappings) {
    for (Mapping m : mappings) {
      if (m.stays() && address < m.address() + m.size() && address + size > m.address()) {
        return m;
      }
    }
    return null;
  }

  /** Puts a ROM into its place, writable. */
  void load(OptionRom rom, int address) {
    setReadOnly(rom, address, false);
    machine.bus().load(address, rom.bytes());
  }

  /** Ends the time in which a ROM can change itself. */
  void protect(OptionRom rom, int address) {
    setReadOnly(rom, address, true);
  }

  /** Whole pages: what lies in the rest of the last one is writable meanwhile too. */
  private void setReadOnly(OptionRom rom, int address, boolean readOnly) {
    int first = address & -PAGE;
    int end = address + rom.size() + PAGE - 1 & -PAGE;
    machine.bus().setReadOnly(first, end - first, readOnly);
  }

  /**
   * What AX tells the init: bus, device and function of the PCI function the ROM is for (PCI
   * Firmware Specification 3.0, 5.2.1.23), 0 if there is none.
   */
  int busDeviceFunction(OptionRom rom) {
    PciDataStructure pcir = rom.pcir().orElse(null);
    if (pcir == null) {
      return 0;
    }
    for (Device device : machine.devices()) {
      if (device instanceof PciBus pci) {
        for (Map.Entry<Integer, PciFunction> f : pci.functions().entrySet()) {
          if (f.getValue().read(0, 2) == pcir.vendor()
              && f.getValue().read(2, 2) == pcir.device()) {
            return f.getKey();
          }
        }
      }
    }
    return 0;
  }
}
