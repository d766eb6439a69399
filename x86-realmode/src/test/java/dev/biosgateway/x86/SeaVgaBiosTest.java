package dev.biosgateway.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.device.vga.StandardVga;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SeaVGABIOS as Debian ships it finds its adapter, initialises, and answers VBE calls. */
class SeaVgaBiosTest {
  private static final int INFO = 0x20000;

  private RealModeBench bench;

  @BeforeEach
  void powerOn() {
    bench = new RealModeBench(MachineConfig.DEFAULT);
  }

  @Test
  void initialisesAndShowsTextMode() {
    bench.initialise("vgabios-stdvga.bin");
    bench.interrupt(0x10, 0x0003, 0, 0, 0);
    for (char c : "Hello".toCharArray()) {
      bench.interrupt(0x10, 0x0e00 | c, 0x0007, 0, 0);
    }
    var screen = bench.machine.device(StandardVga.class).text().orElseThrow();
    assertEquals(80, screen.columns());
    assertEquals(25, screen.rows());
    assertEquals("Hello", screen.lines().get(0));
    assertEquals(5, screen.cursorColumn());
    assertEquals(0, screen.cursorRow());
  }

  @ParameterizedTest
  @CsvSource({
    "pc,vgabios-stdvga.bin",
    "pc-bochs-display,vgabios-bochs-display.bin",
    "pc-vmware,vgabios-vmware.bin",
    "pc-qxl,vgabios-qxl.bin"
  })
  void answersVbe(String board, String rom) {
    bench = new RealModeBench(MachineConfig.DEFAULT.withBoard(Boards.named(board)));
    bench.initialise(rom);
    bench.interrupt(0x10, 0x4f00, 0, 0, INFO);
    assertEquals(0x004f, bench.machine.cpu().reg16(Cpu.EAX));
    byte[] info = bench.bytes(INFO, 256);
    assertEquals("VESA", new String(info, 0, 4, StandardCharsets.US_ASCII));
    assertEquals(0x0300, bench.machine.bus().read16(INFO + 4));
    List<Integer> modes = new ArrayList<>();
    int list = bench.machine.bus().read16(INFO + 14) + (bench.machine.bus().read16(INFO + 16) << 4);
    for (int at = list; bench.machine.bus().read16(at) != 0xffff; at += 2) {
      modes.add(bench.machine.bus().read16(at));
    }
    assertFalse(modes.isEmpty());
    for (int mode : modes) {
      bench.interrupt(0x10, 0x4f01, 0, mode, INFO + 0x200);
      assertEquals(0x004f, bench.machine.cpu().reg16(Cpu.EAX), "mode " + mode);
    }
  }

  @Test
  void setsAModeWithLinearFramebuffer() {
    bench.initialise("vgabios-stdvga.bin");
    bench.interrupt(0x10, 0x4f01, 0, 0x118, INFO);
    int framebuffer = bench.machine.bus().read32(INFO + 40);
    assertEquals(0xe000_0000, framebuffer);
    bench.interrupt(0x10, 0x4f02, 0x4118, 0, 0);
    assertEquals(0x004f, bench.machine.cpu().reg16(Cpu.EAX));
    assertTrue(bench.machine.device(StandardVga.class).text().isEmpty());
    bench.machine.bus().write32(framebuffer + 0x1234, 0x00abcdef);
    assertEquals((byte) 0xef, bench.machine.device(StandardVga.class).memory().bytes[0x1234]);
    bench.interrupt(0x10, 0x4f03, 0, 0, 0);
    assertEquals(0x4118, bench.machine.cpu().reg16(Cpu.EBX));
  }
}
