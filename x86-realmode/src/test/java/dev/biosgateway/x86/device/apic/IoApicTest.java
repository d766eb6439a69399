package dev.biosgateway.x86.device.apic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.pic.Pic8259Pair;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The 82093AA against its data sheet, with the local APIC that takes its messages. */
class IoApicTest {
  private static final int SELECT = 0xfec00000;
  private static final int WINDOW = 0xfec00010;
  private static final int LAPIC_EOI = 0xfee000b0;
  private static final int LAPIC_SVR = 0xfee000f0;
  private static final int LEVEL = 0x8000;
  private static final int REMOTE_IRR = 0x4000;
  private static final int MASKED = 0x10000;

  private final DeviceBench bench = new DeviceBench();
  private final Pic8259Pair pic = bench.plug(new Pic8259Pair());
  private final LocalApic local = bench.plug(new LocalApic());
  private final IoApic ioApic = bench.plug(new IoApic());
  private final InterruptLine irq0 = pic.irq(0);
  private final InterruptLine irq10 = pic.irq(10);

  @BeforeEach
  void enable() {
    bench.bus.write32(LAPIC_SVR, 0x1ff);
    bench.bus.write32(0xfee00350, 0x10700); // LINT0 masked: the 8259A is out
  }

  private int read(int register) {
    bench.bus.write32(SELECT, register);
    return bench.bus.read32(WINDOW);
  }

  private void write(int register, int value) {
    bench.bus.write32(SELECT, register);
    bench.bus.write32(WINDOW, value);
  }

  private void redirect(int input, int low) {
    write(0x11 + 2 * input, 0);
    write(0x10 + 2 * input, low);
  }

  @Test
  void identification() {
    assertEquals(0x00170011, read(0x01));
    write(0x00, 0xffffffff);
    assertEquals(0x0f000000, read(0x00));
    assertEquals(MASKED, read(0x10));
    write(0x11, 0xffffffff);
    assertEquals(0xff000000, read(0x11), "only the destination");
  }

  @Test
  void irq0IsAtInput2() {
    redirect(2, 0x30);
    irq0.set(true);
    assertEquals(0x30, bench.acknowledge.acknowledge());
  }

  @Test
  void anEdgeIsSentOnce() {
    redirect(10, 0x41);
    irq10.set(true);
    assertEquals(0x41, bench.acknowledge.acknowledge());
    bench.bus.write32(LAPIC_EOI, 0);
    assertFalse(bench.intr, "still high is no new edge");
    irq10.set(false);
    irq10.set(true);
    assertTrue(bench.intr);
  }

  @Test
  void anEdgeWhileMaskedIsLost() {
    redirect(10, MASKED | 0x41);
    irq10.set(true);
    redirect(10, 0x41);
    assertFalse(bench.intr);
  }

  @Test
  void aLevelIsSentAgainAfterItsEndWhileItLasts() {
    redirect(10, LEVEL | 0x41);
    irq10.set(true);
    assertEquals(LEVEL | REMOTE_IRR | 0x41, read(0x24));
    assertEquals(0x41, bench.acknowledge.acknowledge());
    assertFalse(bench.intr);
    bench.bus.write32(LAPIC_EOI, 0);
    assertTrue(bench.intr, "it is still there");
    assertEquals(0x41, bench.acknowledge.acknowledge());
    irq10.set(false);
    bench.bus.write32(LAPIC_EOI, 0);
    assertFalse(bench.intr);
    assertEquals(LEVEL | 0x41, read(0x24));
  }

  @Test
  void aLevelWaitsBehindItsMask() {
    redirect(10, MASKED | LEVEL | 0x41);
    irq10.set(true);
    assertFalse(bench.intr);
    redirect(10, LEVEL | 0x41);
    assertTrue(bench.intr);
  }

  @Test
  void sharedWiresAreOneInput() {
    InterruptLine other = pic.irq(10);
    redirect(10, LEVEL | 0x41);
    irq10.set(true);
    other.set(true);
    irq10.set(false);
    assertEquals(0x41, bench.acknowledge.acknowledge());
    bench.bus.write32(LAPIC_EOI, 0);
    assertTrue(bench.intr, "the other wire is high");
    bench.acknowledge.acknowledge();
    other.set(false);
    bench.bus.write32(LAPIC_EOI, 0);
    assertFalse(bench.intr);
  }

  @Test
  void aMessageForSomebodyElseIsNotTaken() {
    write(0x11 + 20, 0x05000000);
    write(0x10 + 20, LEVEL | 0x41);
    irq10.set(true);
    assertFalse(bench.intr);
    assertEquals(LEVEL | 0x41, read(0x24), "no remote IRR");
  }

  @Test
  void savedWithAnInterruptInServiceItGoesOn() {
    redirect(10, LEVEL | 0x41);
    irq10.set(true);
    bench.acknowledge.acknowledge();
    Section io = DeviceBench.save(ioApic);
    Section cpu = DeviceBench.save(local);
    bench.bus.write32(LAPIC_EOI, 0);
    redirect(10, MASKED);
    local.restore(cpu.rewind());
    ioApic.restore(io.rewind());
    assertEquals(io, DeviceBench.save(ioApic));
    assertFalse(bench.intr);
    bench.bus.write32(LAPIC_EOI, 0);
    assertTrue(bench.intr);
  }
}
