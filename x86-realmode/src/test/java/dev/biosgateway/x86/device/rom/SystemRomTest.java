package dev.biosgateway.x86.device.rom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.pci.HostBridge440fx;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.Test;

/** The system BIOS below 4 GB and below 1 MB, and its shadow. */
class SystemRomTest {
  private static final int PAM0 = 0x59;
  private static final int SMRAM = 0x72;

  private final DeviceBench bench = new DeviceBench();

  /** 256 KB in which every byte says in which 64 KB it is, and the last is EAh. */
  private static RomImage image(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (0x10 + (i >>> 16));
    }
    bytes[size - 16] = (byte) 0xea;
    return new RomImage("test", bytes);
  }

  private HostBridge440fx withBridge(int size) {
    bench.plug(new PciBus());
    HostBridge440fx bridge = bench.plug(new HostBridge440fx(false));
    bench.plug(new SystemRom(image(size)));
    return bridge;
  }

  private void config(int register, int value) {
    bench.ports.out(0xcf8, 4, 0x80000000 | register & 0xfc);
    bench.out(0xcfc + (register & 3), value);
  }

  private int config(int register) {
    bench.ports.out(0xcf8, 4, 0x80000000 | register & 0xfc);
    return bench.in(0xcfc + (register & 3));
  }

  @Test
  void endsAtFourGigabytesAndShowsItsEndBelowOneMegabyte() {
    withBridge(256 << 10);
    assertEquals(0xea, bench.bus.read8(0xfffffff0));
    assertEquals(0x10, bench.bus.read8(0xfffc0000));
    assertEquals(0xea, bench.bus.read8(0xffff0));
    assertEquals(0x12, bench.bus.read8(0xe0000));
    assertEquals(0x13131313, bench.bus.read32(0xf0000));
    bench.bus.write8(0xffff0, 0);
    assertEquals(0xea, bench.bus.read8(0xffff0));
    assertEquals(0xff, bench.bus.read8(0xd0000), "nothing is there");
  }

  @Test
  void isShadowedAsFirmwareDoesIt() {
    withBridge(128 << 10);
    config(PAM0, 0x20); // F0000h: reads from PCI, writes to memory
    assertEquals(0x11, bench.bus.read8(0xf0000));
    for (int at = 0xf0000; at < 0x100000; at += 4) {
      bench.bus.write32(at, bench.bus.read32(at));
    }
    bench.bus.write8(0xf1234, 0x77);
    assertEquals(0x11, bench.bus.read8(0xf1234), "reads still see the ROM");
    config(PAM0, 0x30);
    assertEquals(0x77, bench.bus.read8(0xf1234));
    assertEquals(0xea, bench.bus.read8(0xffff0));
    config(PAM0, 0x10);
    bench.bus.write8(0xf1234, 0x66);
    assertEquals(0x77, bench.bus.read8(0xf1234), "write-protected");
    config(PAM0, 0x00);
    assertEquals(0x11, bench.bus.read8(0xf1234));
  }

  @Test
  void theMemoryBehindTheDisplayOpensAndLocks() {
    withBridge(128 << 10);
    bench.bus.write8(0xa0000, 0x12);
    bench.bus.map(0xa0000, 0x20000, new Window());
    assertEquals(0x55, bench.bus.read8(0xa0000), "the display's window");
    config(SMRAM, 0x4a);
    assertEquals(0x12, bench.bus.read8(0xa0000));
    bench.bus.write8(0xa0001, 0x34);
    config(SMRAM, 0x1a);
    assertEquals(0x55, bench.bus.read8(0xa0000));
    config(SMRAM, 0x42);
    assertEquals(0x1a, config(SMRAM), "locked: D_OPEN stays off, G_SMRAME as it was");
    assertEquals(0x55, bench.bus.read8(0xa0001));
    assertEquals(0x34, bench.bus.ram[0xa0001]);
  }

  @Test
  void aResetShowsTheRomAgain() {
    HostBridge440fx bridge = withBridge(128 << 10);
    config(PAM0, 0x30);
    bench.bus.write8(0xffff0, 0);
    assertEquals(0, bench.bus.read8(0xffff0));
    bridge.reset(ResetKind.HARD);
    assertEquals(0xea, bench.bus.read8(0xffff0));
  }

  @Test
  void shadowingIsState() {
    HostBridge440fx bridge = withBridge(128 << 10);
    config(PAM0, 0x30);
    bench.bus.write8(0xf0000, 0x99);
    Section saved = DeviceBench.save(bridge);
    bridge.reset(ResetKind.HARD);
    bridge.restore(saved.rewind());
    assertEquals(0x99, bench.bus.read8(0xf0000));
    assertFalse(bench.bus.isReadOnly(0xf0000));
  }

  @Test
  void withoutAHostBridgeItIsInMemory() {
    bench.plug(new SystemRom(image(64 << 10)));
    assertEquals(0xea, bench.bus.read8(0xffff0));
    assertEquals(0x10, bench.bus.ram[0xf0000]);
    assertEquals(0, bench.bus.read8(0xe0000), "64 KB are at F0000h only");
  }

  @Test
  void withoutAHostBridgeMoreOfItShows() {
    bench.plug(new SystemRom(image(256 << 10)));
    assertEquals(0x10, bench.bus.read8(0xc0000));
    assertEquals(0x12, bench.bus.read8(0xe0000));
    assertEquals(0xea, bench.bus.read8(0xffff0));
  }

  @Test
  void imagesHaveSizesThatCanBe() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SystemRom(new RomImage("odd", new byte[100_000])));
    assertThrows(
        IllegalArgumentException.class,
        () -> new IsaRom("rom", 0xff000, new RomImage("long", new byte[0x2000])));
    assertThrows(IllegalArgumentException.class, () -> new RomImage("none", new byte[0]));
    byte[] rom = new byte[512];
    assertFalse(new RomImage("no", rom).isForPci());
    rom[0] = 0x55;
    rom[1] = (byte) 0xaa;
    rom[0x18] = 0x40;
    System.arraycopy(new byte[] {'P', 'C', 'I', 'R'}, 0, rom, 0x40, 4);
    assertTrue(new RomImage("yes", rom).isForPci());
  }

  /** A display's window that reads 55h. */
  private record Window() implements Region {
    @Override
    public String name() {
      return "display";
    }

    @Override
    public int read(int offset, int size) {
      return 0x55;
    }

    @Override
    public void write(int offset, int size, int value) {}
  }
}
