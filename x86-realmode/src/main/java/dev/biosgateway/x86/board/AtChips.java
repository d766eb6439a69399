package dev.biosgateway.x86.board;

import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.dma.Dma8237Pair;
import dev.biosgateway.x86.device.floppy.Fdc82078;
import dev.biosgateway.x86.device.fwcfg.FirmwareItems;
import dev.biosgateway.x86.device.keyboard.Kbc8042;
import dev.biosgateway.x86.device.parallel.ParallelPort;
import dev.biosgateway.x86.device.pic.Pic8259Pair;
import dev.biosgateway.x86.device.pit.Pit8254;
import dev.biosgateway.x86.device.pit.SystemControlB;
import dev.biosgateway.x86.device.ports.CoprocessorError;
import dev.biosgateway.x86.device.ports.DebugPort;
import dev.biosgateway.x86.device.ports.Port92;
import dev.biosgateway.x86.device.ports.PostPort;
import dev.biosgateway.x86.device.rtc.CmosImage;
import dev.biosgateway.x86.device.rtc.Mc146818;
import dev.biosgateway.x86.device.smbios.SmbiosTables;
import dev.biosgateway.x86.device.uart.SerialLine;
import dev.biosgateway.x86.device.uart.Uart16550;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The chips that every PC/AT has, in the groups in which boards have them. */
final class AtChips {
  private static final int[] SERIAL_PORTS = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
  private static final int[] SERIAL_IRQS = {4, 3, 4, 3};
  private static final int PRINTER_PORT = 0x378;
  private static final int PRINTER_IRQ = 7;

  private AtChips() {}

  /** Interrupt controllers, timer, A20 and reset, POST codes: the least that works. */
  static List<Device> core() {
    return List.of(
        new Pic8259Pair(),
        new Pit8254(),
        new SystemControlB(),
        new CoprocessorError(),
        new Port92(true),
        new PostPort());
  }

  /**
   * The clock, and what its memory says of the machine.
   *
   * @param floppyTypes as CMOS byte 10h has them, 0 for none
   */
  static Device clock(Fitting fitting, int floppyTypes, boolean mouse) {
    return new Mc146818(
        new CmosImage(fitting.startTime(), fitting.memoryBytes(), floppyTypes, mouse));
  }

  /** Debug port E9h to the console, and those of the fitting to where it says. */
  static List<Device> debugPorts(Fitting fitting) {
    Map<Integer, ConsoleSink> sinks = new TreeMap<>(fitting.debugPorts());
    List<Device> ports = new ArrayList<>();
    if (!sinks.containsKey(DebugPort.BOCHS)) {
      ports.add(DebugPort.toConsole());
    }
    sinks.forEach((port, sink) -> ports.add(new DebugPort(port, sink)));
    return ports;
  }

  /** COM1, and as many more ports as lines lead somewhere. */
  static List<Device> serialPorts(Fitting fitting) {
    List<SerialLine> lines = fitting.serialLines();
    List<Device> ports = new ArrayList<>();
    for (int i = 0; i < Math.max(1, lines.size()); i++) {
      Uart16550 port = new Uart16550("com" + (i + 1), SERIAL_PORTS[i], SERIAL_IRQS[i]);
      if (i < lines.size()) {
        port.connect(lines.get(i));
      }
      ports.add(port);
    }
    return ports;
  }

  /** LPT1, with a printer that prints to the console. */
  static Device printerPort() {
    return new ParallelPort("lpt1", PRINTER_PORT, PRINTER_IRQ);
  }

  /**
   * Keyboard, DMA and floppy drives.
   *
   * @param floppies the controller with its diskettes
   * @param afterFirmware whether keyboard and DMA controllers are to be as POST leaves them
   */
  static List<Device> peripherals(Fdc82078 floppies, boolean afterFirmware) {
    return List.of(new Kbc8042(afterFirmware), new Dma8237Pair(afterFirmware), floppies);
  }

  /**
   * What the firmware configuration device says of the machine: memory, kernel, files.
   *
   * @param product what the machine is called
   */
  static FirmwareItems items(Fitting fitting, String product) {
    FirmwareItems items = new FirmwareItems(fitting.memoryBytes());
    SmbiosTables.addTo(items, product, fitting.memoryBytes());
    fitting.linux().ifPresent(linux -> items.linux(linux, fitting.memoryBytes()));
    fitting.firmwareFiles().forEach(items::file);
    return items;
  }
}
