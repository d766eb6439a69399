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

/** The local APIC against the SDM, vol. 3, chapter 10, through its register page. */
class LocalApicTest {
  private static final int BASE = 0xfee00000;
  private static final int TPR = BASE + 0x80;
  private static final int PPR = BASE + 0xa0;
  private static final int EOI = BASE + 0xb0;
  private static final int LDR = BASE + 0xd0;
  private static final int SVR = BASE + 0xf0;
  private static final int ISR = BASE + 0x100;
  private static final int IRR = BASE + 0x200;
  private static final int ESR = BASE + 0x280;
  private static final int ICR = BASE + 0x300;
  private static final int ICR_HIGH = BASE + 0x310;
  private static final int LVT_TIMER = BASE + 0x320;
  private static final int LVT_LINT0 = BASE + 0x350;
  private static final int TIMER_INITIAL = BASE + 0x380;
  private static final int TIMER_CURRENT = BASE + 0x390;
  private static final int TIMER_DIVIDE = BASE + 0x3e0;
  private static final int SELF = 0x40000;

  private final DeviceBench bench = new DeviceBench();
  private final Pic8259Pair pic = bench.plug(new Pic8259Pair());
  private final LocalApic apic = bench.plug(new LocalApic());
  private final InterruptLine irq3 = pic.irq(3);

  @BeforeEach
  void enable() {
    bench.bus.write32(SVR, 0x1ff);
    bench.out(0x20, 0x11);
    bench.out(0x21, 0x08);
    bench.out(0x21, 0x04);
    bench.out(0x21, 0x01);
  }

  private int read(int register) {
    return bench.bus.read32(register);
  }

  private void write(int register, int value) {
    bench.bus.write32(register, value);
  }

  @Test
  void says82489dxIsNotWhatItIs() {
    assertEquals(0x00040011, read(BASE + 0x30));
    assertEquals(0xfee00900L, bench.apicBase.read());
  }

  @Test
  void servesTheHighestVectorAndHoldsBackTheLowerClass() {
    write(ICR, SELF | 0x41);
    write(ICR, SELF | 0x62);
    assertEquals(1 << 1, read(IRR + 0x20));
    assertEquals(1 << 2, read(IRR + 0x30));
    assertTrue(bench.intr);
    assertEquals(0x62, bench.acknowledge.acknowledge());
    assertEquals(1 << 2, read(ISR + 0x30));
    assertEquals(0x60, read(PPR));
    assertFalse(bench.intr, "41h waits for the end of 62h");
    write(ICR, SELF | 0x6f);
    assertFalse(bench.intr, "the same class does not interrupt");
    write(ICR, SELF | 0x70);
    assertTrue(bench.intr);
    assertEquals(0x70, bench.acknowledge.acknowledge());
    write(EOI, 0);
    write(EOI, 0);
    assertEquals(0x6f, bench.acknowledge.acknowledge());
    write(EOI, 0);
    assertEquals(0x41, bench.acknowledge.acknowledge());
  }

  @Test
  void taskPriorityHoldsBackItsClassAndThoseBelow() {
    write(TPR, 0x50);
    write(ICR, SELF | 0x5f);
    assertFalse(bench.intr);
    write(TPR, 0x4f);
    assertTrue(bench.intr);
    write(TPR, 0x50);
    assertEquals(0xff, bench.acknowledge.acknowledge(), "the spurious vector, nothing in service");
    assertEquals(0, read(ISR + 0x20));
  }

  @Test
  void letsThe8259ThroughLint0() {
    bench.out(0x21, 0);
    irq3.set(true);
    assertTrue(bench.intr);
    assertEquals(0x0b, bench.acknowledge.acknowledge());
    irq3.set(false);
    bench.out(0x20, 0x20);
    write(LVT_LINT0, 0x10700);
    irq3.set(true);
    assertFalse(bench.intr, "masked");
    write(LVT_LINT0, 0x700);
    assertTrue(bench.intr);
  }

  @Test
  void lint0AsAVectorIsAnEdge() {
    bench.out(0x21, 0);
    write(LVT_LINT0, 0x55);
    irq3.set(true);
    assertEquals(0x55, bench.acknowledge.acknowledge());
  }

  @Test
  void switchedOffItIsAWire() {
    bench.out(0x21, 0);
    write(LVT_LINT0, 0x10700);
    assertTrue(bench.apicBase.write(0xfee00000L));
    assertFalse(bench.apicBase.enabled());
    irq3.set(true);
    assertTrue(bench.intr);
    assertEquals(0x0b, bench.acknowledge.acknowledge());
    assertEquals(-1, read(SVR), "nothing answers");
  }

  @Test
  void movesWithItsBaseAndRefusesReservedBits() {
    assertTrue(bench.apicBase.write(0xfed10800L));
    bench.bus.write32(0xfed100f0, 0x1ff);
    assertEquals(0x1ff, bench.bus.read32(0xfed100f0));
    assertEquals(-1, read(SVR));
    assertFalse(bench.apicBase.write(0x1_fee0_0800L), "above 4 GB");
    assertFalse(bench.apicBase.write(0xfee00801L));
  }

