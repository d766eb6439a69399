package dev.biosgateway.x86.device.pit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The 8254 against the waveforms of its data sheet, pulse by pulse of virtual time. */
class Pit8254Test {
  private final DeviceBench bench = new DeviceBench();
  private final Pit8254 pit = bench.plug(new Pit8254());

  Pit8254Test() {
    bench.plug(new SystemControlB());
  }

  private static long nanos(long pulse) {
    return pulse / Pit8254.HERTZ * 1_000_000_000L
        + (pulse % Pit8254.HERTZ * 1_000_000_000L + Pit8254.HERTZ - 1) / Pit8254.HERTZ;
  }

  private void toPulse(long pulse) {
    bench.runTo(nanos(pulse));
  }

  private void program(int counter, int mode, int count) {
    bench.out(0x43, counter << 6 | 0x30 | mode << 1);
    bench.out(0x40 + counter, count & 0xff);
    bench.out(0x40 + counter, count >>> 8);
  }

  private int latched(int counter) {
    bench.out(0x43, counter << 6);
    return bench.in(0x40 + counter) | bench.in(0x40 + counter) << 8;
  }

  private boolean out2() {
    return (bench.in(0x61) & 0x20) != 0;
  }

  private void gate2(boolean high) {
    bench.out(0x61, high ? 1 : 0);
  }

