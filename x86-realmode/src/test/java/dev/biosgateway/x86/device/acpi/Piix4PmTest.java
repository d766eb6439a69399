package dev.biosgateway.x86.device.acpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.device.rtc.CmosImage;
import dev.biosgateway.x86.device.rtc.Mc146818;
import dev.biosgateway.x86.state.Section;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Power management of the 82371AB against its data sheet, chapter 7. */
class Piix4PmTest {
  private static final int PM = 0x600;
  private static final int SMBUS = 0x700;
  private static final int SCI = 9;
  private static final long SECOND = 1_000_000_000L;

  private final DeviceBench bench = new DeviceBench();
  private final PciBus pci = bench.plug(new PciBus());
  private final Mc146818 clock =
      bench.plug(new Mc146818(new CmosImage(Instant.EPOCH, 16 << 20, 0, false)));
  private final Piix4Pm pm = bench.plug(new Piix4Pm(1));

  @BeforeEach
  void openPorts() {
    config32(0x40, PM | 1);
    config8(0x80, 1);
    config32(0x90, SMBUS | 1);
    config8(0xd2, 1);
  }

  private void address(int register) {
    bench.ports.out(0xcf8, 4, 0x80000b00 | register & 0xfc);
  }

  private void config8(int register, int value) {
    address(register);
    bench.ports.out(0xcfc + (register & 3), 1, value);
  }

  private void config32(int register, int value) {
    address(register);
    bench.ports.out(0xcfc, 4, value);
  }

  private int in16(int offset) {
    return bench.ports.in(PM + offset, 2);
  }

  private void out16(int offset, int value) {
    bench.ports.out(PM + offset, 2, value);
  }

  @Test
  void portsMoveAndClose() {
    out16(2, 0x0100);
    config32(0x40, 0xb001);
    assertEquals(0xffff, in16(2));
    assertEquals(0x0100, bench.ports.in(0xb002, 2));
    config8(0x80, 0);
    assertEquals(0xffff, bench.ports.in(0xb002, 2));
    assertEquals(1, pci.functions().size());
  }

  @Test
  void timerCountsAt3579545Hertz() {
    int before = bench.ports.in(PM + 8, 4);
    bench.runFor(SECOND);
    assertEquals(3_579_545, bench.ports.in(PM + 8, 4) - before);
    bench.runFor(4 * SECOND);
    assertTrue(Integer.compareUnsigned(bench.ports.in(PM + 8, 4), 1 << 24) < 0, "24 bits");
  }

  @Test
  void theTimersHighestBitRaisesSciWhereItIsWanted() {
    out16(0, 0xffff);
    out16(2, 1);
    out16(4, 1);
    assertFalse(bench.lines[SCI]);
    long half = (1L << 23) * SECOND / 3_579_545 + 1;
    bench.runTo(half - 2);
    assertFalse(bench.lines[SCI]);
    bench.runTo(half + 1);
    assertTrue(bench.lines[SCI]);
    assertEquals(1, in16(0));
    out16(0, 1);
    assertFalse(bench.lines[SCI]);
    assertEquals(0, in16(0));
  }

  @Test
  void powerButtonIsAnEvent() {
    out16(2, 0x100);
    pm.pressPowerButton();
    assertEquals(0x100, in16(0));
    assertFalse(bench.lines[SCI], "SCI_EN is off");
    bench.out(0xb2, 0xf1);
    assertEquals(1, in16(4) & 1);
    assertTrue(bench.lines[SCI]);
    bench.out(0xb2, 0xf0);
    assertFalse(bench.lines[SCI]);
  }

  @Test
  void softOffSwitchesThePowerOff() {
    out16(4, 0x0001);
    assertFalse(bench.poweredOff);
    out16(4, 0x2001);
    assertTrue(bench.poweredOff);
    assertEquals(0x0001, in16(4), "SUS_EN reads 0");
  }

  private void suspendToRam() {
    out16(4, 0x2400);
    assertFalse(bench.poweredOff);
    assertTrue(bench.clockStopped);
  }

  @Test
  void suspendToRamLastsUntilAnEnabledEventAndComesBackThroughReset() {
    suspendToRam();
    pm.pressPowerButton();
    assertNull(bench.requestedReset, "the power button is not enabled");
    assertEquals(0x100, in16(0));
    out16(0, 0x100);
    out16(2, 0x100);
    pm.pressPowerButton();
    assertEquals(ResetKind.HARD, bench.requestedReset);
    assertEquals(0x8100, in16(0));
    pm.reset(ResetKind.HARD);
    openPorts();
    assertEquals(0x8000, in16(0), "the wake status is there for firmware to see");
    pm.reset(ResetKind.POWER_ON);
    openPorts();
    assertEquals(0, in16(0));
  }

  @Test
  void anEventThatIsThereAlreadyEndsSuspendToRamAtOnce() {
    out16(2, 0x100);
    pm.pressPowerButton();
    suspendToRam();
    assertEquals(ResetKind.HARD, bench.requestedReset);
  }

  @Test
  void theAlarmOfTheClockEndsSuspendToRam() {
    out16(2, 0x400);
    bench.out(0x70, 0x01); // seconds of the alarm; hours and minutes do not matter
    bench.out(0x71, 0x05);
    bench.out(0x70, 0x03);
    bench.out(0x71, 0xc0);
    bench.out(0x70, 0x05);
    bench.out(0x71, 0xc0);
    bench.out(0x70, 0x0b);
    bench.out(0x71, 0x22);
    suspendToRam();
    bench.runFor(4 * SECOND);
    assertNull(bench.requestedReset);
    Section saved = DeviceBench.save(pm);
    pm.restore(saved.rewind());
    bench.runFor(2 * SECOND);
    assertEquals(ResetKind.HARD, bench.requestedReset);
    assertEquals(0x8400, in16(0) & 0x8400);
    assertEquals(0xa0, clock.peek(0x0c) & 0xa0, "IRQF and AF");
  }

  @Test
  void smiHandlerIsSaidToBeInPlace() {
    address(0x58);
    assertEquals(0x02, bench.ports.in(0xcff, 1));
  }

  @Test
  void apmPortsKeepWhatIsWritten() {
    bench.out(0xb3, 0x12);
    bench.out(0xb2, 0x34);
    assertEquals(0x12, bench.in(0xb3));
    assertEquals(0x34, bench.in(0xb2));
  }

  @Test
  void nobodyAnswersOnTheSmBus() {
    bench.out(SMBUS + 4, 0xa1);
    bench.out(SMBUS + 2, 0x48);
    assertEquals(0x04, bench.in(SMBUS));
    bench.out(SMBUS, 0x1e);
    assertEquals(0, bench.in(SMBUS));
  }

  @Test
  void savesAllItsRegisters() {
    out16(2, 1);
    out16(4, 1);
    bench.runFor(SECOND);
    Section saved = DeviceBench.save(pm);
    out16(2, 0);
    config32(0x40, 0xb001);
    pm.restore(saved.rewind());
    assertEquals(saved, DeviceBench.save(pm));
    assertEquals(1, in16(2));
    bench.runFor(3 * SECOND);
    assertTrue(bench.lines[SCI], "the timer's event was scheduled again");
  }
}
