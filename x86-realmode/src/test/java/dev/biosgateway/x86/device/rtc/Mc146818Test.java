package dev.biosgateway.x86.device.rtc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.state.Section;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The MC146818 against its data sheet, through ports 70h and 71h. */
class Mc146818Test {
  private static final long SECOND = 1_000_000_000L;
  private static final long MICRO = 1000;
  private static final int A = 0x0a;
  private static final int B = 0x0b;
  private static final int C = 0x0c;
  private static final int BCD_24 = 0x02;

  private final DeviceBench bench = new DeviceBench();
  private final Mc146818 rtc = plug("2023-12-31T23:59:58Z");

  private Mc146818 plug(String start) {
    return bench.plug(new Mc146818(new CmosImage(Instant.parse(start), 64 << 20, 0, false)));
  }

  private int read(int register) {
    bench.out(0x70, register);
    return bench.in(0x71);
  }

  private void write(int register, int value) {
    bench.out(0x70, register);
    bench.out(0x71, value);
  }

  @Test
  void timeGoesOnAcrossTheCentury() {
    assertEquals(0x23, read(9));
    bench.runTo(2 * SECOND);
    assertEquals(0x00, read(0));
    assertEquals(0x00, read(2));
    assertEquals(0x00, read(4));
    assertEquals(0x01, read(7));
    assertEquals(0x01, read(8));
    assertEquals(0x24, read(9));
    assertEquals(0x20, read(0x32));
    assertEquals(0x02, read(6), "2024 began on a Monday");
    assertEquals(Instant.parse("2024-01-01T00:00:00Z"), rtc.wallTime());
    bench.runTo((2 + 59 * 86_400L) * SECOND);
    assertEquals(0x29, read(7), "a leap year");
    assertEquals(0x02, read(8));
  }

  /** 23h, 0h, 12h and 13h in both bases and both hour formats. */
  @ParameterizedTest
  @CsvSource({
    "2,23,35",
    "2,0,0",
    "0,23,145",
    "0,0,18",
    "0,12,146",
    "0,13,129",
    "6,23,23",
    "6,13,13",
    "4,23,139",
    "4,0,12",
    "4,12,140",
    "4,1,1"
  })
  void hourFormats(int registerB, int hour, int expected) {
    write(B, registerB | 0x80);
    write(4, expected);
    write(0, 59);
    write(2, 0);
    write(9, 1);
    write(8, 1);
    write(7, 1);
    if ((registerB & 4) == 0) {
      write(0, 0x59);
    }
    write(B, registerB);
    assertEquals(hour, rtc.wallTime().atZone(ZoneOffset.UTC).getHour());
    bench.runFor(SECOND);
    assertEquals(expected, read(4), "encodes as it decodes");
    assertEquals(1, read(2));
  }

  @Test
  void updateInProgressBeforeEachUpdate() {
    bench.runTo(SECOND - 2229 * MICRO);
    assertEquals(0, read(A) & 0x80);
    bench.runTo(SECOND - 2228 * MICRO);
    assertEquals(0x80, read(A) & 0x80);
    assertEquals(0x58, read(0), "the old second is still there");
    bench.runTo(SECOND - 1);
    assertEquals(0x80, read(A) & 0x80);
    bench.runTo(SECOND);
    assertEquals(0, read(A) & 0x80);
    assertEquals(0x59, read(0));
  }

  @Test
  void setStopsTheTime() {
    write(B, 0x80 | BCD_24);
    bench.runTo(5 * SECOND);
    assertEquals(0x58, read(0));
    assertEquals(0, read(A) & 0x80);
    write(0, 0x10);
    write(B, BCD_24);
    bench.runFor(SECOND);
    assertEquals(0x11, read(0));
  }

  @Test
  void dividerResetDelaysTheFirstUpdateByHalfASecond() {
    write(A, 0x60 | 0x06);
    bench.runTo(3 * SECOND + 250_000_000L);
    assertEquals(0x58, read(0));
    write(A, 0x26);
    bench.runFor(SECOND / 2 - 1);
    assertEquals(0x58, read(0));
    bench.runFor(1);
    assertEquals(0x59, read(0));
  }

  @Test
  void updateEndedInterrupt() {
    write(B, 0x10 | BCD_24);
    bench.runTo(SECOND - 1);
    assertFalse(bench.lines[8]);
    bench.runTo(SECOND);
    assertTrue(bench.lines[8]);
    assertEquals(0x90, read(C) & 0x90);
    assertFalse(bench.lines[8], "reading C clears it");
    assertEquals(0, read(C));
    bench.runTo(2 * SECOND);
    assertTrue(bench.lines[8]);
  }