  /** Levels of OUT 2 from one pulse on, H or L for each. */
  private String wave(long from, int pulses) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < pulses; i++) {
      toPulse(from + i);
      s.append(out2() ? 'H' : 'L');
    }
    return s.toString();
  }

  @Test
  void pulsesFollowVirtualTimeWithoutDrift() {
    for (long pulse : new long[] {0, 1, 17, 1_193_181, 1_193_182, 1_193_183, 10_000_000_000L}) {
      toPulse(pulse);
      assertEquals(pulse, pit.pulse());
    }
  }

  // The count is written at pulse 10, so it is loaded at pulse 11.

  @Test
  void mode0CountsDownThenStaysHigh() {
    gate2(true);
    toPulse(10);
    program(2, 0, 4);
    assertEquals("LLLLLHHHH", wave(10, 9));
    assertEquals(0xfffd, latched(2), "and goes on counting");
  }

  @Test
  void mode0WaitsWhileGateIsLow() {
    gate2(true);
    toPulse(10);
    program(2, 0, 4);
    toPulse(12);
    gate2(false);
    assertEquals(3, latched(2));
    toPulse(20);
    assertEquals(3, latched(2));
    gate2(true);
    assertEquals("LLLHH", wave(20, 5));
  }

  @Test
  void mode0FirstByteStopsTheCount() {
    gate2(true);
    toPulse(10);
    program(2, 0, 2);
    toPulse(20);
    assertTrue(out2());
    bench.out(0x42, 5);
    assertFalse(out2());
    toPulse(30);
    assertFalse(out2());
    bench.out(0x42, 0);
    assertEquals("LLLLLLH", wave(30, 7));
  }

  @Test
  void mode1IsARetriggerableOneShot() {
    toPulse(10);
    program(2, 1, 3);
    assertEquals("HHHH", wave(10, 4), "waits for the gate");
    gate2(true); // at pulse 13
    assertEquals("HLLLHH", wave(13, 6));
    gate2(false);
    gate2(true); // at pulse 18
    toPulse(20);
    gate2(false);
    gate2(true); // again, before it ends
    assertEquals("LLLLHH", wave(20, 6));
  }

  @Test
  void mode2DividesByN() {
    gate2(true);
    toPulse(10);
    program(2, 2, 4);
    assertEquals("HHHHLHHHLHHHL", wave(10, 13));
  }

  @Test
  void mode2TakesANewCountAfterThePeriod() {
    gate2(true);
    toPulse(10);
    program(2, 2, 4);
    toPulse(12);
    bench.out(0x42, 3);
    bench.out(0x42, 0);
    assertEquals("HHLHHLHHL", wave(12, 9));
  }

  @Test
  void mode2GateStopsAndStartsAnew() {
    gate2(true);
    toPulse(10);
    program(2, 2, 4);
    toPulse(14); // OUT is low
    assertFalse(out2());
    gate2(false);
    assertTrue(out2(), "gate low forces OUT high");
    assertEquals("HHHHHH", wave(14, 6));
    gate2(true); // at 19, loads at 20
    assertEquals("HHHHLHHHL", wave(19, 9));
  }

  @ParameterizedTest
  @CsvSource({"4,HHHLLHHLLHHLL", "5,HHHHLLHHHLLHH"})
  void mode3IsASquareWave(int count, String expected) {
    gate2(true);
    toPulse(10);
    program(2, 3, count);
    assertEquals(expected, wave(10, 13));
  }

  @Test
  void mode3CountsByTwo() {
    gate2(true);
    toPulse(10);
    program(2, 3, 6);
    int[] even = {6, 4, 2, 6, 4, 2, 6};
    for (int i = 0; i < even.length; i++) {
      toPulse(11 + i);
      assertEquals(even[i], latched(2));
    }
    toPulse(30);
    program(2, 3, 5);
    int[] odd = {4, 2, 0, 4, 2, 4, 2, 0};
    for (int i = 0; i < odd.length; i++) {
      toPulse(31 + i);
      assertEquals(odd[i], latched(2));
    }
  }

  @Test
  void mode3TakesANewCountAtTheHalfCycle() {
    gate2(true);
    toPulse(10);
    program(2, 3, 8); // high 11 to 14, low 15 to 18
    toPulse(12);
    bench.out(0x42, 4);
    bench.out(0x42, 0);
    assertEquals("HHHLLHHLL", wave(12, 9));
  }

  @Test
  void mode4IsAStrobe() {
    gate2(true);
    toPulse(10);
    program(2, 4, 3);
    assertEquals("HHHHLHHH", wave(10, 8));
    bench.out(0x42, 2); // a new count strobes again
    bench.out(0x42, 0);
    assertEquals("HHHLHH", wave(17, 6));
  }

  @Test
  void mode5StrobesAfterTheGate() {
    toPulse(10);
    program(2, 5, 3);
    assertEquals("HHHHHH", wave(10, 6));
    gate2(true); // at 15
    assertEquals("HHHHLHH", wave(15, 7));
  }

  @Test
  void countsInDecimal() {
    gate2(true);
    bench.out(0x43, 0xb0 | 1);
    bench.out(0x42, 0x00);
    bench.out(0x42, 0x10); // 1000
    toPulse(1);
    assertEquals(0x1000, latched(2));
    toPulse(2);
    assertEquals(0x0999, latched(2));
    toPulse(1002);
    assertEquals(0x9999, latched(2));
  }

  @Test
  void zeroIsTheLargestCount() {
    gate2(true);
    program(2, 2, 0);
    toPulse(1);
    assertEquals(0, latched(2));
    toPulse(2);
    assertEquals(0xffff, latched(2));
    toPulse(0x10001);
    assertEquals(0, latched(2), "one period later");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void oneByteAccess(int readWrite) {
    gate2(true);
    bench.out(0x43, 0x80 | readWrite << 4 | 2 << 1);
    bench.out(0x42, 0x34);
    toPulse(1);
    assertEquals(0x34, bench.in(0x42));
    toPulse(2);
    assertEquals(0x33, bench.in(0x42));
  }

  @Test
  void latchHoldsUntilRead() {
    gate2(true);
    program(2, 2, 0x1234);
    toPulse(5);
    bench.out(0x43, 0x80);
    int at5 = 0x1234 - 4;
    toPulse(100);
    bench.out(0x43, 0x80); // a second latch command is ignored
    assertEquals(at5 & 0xff, bench.in(0x42));
    assertEquals(at5 >>> 8, bench.in(0x42));
    assertEquals(0x1234 - 99 & 0xff, bench.in(0x42), "then it is live again");
  }

  @Test
  void readBackStatusThenCount() {
    gate2(true);
    program(2, 3, 100);
    bench.out(0x43, 0xc8 | 0x20); // status of counter 2
    assertEquals(0x80 | 0x40 | 0x36, bench.in(0x42), "OUT high, null count, both bytes, mode 3");
    toPulse(60);
    bench.out(0x43, 0xc8); // status and count
    assertEquals(0x36, bench.in(0x42), "OUT low, count loaded");
    int count = bench.in(0x42) | bench.in(0x42) << 8;
    assertEquals(100 - 2 * 9, count);
  }

  @Test
  void modes6And7AreModes2And3() {
    gate2(true);
    bench.out(0x43, 0xbe);
    bench.out(0x43, 0xe8);
    assertEquals(3 << 1, bench.in(0x42) & 0x0e);
  }

  @Test
  void counter0InterruptsAtExactInstants() {
    bench.runTo(1000);
    program(0, 2, 11932);
    bench.runTo(nanos(50_000));
    // Mode 2 begins with OUT high. Written in pulse 1, the count is loaded at 2; OUT rises at
    // reloads.
    List<Long> expected = new ArrayList<>(List.of(1000L));
    for (int period = 1; period <= 4; period++) {
      expected.add(nanos(2 + period * 11932));
    }
    assertEquals(expected, bench.edges.get(0));
  }

  @Test
  void oneShotInterruptsOnce() {
    program(0, 0, 100);
    bench.runTo(nanos(200_000));
    assertEquals(List.of(nanos(101)), bench.edges.get(0));
  }

  @Test
  void refreshTogglesEvery18Pulses() {
    int before = bench.in(0x61) & 0x10;
    toPulse(18);
    assertNotEquals(before, bench.in(0x61) & 0x10);
    toPulse(36);
    assertEquals(before, bench.in(0x61) & 0x10);
  }

  @Test
  void portBReadsBackItsControls() {
    bench.out(0x61, 0x0f);
    assertEquals(0x0f, bench.in(0x61) & 0x0f);
    bench.out(0x61, 0xc0);
    assertTrue(bench.recorded("error bits"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void countOf1IsForbiddenInModes2And3(int mode) {
    gate2(true);
    program(2, mode, 1);
    assertTrue(bench.recorded("count of 1"));
    toPulse(1);
    assertEquals(2, latched(2));
  }

  @Test
  void readOfTheControlWordIsRecorded() {
    bench.in(0x43);
    assertTrue(bench.recorded("write-only"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void savedInTheMiddleOfEverything(int mode) {
    gate2(true);
    toPulse(10);
    program(2, mode, 9);
    gate2(false);
    gate2(true);
    program(0, mode, 7);
    toPulse(13);
    bench.out(0x43, 0x80);
    bench.in(0x42); // one byte of a latched count read
    bench.out(0x42, 3); // one byte of a new count written
    Section saved = DeviceBench.save(pit);
    Section clock = new Section("clock");
    bench.clock.save(clock);
    bench.edges.get(0).clear();
    String first = wave(13, 30) + bench.edges.get(0);
    bench.clock.restore(clock.rewind());
    pit.restore(saved.rewind());
    bench.edges.get(0).clear();
    assertEquals(saved, DeviceBench.save(pit));
    assertEquals(first, wave(13, 30) + bench.edges.get(0));
  }
}
