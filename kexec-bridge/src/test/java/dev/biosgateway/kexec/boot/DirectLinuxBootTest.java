package dev.biosgateway.kexec.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.kexec.program.Kernels;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.bus.HighMemory;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a kernel finds at its 32-bit entry. */
class DirectLinuxBootTest {
  private static final int MEMORY = 16 << 20;

  private final Machine machine = new Machine(MachineConfig.DEFAULT.withMemory(MEMORY));
  private final PhysicalBus bus = machine.bus();

  private static BzImage kernel(ByteBuffer file) {
    return BzImage.parse("bzImage", file.array());
  }

  private static ByteBuffer newest() {
    return Kernels.bzImage(0x20f).putInt(0x22c, 0x37ffffff).putInt(0x238, 2047);
  }

  private void load(ByteBuffer file, int initrd, String commandLine) {
    byte[] disk = new byte[initrd];
    for (int i = 0; i < initrd; i++) {
      disk[i] = (byte) (i + 1);
    }
    new DirectLinuxBoot(kernel(file), disk, commandLine).load(machine);
  }

  private ProgramException refused(ByteBuffer file, int initrd, String commandLine) {
    return assertThrows(ProgramException.class, () -> load(file, initrd, commandLine));
  }

  private byte[] guest(int at, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) bus.read8(at + i);
    }
    return bytes;
  }

  @Test
  void entersFlatWithTheZeroPageInEsi() {
    load(newest(), 0, "");
    Cpu cpu = machine.cpu();
    assertEquals(0x100000, cpu.cs.base + cpu.eip);
    assertEquals(0x10, cpu.cs.selector);
    assertEquals(0x18, cpu.ss.selector);
    assertEquals(0x90000, cpu.gpr[Cpu.ESI]);
    for (int r : new int[] {Cpu.EBP, Cpu.EDI, Cpu.EBX}) {
      assertEquals(0, cpu.gpr[r]);
    }
    assertTrue(cpu.protectedMode());
    assertTrue(!cpu.paging() && !cpu.flags.interruptsEnabled());
    assertEquals(0x00cf9b000000ffffL, descriptor(0x10));
    assertEquals(0x00cf93000000ffffL, descriptor(0x18));
    assertEquals(Stop.Reason.HALTED, machine.run(10).reason(), "the kernel is a HLT");
    assertEquals(0x100001, cpu.eip);
  }

  @Test
  void findsTheScreenInTextModeAsPostLeavesIt() {
    load(newest(), 0, "");
    int page = machine.cpu().gpr[Cpu.ESI];
    assertEquals(3, bus.read8(page + 0x06), "orig_video_mode");
    assertEquals(80, bus.read8(page + 0x07), "orig_video_cols");
    assertEquals(25, bus.read8(page + 0x0e), "orig_video_lines");
    assertEquals(1, bus.read8(page + 0x0f), "orig_video_isVGA");
    assertEquals(16, bus.read16(page + 0x10), "orig_video_points");
    byte[] blank = machine.screen().png();
    for (int i = 0; i < 5; i++) {
      bus.write16(0xb8000 + 160 + 2 * i, 0x1f00 | "Linux".charAt(i));
    }
    assertTrue(machine.screen().text().orElseThrow().toString().contains("\nLinux"));
    assertFalse(Arrays.equals(blank, machine.screen().png()), "there is a font to draw it with");
  }

  @Test
  void aDisplayWithoutVgaIsNotSaidToHaveTextModes() {
    MachineConfig config = MachineConfig.DEFAULT.withMemory(MEMORY);
    Machine other = new Machine(config.withBoard(Boards.named("pc-bochs-display")));
    new DirectLinuxBoot(kernel(newest()), new byte[0], "").load(other);
    assertEquals(0, other.bus().read8(other.cpu().gpr[Cpu.ESI] + 0x0f));
    assertEquals(0, other.bus().read16(0xc0000), "no ROM");
  }

  private long descriptor(int selector) {
    int at = machine.cpu().gdtrBase + selector;
    return (long) bus.read32(at + 4) << 32 | bus.read32(at) & 0xffffffffL;
  }

  @Test
  void theZeroPageHasHeaderMemoryMapCommandLineAndInitrd() {
    ByteBuffer file = newest();
    load(file, 5000, "console=ttyS0 quiet");
    int params = 0x90000;
    assertEquals(0x53726448, bus.read32(params + 0x202));
    assertEquals(0xff, bus.read8(params + 0x210), "a loader without a number");
    assertEquals(0x100000, bus.read32(params + 0x214));
    int line = bus.read32(params + 0x228);
    assertArrayEquals("console=ttyS0 quiet\0".getBytes(), guest(line, 20));
    int initrd = bus.read32(params + 0x218);
    assertEquals(5000, bus.read32(params + 0x21c));
    assertEquals(MEMORY - 8192, initrd, "as high as it can lie, page by page");
    assertArrayEquals(new byte[] {1, 2, 3, 4}, guest(initrd, 4));
    assertEquals(4, bus.read8(params + 0x1e8));
    int last = params + 0x2d0 + 3 * 20;
    assertEquals(0x100000, bus.read32(last));
    assertEquals(MEMORY - 0x100000, bus.read32(last + 8));
    assertEquals(1, bus.read32(last + 16));
    assertEquals((MEMORY >> 10) - 1024, bus.read32(params + 0x1e0));
    assertEquals(0, bus.read8(params + 0x1ef), "the sentinel");
  }

  @Test
  void anOldKernelFindsItsCommandLineByTheOldMagic() {
    load(Kernels.bzImage(0x201), 0, "ro");
    assertEquals(0xa33f, bus.read16(0x90020));
    int line = 0x90000 + bus.read16(0x90022);
    assertArrayEquals("ro\0".getBytes(), guest(line, 3));
    assertEquals(0, bus.read32(0x90228));
  }

  @Test
  void theInitrdStaysBelowTheKernelsLimit() {
    load(newest().putInt(0x22c, 0x7fffff), 100, "");
    assertEquals(0x7ff000, bus.read32(0x90218));
  }

  @Test
  void theInitrdStaysBelowTheMemoryThatIsNoArray() {
    BzImage kernel = kernel(newest().putInt(0x22c, 0x7fffffff));
    LinuxLayout layout = LinuxLayout.of(kernel, 5000, 0, 3L << 30);
    assertEquals(HighMemory.BEGIN - 8192, layout.initrd());
  }

  @Test
  void whatDoesNotFitIsSaidWithItsFigures() {
    ProgramException e = refused(newest(), 0, "x".repeat(2048));
    assertEquals("command line", e.field());
    assertEquals("at most 2047 bytes, as this kernel takes", e.expected());

    e = refused(newest().putInt(0x258, 0x1000000).putInt(0x260, 0x400000), 0, "");
    assertEquals("memory", e.field());
    assertEquals("at least 0x1400000 bytes for this kernel", e.expected());

    e = refused(newest().putInt(0x260, MEMORY - 0x100000 - 4096), 5000, "");
    assertEquals("initrd", e.field());
    assertEquals("0x1388", e.found());
  }
}
