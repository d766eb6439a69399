package dev.biosgateway.x86.device.hpet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.apic.IoApic;
import dev.biosgateway.x86.device.apic.LocalApic;
import dev.biosgateway.x86.device.pic.Pic8259Pair;
import dev.biosgateway.x86.device.pit.Pit8254;
import dev.biosgateway.x86.device.rtc.CmosImage;
import dev.biosgateway.x86.device.rtc.Mc146818;
import dev.biosgateway.x86.state.Section;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The HPET against IA-PC HPET specification 1.0a. */
class HpetTest {
  private static final int CONFIGURATION = 0x010;
  private static final int STATUS = 0x020;
  private static final int COUNTER = 0x0f0;
  private static final int ENABLE = 1;
  private static final int LEGACY = 2;

  private static final int LEVEL = 1 << 1;
  private static final int INTERRUPT = 1 << 2;
  private static final int PERIODIC = 1 << 3;
  private static final int VALUE_SET = 1 << 6;
  private static final int MODE_32 = 1 << 8;
  private static final int ROUTE_SHIFT = 9;

  private static final int LAPIC_SVR = 0xfee000f0;
  private static final int LAPIC_IRR_64_95 = 0xfee00220;
  private static final int LAPIC_EOI = 0xfee000b0;
  private static final int IO_SELECT = 0xfec00000;
  private static final int IO_WINDOW = 0xfec00010;
  private static final int VECTOR = 0x55;
  private static final int VECTOR_BIT = 1 << (VECTOR & 31);

  private final DeviceBench bench = new DeviceBench();
  private final Hpet hpet = board();

  private Hpet board() {
    bench.plug(new Pic8259Pair());
    bench.plug(new Pit8254());
    bench.plug(
        new Mc146818(new CmosImage(Instant.parse("2000-01-01T00:00:00Z"), 1 << 20, 0, false)));
    bench.plug(new LocalApic());
    bench.plug(new IoApic());
    return bench.plug(new Hpet());
  }

  private int read(int register) {
    return bench.bus.read32(Hpet.BASE + register);
  }

  private void write(int register, int value) {
    bench.bus.write32(Hpet.BASE + register, value);
  }

  private static int config(int timer) {
    return 0x100 + 0x20 * timer;
  }

  private static int comparator(int timer) {
    return 0x108 + 0x20 * timer;
  }

  @Test
  void saysWhatItIs() {
    assertEquals(0x8086a201, read(0x000), "64 bits, legacy route, three timers, revision 1");
    assertEquals(10_000_000, read(0x004), "femtoseconds of a tick: 100 MHz");
    for (int timer = 0; timer < 3; timer++) {
      assertEquals(0x30, read(config(timer)), "64 bits, can be periodic");
      assertEquals(0x00f00000, read(config(timer) + 4), "inputs 20 to 23");
      assertEquals(-1, read(comparator(timer)));
      assertEquals(-1, read(comparator(timer) + 4));
    }
  }

  @Test
  void countsOnlyWhileEnabled() {
    bench.runFor(1000);
    assertEquals(0, read(COUNTER));
    write(CONFIGURATION, ENABLE);
    bench.runFor(1000);
    assertEquals(100, read(COUNTER));
    write(CONFIGURATION, 0);
    bench.runFor(1000);
    assertEquals(100, read(COUNTER));
    write(COUNTER, 0xfffffffe);
    write(COUNTER + 4, 7);
    write(CONFIGURATION, ENABLE);
    bench.runFor(50);
    assertEquals(3, read(COUNTER));
    assertEquals(8, read(COUNTER + 4), "64 bits");
    assertEquals(0x0003, bench.bus.read16(Hpet.BASE + COUNTER));
  }