  @Test
  void alarmAtItsSecondOnly() {
    write(1, 0x02);
    write(3, 0x00);
    write(5, 0x00);
    write(B, 0x20 | BCD_24);
    bench.runTo(4 * SECOND - 1);
    assertTrue(bench.edges.get(8).isEmpty());
    bench.runTo(4 * SECOND);
    assertEquals(1, bench.edges.get(8).size());
    assertEquals(0xa0, read(C) & 0xa0);
    bench.runTo(100 * SECOND);
    assertFalse(bench.lines[8]);
  }

  @Test
  void alarmWithDontCareFiresEveryMinute() {
    write(1, 0x30);
    write(3, 0xff);
    write(5, 0xc0);
    write(B, 0x20 | BCD_24);
    for (int minute = 1; minute <= 3; minute++) {
      bench.runTo((2 + 60 * minute - 30) * SECOND);
      assertEquals(minute, bench.edges.get(8).size());
      read(C);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,3906250", "2,7812500", "3,122070", "6,976562", "15,500000000"})
  void periodicInterrupt(int rate, long period) {
    write(A, 0x20 | rate);
    write(B, 0x40 | BCD_24);
    for (int i = 1; i <= 3; i++) {
      bench.runTo(i * period - 1);
      assertFalse(bench.lines[8]);
      bench.runTo(i * period);
      assertTrue(bench.lines[8]);
      assertEquals(0xc0, read(C) & 0xc0);
    }
  }

  @Test
  void flagsRiseWithoutInterruptsBeingEnabled() {
    bench.runTo(SECOND);
    assertEquals(0x50, read(C), "update and periodic, no IRQF");
    assertFalse(bench.lines[8]);
    assertEquals(Long.MAX_VALUE, bench.clock.nextEventNanos(), "nothing waits for them");
  }

  @Test
  void resetKeepsWhatTheBatteryKeeps() {
    write(0x40, 0xa5);
    write(B, 0x70 | BCD_24);
    bench.runTo(SECOND);
    rtc.reset(ResetKind.HARD);
    assertEquals(BCD_24, read(B));
    assertEquals(0, read(C));
    assertFalse(bench.lines[8]);
    assertEquals(0xa5, read(0x40));
    assertEquals(0x59, read(0));
  }

  @Test
  void cmosSaysHowMuchMemoryThereIs() {
    assertEquals(640, read(0x15) | read(0x16) << 8);
    assertEquals(63 * 1024, read(0x17) | read(0x18) << 8);
    assertEquals(63 * 1024, read(0x30) | read(0x31) << 8);
    assertEquals(48 * 16, read(0x34) | read(0x35) << 8);
    assertEquals(0x02, read(0x14));
    int sum = 0;
    for (int i = 0x10; i <= 0x2d; i++) {
      sum += read(i);
    }
    assertEquals(sum, read(0x2e) << 8 | read(0x2f));
    assertEquals(0x80, read(0x0d));
  }

  @Test
  void largeMemoryIsClippedToTheField() {
    DeviceBench other = new DeviceBench();
    other.plug(new Mc146818(new CmosImage(Instant.EPOCH, 1L << 30, 0, false)));
    other.out(0x70, 0x30);
    assertEquals(0xff, other.in(0x71));
    other.out(0x70, 0x34);
    int low = other.in(0x71);
    other.out(0x70, 0x35);
    assertEquals((1024 - 16) * 16, low | other.in(0x71) << 8);
  }

  @Test
  void aDateThatDoesNotExistIsRecordedAndHarmless() {
    write(8, 0x13);
    bench.runTo(SECOND);
    assertEquals(0x58, read(0));
    assertTrue(bench.recorded("does not exist"));
  }

  @Test
  void suspendSilencesAndResumeGivesBack() throws Exception {
    write(B, 0x10 | BCD_24);
    rtc.suspend(PowerPhase.FREEZE);
    bench.runTo(3 * SECOND);
    assertFalse(bench.lines[8]);
    rtc.resume(PowerPhase.FREEZE);
    assertEquals(0x10 | BCD_24, read(B));
    read(C);
    bench.runTo(4 * SECOND);
    assertTrue(bench.lines[8]);
  }

  @Test
  void savedWithAnInterruptUnderWay() {
    write(B, 0x50 | BCD_24);
    bench.runTo(SECOND + 300_000);
    Section saved = DeviceBench.save(rtc);
    Section clock = new Section("clock");
    bench.clock.save(clock);
    read(C);
    bench.runTo(7 * SECOND);
    bench.clock.restore(clock.rewind());
    rtc.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(rtc));
    assertTrue(bench.lines[8]);
    assertEquals(0xd0, read(C));
    assertEquals(0x59, read(0));
    bench.runTo(2 * SECOND);
    assertEquals(0x00, read(0));
    assertTrue(bench.lines[8]);
  }
}
