package dev.biosgateway.x86.device.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.vga.StandardVga;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.Test;

/** Configuration mechanism 1, base addresses, and the host bridge's shadow memory. */
class PciBusTest {
  private static final int VGA = 0x80001000;

  private final DeviceBench bench = new DeviceBench();
  private final PciBus pci = bench.plug(new PciBus());
  private final HostBridge440fx bridge = bench.plug(new HostBridge440fx(false));
  private final byte[] rom = new byte[5000];
  private StandardVga vga;

  PciBusTest() {
    rom[0] = 0x55;
    rom[1] = (byte) 0xaa;
    vga = bench.plug(new StandardVga(StandardVga.Model.STANDARD, 2, 0xe0000000, 0xfebf0000, rom));
  }

  private int read32(int address) {
    bench.ports.out(0xcf8, 4, address & ~3);
    return bench.ports.in(0xcfc, 4);
  }

  private void write32(int address, int value) {
    bench.ports.out(0xcf8, 4, address);
    bench.ports.out(0xcfc, 4, value);
  }

  private void write8(int address, int value) {
    bench.ports.out(0xcf8, 4, address & ~3);
    bench.ports.out(0xcfc + (address & 3), 1, value);
  }

  @Test
  void identifiesFunctions() {
    assertEquals(0x12378086, read32(0x80000000));
    assertEquals(0x06000002, read32(0x80000008));
    assertEquals(0x11111234, read32(VGA));
    assertEquals(0x03000002, read32(VGA | 8));
    assertEquals(0x11001af4, read32(VGA | 0x2c));
    assertEquals(0xffffffff, read32(0x80000800), "no device 1");
    assertEquals(0xffffffff, read32(0x80001100), "no function 1");
    assertEquals(0xffffffff, read32(0x80011000), "no bus 1");
    assertEquals(0xffffffff, read32(0x00001000), "not enabled");
    assertTrue(bench.unmodelled.entries().isEmpty(), "probing is no fault: " + bench.unmodelled);
  }

  @Test
  void addressRegisterReadsBackAndWantsADoubleword() {
    bench.ports.out(0xcf8, 4, 0x80001003);
    assertEquals(0x80001000, bench.ports.in(0xcf8, 4));
    bench.ports.out(0xcf8, 1, 0x55);
    assertEquals(0x80001000, bench.ports.in(0xcf8, 4));
    assertTrue(bench.recorded("CF8h"));
  }

  @Test
  void narrowAccessesUseTheirByteLanes() {
    bench.ports.out(0xcf8, 4, VGA);
    assertEquals(0x1111, bench.ports.in(0xcfe, 2));
    assertEquals(0x12, bench.ports.in(0xcfd, 1));
  }

  @Test
  void baseAddressesCanBeSizedAndMoved() {
    assertEquals(0xe0000008, read32(VGA | 0x10));
    bench.bus.write8(0xe0000123, 0x5a);
    write32(VGA | 0x10, 0xffffffff);
    assertEquals(0xff000008, read32(VGA | 0x10));
    write32(VGA | 0x18, 0xffffffff);
    assertEquals(0xfffff000, read32(VGA | 0x18));
    write32(VGA | 0x14, 0xffffffff);
    assertEquals(0, read32(VGA | 0x14), "no such base address");
    write32(VGA | 0x10, 0xd0000000);
    assertEquals(0x5a, bench.bus.read8(0xd0000123));
    assertEquals(0xff, bench.bus.read8(0xe0000123), "nothing is there any more");
  }

  @Test
  void commandTurnsMemoryOff() {
    bench.bus.write8(0xe0000000, 1);
    write8(VGA | 4, 0x01);
    assertEquals(0xff, bench.bus.read8(0xe0000000));
    write8(VGA | 4, 0x03);
    assertEquals(1, bench.bus.read8(0xe0000000));
  }

  @Test
  void commandTurnsPortsOff() {
    write8(VGA | 4, 0x02);
    assertEquals(0xff, bench.in(0x3cc));
    write8(VGA | 4, 0x03);
    assertEquals(0x00, bench.in(0x3cc));
  }

  @Test
  void expansionRomAppearsWhenEnabled() {
    write32(VGA | 0x30, 0xfffffffe);
    assertEquals(0xffffe000, read32(VGA | 0x30), "8 KB");
    write32(VGA | 0x30, 0xfea00000);
    assertEquals(0xff, bench.bus.read8(0xfea00000));
    write32(VGA | 0x30, 0xfea00001);
    assertEquals(0xaa55, bench.bus.read16(0xfea00000));
    assertEquals(0xff, bench.bus.read8(0xfea00000 + 5000), "padding");
    bench.bus.write8(0xfea00000, 0);
    assertEquals(0xaa55, bench.bus.read16(0xfea00000));
  }

  @Test
  void restoreMovesTheWindowsBack() {
    bench.bus.write8(0xe0000000, 0x77);
    Section saved = DeviceBench.save(vga);
    write32(VGA | 0x10, 0xd0000000);
    write8(VGA | 4, 0);
    vga.restore(saved.rewind());
    assertEquals(0x77, bench.bus.read8(0xe0000000));
    assertEquals(0xff, bench.bus.read8(0xd0000000));
    assertEquals(saved, DeviceBench.save(vga));
  }

  @Test
  void hostBridgeCannotBeSwitchedOff() {
    write8(0x80000004, 0);
    assertEquals(0x02800006, read32(0x80000004));
  }

  @Test
  void attributeMapSwitchesBetweenPciAndShadow() {
    assertEquals(0xff, bench.bus.read8(0xc0000), "after reset the range is PCI's");
    bench.bus.write8(0xc0000, 0x11);
    write8(0x8000005a, 0x02); // C0000h: writes go to memory, reads to PCI
    bench.bus.write8(0xc0000, 0x55);
    assertEquals(0xff, bench.bus.read8(0xc0000));
    write8(0x8000005a, 0x01); // reads from memory, writes to PCI
    assertEquals(0x55, bench.bus.read8(0xc0000));
    bench.bus.write8(0xc0000, 0x66);
    assertEquals(0x55, bench.bus.read8(0xc0000));
    write8(0x8000005a, 0x33);
    bench.bus.write8(0xc0000, 0x77);
    bench.bus.write8(0xc4000, 0x78);
    assertEquals(0x77, bench.bus.read8(0xc0000));
    assertEquals(0x78, bench.bus.read8(0xc4000));
    assertEquals(0xff, bench.bus.read8(0xc8000));
    write8(0x80000059, 0x30);
    bench.bus.write8(0xfffff, 0x12);
    assertEquals(0x12, bench.bus.read8(0xfffff));
  }

  @Test
  void restoreOfTheAttributeMapKeepsOthersProtection() {
    write8(0x8000005a, 0x33);
    bench.bus.setReadOnly(0xc0000, PhysicalBus.PAGE, true);
    Section saved = DeviceBench.save(bridge);
    bridge.restore(saved.rewind());
    assertTrue(bench.bus.isReadOnly(0xc0000));
  }

  @Test
  void resetControlPulsesReset() {
    bench.out(0xcf9, 0x02);
    assertEquals(null, bench.requestedReset);
    bench.out(0xcf9, 0x06);
    assertEquals(ResetKind.HARD, bench.requestedReset);
    assertEquals(0x06, bench.in(0xcf9));
  }

  @Test
  void aPlaceIsTakenOnce() {
    PciFunction other = new PciFunction("other", 1, 2, 0, 0);
    assertThrows(IllegalStateException.class, () -> pci.plug(2, 0, other));
    assertThrows(IllegalArgumentException.class, () -> pci.plug(32, 0, other));
  }
}
