package dev.biosgateway.itests.conformance.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.SegmentRegister;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The guest of {@code screens.asm}, which shows one screen after the other, on our machine. */
final class ScreenGuest {
  static final Path SOURCE = Path.of("src/test/nasm/screens.asm");
  static final Path IMAGE = Path.of("src/test/nasm/screens.bin");

  private static final int BOOT_SECTOR = 0x7c00;
  private static final int HEADER = 0x7e00;
  private static final int FIRST = HEADER + 4;
  private static final int LAST = HEADER + 6;
  private static final int NO_POST = HEADER + 8;
  private static final int DISPLAY_ROM = 0xc0000;
  private static final int DISPLAY_ROM_SPACE = 0x10000;
  private static final long BUDGET = 100_000_000;

  private ScreenGuest() {}

  /**
   * A machine on which the guest has put up one screen and halted.
   *
   * @param rom the display's BIOS
   */
  static Machine show(Path rom, int scene) throws IOException {
    Machine machine = new Machine(MachineConfig.DEFAULT);
    PhysicalBus bus = machine.bus();
    bus.load(DISPLAY_ROM, Files.readAllBytes(rom));
    bus.setReadOnly(DISPLAY_ROM, DISPLAY_ROM_SPACE, false);
    bus.load(BOOT_SECTOR, Files.readAllBytes(IMAGE));
    assertEquals(Scene.values().length, bus.read16(LAST), "scenes of the guest");
    bus.write16(FIRST, scene);
    bus.write16(LAST, scene + 1);
    bus.write16(NO_POST, 1);
    SegmentRegister cs = machine.cpu().cs;
    cs.selector = 0;
    cs.base = 0;
    cs.limit = 0xffff;
    cs.derive();
    machine.cpu().eip = HEADER;
    Stop stop = machine.run(BUDGET);
    assertEquals(Stop.Reason.HALTED, stop.reason(), stop::toString);
    return machine;
  }
}