  @Test
  void timerCountsOnceOrAgainAndAgain() {
    write(TIMER_DIVIDE, 0x3); // by 16: 160 ns
    write(LVT_TIMER, 0x30);
    write(TIMER_INITIAL, 1000);
    bench.runFor(80_000);
    assertEquals(500, read(TIMER_CURRENT));
    bench.runFor(79_999);
    assertFalse(bench.intr);
    bench.runFor(1);
    assertEquals(0x30, bench.acknowledge.acknowledge());
    write(EOI, 0);
    bench.runFor(1_000_000);
    assertFalse(bench.intr);
    assertEquals(0, read(TIMER_CURRENT));

    write(LVT_TIMER, 0x20030);
    write(TIMER_INITIAL, 1000);
    for (int i = 0; i < 3; i++) {
      bench.runFor(160_000);
      assertEquals(0x30, bench.acknowledge.acknowledge());
      write(EOI, 0);
      assertFalse(bench.intr);
    }
    write(TIMER_INITIAL, 0);
    bench.runFor(1_000_000);
    assertFalse(bench.intr, "an initial count of 0 stops it");
  }

  @Test
  void everyDivisorOfTheTable() {
    int[] codes = {0xb, 0, 1, 2, 3, 8, 9, 0xa};
    for (int i = 0; i < codes.length; i++) {
      write(TIMER_DIVIDE, codes[i]);
      write(TIMER_INITIAL, 0x10000);
      bench.runFor(10L * 100 << i);
      assertEquals(0x10000 - 100, read(TIMER_CURRENT), "divisor " + (1 << i));
    }
  }

  @Test
  void maskedTimerRunsWithoutInterrupt() {
    write(TIMER_DIVIDE, 0xb);
    write(LVT_TIMER, 0x30030);
    write(TIMER_INITIAL, 100);
    bench.runFor(1500);
    assertFalse(bench.intr);
    assertEquals(50, read(TIMER_CURRENT));
    write(LVT_TIMER, 0x20030);
    bench.runFor(500);
    assertTrue(bench.intr);
  }

  @Test
  void softwareDisabledItMasksItsTableButNotThe8259() {
    write(LVT_TIMER, 0x30);
    write(SVR, 0xff);
    assertEquals(0x10030, read(LVT_TIMER));
    write(LVT_TIMER, 0x30);
    assertEquals(0x10030, read(LVT_TIMER), "the mask cannot be taken away");
    write(ICR, SELF | 0x41);
    assertFalse(bench.intr);
    bench.out(0x21, 0);
    irq3.set(true);
    assertTrue(bench.intr);
  }

  @Test
  void illegalVectorsAreErrors() {
    write(ICR, SELF | 0x0f);
    assertEquals(0, read(ESR), "not before a write");
    write(ESR, 0);
    assertEquals(0x20, read(ESR));
    write(BASE + 0x400, 0);
    write(ESR, 0);
    assertEquals(0x80, read(ESR));
    assertTrue(bench.recorded("lapic: write of register 400h"));
  }

  @Test
  void logicalDestinationsFlatAndCluster() {
    write(LDR, 0x04000000);
    write(ICR_HIGH, 0x06000000);
    write(ICR, 0x841);
    assertTrue(bench.intr, "one of the bits is ours");
    bench.acknowledge.acknowledge();
    write(EOI, 0);
    write(ICR_HIGH, 0x03000000);
    write(ICR, 0x841);
    assertFalse(bench.intr);
    write(BASE + 0xe0, 0x0fffffff); // cluster model
    write(LDR, 0x21000000);
    write(ICR_HIGH, 0x23000000);
    write(ICR, 0x842);
    assertTrue(bench.intr);
    bench.acknowledge.acknowledge();
    write(EOI, 0);
    write(ICR_HIGH, 0x31000000);
    write(ICR, 0x843);
    assertFalse(bench.intr, "another cluster");
  }

  @Test
  void aMessageToOthersReachesNobody() {
    write(ICR, 0xc0000 | 0x41);
    assertFalse(bench.intr);
    assertEquals(0, read(IRR + 0x20));
  }

  @Test
  void savedInTheMiddleItGoesOn() {
    write(TIMER_DIVIDE, 0xb);
    write(LVT_TIMER, 0x20030);
    write(TIMER_INITIAL, 100);
    write(ICR, SELF | 0x62);
    bench.acknowledge.acknowledge();
    write(ICR, SELF | 0x41);
    bench.runFor(700);
    Section saved = DeviceBench.save(apic);
    write(EOI, 0);
    write(TIMER_INITIAL, 0);
    write(SVR, 0);
    apic.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(apic));
    assertEquals(30, read(TIMER_CURRENT));
    assertFalse(bench.intr);
    bench.runFor(300);
    assertEquals(1 << 16, read(IRR + 0x10), "30h has come");
  }

  @Test
  void aProcessorWithoutOneIsLeftAlone() {
    DeviceBench old = new DeviceBench();
    old.hasApic = false;
    Pic8259Pair controllers = old.plug(new Pic8259Pair());
    old.plug(new LocalApic());
    assertEquals(-1, old.bus.read32(SVR));
    old.out(0x20, 0x11);
    old.out(0x21, 0x08);
    old.out(0x21, 0x04);
    old.out(0x21, 0x01);
    old.out(0x21, 0);
    controllers.irq(3).set(true);
    assertTrue(old.intr);
    assertEquals(0x0b, old.acknowledge.acknowledge());
  }
}