  @Test
  void aPeriodicTimerOnTheLegacyRouteTakesThePlaceOfThe8254() {
    bench.out(0x43, 0x34);
    bench.out(0x40, 0);
    bench.out(0x40, 0); // every 55 ms
    write(config(0), INTERRUPT | PERIODIC | VALUE_SET | MODE_32);
    write(comparator(0), 1000); // the first at 10 us
    write(comparator(0), 500); // then every 5 us
    bench.edges.get(0).clear();
    long begin = bench.clock.nanos();
    write(CONFIGURATION, ENABLE | LEGACY);
    bench.runFor(26_000);
    List<Long> expected = List.of(begin + 10_000, begin + 15_000, begin + 20_000, begin + 25_000);
    assertEquals(expected, bench.edges.get(0));
    assertEquals(3000, read(comparator(0)), "the next one");
    write(config(0), 0);
    bench.edges.get(0).clear();
    bench.runFor(60_000_000);
    assertTrue(bench.edges.get(0).isEmpty(), "the 8254 does not come through");
    write(CONFIGURATION, ENABLE);
    bench.runFor(60_000_000);
    assertFalse(bench.edges.get(0).isEmpty(), "and now it does");
  }

  @Test
  void aTimerOf32BitsComesOnceARound() {
    write(config(1), INTERRUPT | MODE_32);
    write(comparator(1), 10);
    assertEquals(0, read(comparator(1) + 4));
    long begin = bench.clock.nanos();
    write(CONFIGURATION, ENABLE | LEGACY);
    bench.runFor((1L << 32) * 10 + 200);
    long round = (1L << 32) * 10;
    assertEquals(List.of(begin + 100, begin + round + 100), bench.edges.get(8), "IRQ 8");
  }

  @Test
  void aLevelTriggeredTimerWaitsForItsAcknowledgement() {
    bench.bus.write32(LAPIC_SVR, 0x1ff);
    bench.bus.write32(IO_SELECT, 0x10 + 2 * 22);
    bench.bus.write32(IO_WINDOW, 0x8000 | VECTOR); // level, active high
    write(config(2), INTERRUPT | LEVEL | 22 << ROUTE_SHIFT);
    write(comparator(2), 100);
    write(comparator(2) + 4, 0);
    write(CONFIGURATION, ENABLE);
    bench.runFor(990);
    assertEquals(0, read(STATUS));
    bench.runFor(10);
    assertEquals(4, read(STATUS));
    assertEquals(VECTOR_BIT, bench.bus.read32(LAPIC_IRR_64_95) & VECTOR_BIT);
    assertEquals(VECTOR, bench.acknowledge.acknowledge(), "taken");
    bench.bus.write32(LAPIC_EOI, 0);
    assertEquals(VECTOR_BIT, bench.bus.read32(LAPIC_IRR_64_95) & VECTOR_BIT, "still high");
    bench.acknowledge.acknowledge();
    write(STATUS, 4);
    assertEquals(0, read(STATUS));
    bench.bus.write32(LAPIC_EOI, 0);
    assertEquals(0, bench.bus.read32(LAPIC_IRR_64_95) & VECTOR_BIT);
  }

  @Test
  void itsStateGoesOnWhereItWasSaved() {
    write(config(0), INTERRUPT | PERIODIC | VALUE_SET | MODE_32);
    write(comparator(0), 1000);
    write(comparator(0), 500);
    write(CONFIGURATION, ENABLE | LEGACY);
    bench.runFor(12_000);
    Section saved = DeviceBench.save(hpet);
    long next = bench.clock.nanos() + 3000;
    hpet.reset(ResetKind.HARD);
    assertEquals(0, read(CONFIGURATION));
    hpet.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(hpet));
    bench.edges.get(0).clear();
    bench.runFor(4000);
    assertEquals(List.of(next), bench.edges.get(0));
  }

  @Test
  void whatItHasNotIsRecorded() {
    write(config(0), 1 << 14);
    assertTrue(bench.recorded("front side bus"));
    assertEquals(0, read(0x3f0));
    assertTrue(bench.recorded("hpet: read of register 3F0h"));
    bench.bus.write16(Hpet.BASE + CONFIGURATION, 1);
    assertTrue(bench.recorded("other than 32 bits"));
  }
}
