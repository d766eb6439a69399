package dev.biosgateway.x86.device.floppy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.DeviceSuspendException;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.dma.Dma8237Pair;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.ImageException;
import dev.biosgateway.x86.media.MemoryImage;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands of the 82078 as a driver gives them: bytes in, data by DMA or by hand, bytes out. */
class Fdc82078Test {
  private static final int BUFFER = 0x10000;
  private static final int TO_MEMORY = 0x46;
  private static final int FROM_MEMORY = 0x4a;
  private static final int VERIFY_ONLY = 0x42;

  private DeviceBench bench;
  private final byte[] diskette = new byte[1474560];
  private Dma8237Pair dma;
  private Fdc82078 fdc;

  Fdc82078Test() {
    new Random(82078).nextBytes(diskette);
  }

  @BeforeEach
  void powerOn() {
    build(new MemoryImage("diskette", diskette), new MemoryImage("other", new byte[737280]));
  }

  private void build(BlockImage... images) {
    bench = new DeviceBench();
    dma = bench.plug(new Dma8237Pair());
    bench.out(0xd4, 0);
    fdc = bench.plug(new Fdc82078(List.of(images)));
    start();
  }

  /** Out of reset, motors on, rate 500 kbps, drives calibrated. */
  private void start() {
    bench.out(0x3f2, 0x38);
    bench.out(0x3f2, 0x3c);
    bench.runFor(1_000_000);
    for (int i = 0; i < 4; i++) {
      assertArrayEquals(new int[] {0xc0 | i, 0}, command(2, 0x08));
    }
    bench.out(0x3f7, 0);
    command(0, 0x03, 0xdf, 0x02);
    assertArrayEquals(new int[] {0x20, 0}, seek(0x07, 0));
  }

  private int[] command(int results, int... bytes) {
    for (int b : bytes) {
      assertEquals(0x80, bench.in(0x3f4) & 0xc0, "ready for a byte of the command");
      bench.out(0x3f5, b);
    }
    return results(results);
  }

  private int[] results(int count) {
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      assertEquals(0xd0, bench.in(0x3f4) & 0xf0, "ready with a byte of the result, " + i);
      out[i] = bench.in(0x3f5);
    }
    assertEquals(0x80, bench.in(0x3f4) & 0xd0, "idle after the result");
    return out;
  }

  private int[] seek(int... bytes) {
    command(0, bytes);
    assertNotEquals(0, bench.in(0x3f4) & 0x0f, "a drive is busy");
    bench.runFor(10_000_000);
    assertTrue(bench.lines[6]);
    int[] status = command(2, 0x08);
    assertFalse(bench.lines[6]);
    return status;
  }

  private void dma(int mode, int address, int bytes) {
    bench.out(0x0a, 6);
    bench.out(0x0c, 0);
    bench.out(0x0b, mode);
    bench.out(0x04, address & 0xff);
    bench.out(0x04, address >> 8 & 0xff);
    bench.out(0x05, bytes - 1 & 0xff);
    bench.out(0x05, bytes - 1 >> 8);
    bench.out(0x81, address >> 16);
    bench.out(0x0a, 2);
  }

  /** A command with an execution phase. */
  private int[] execute(int... bytes) {
    for (int b : bytes) {
      bench.out(0x3f5, b);
    }
    assertEquals(0x10, bench.in(0x3f4) & 0xd0, "busy, and nothing for the host to do");
    bench.runFor(100_000_000);
    assertTrue(bench.lines[6], "interrupt at the begin of the result phase");
    int[] results = results(7);
    assertFalse(bench.lines[6]);
    return results;
  }

  private byte[] memory(int length) {
    byte[] out = new byte[length];
    bench.bus.read(BUFFER, out, 0, length);
    return out;
  }

  private byte[] sectors(int cylinder, int head, int sector, int count) {
    int from = ((cylinder * 2 + head) * 18 + sector - 1) * 512;
    return Arrays.copyOfRange(diskette, from, from + count * 512);
  }

  @Test
  void resetIsFollowedByPollingOfFourDrives() {
    bench.out(0x3f2, 0x38);
    assertEquals(0, bench.in(0x3f4), "held in reset");
    bench.out(0x3f2, 0x3c);
    assertFalse(bench.lines[6]);
    bench.runFor(1_000_000);
    assertTrue(bench.lines[6]);
    for (int i = 0; i < 4; i++) {
      assertArrayEquals(new int[] {0xc0 | i, 0}, command(2, 0x08));
    }
    assertArrayEquals(new int[] {0x80}, command(1, 0x08), "nothing more to be sensed");
    bench.out(0x3f4, 0x80);
    bench.runFor(1_000_000);
    assertTrue(bench.lines[6], "so does the reset of the data rate select register");
  }

  @Test
  void pollingInterruptsOnceAndIsForgottenWhenASeekEnds() {
    bench.out(0x3f4, 0x80);
    bench.runFor(1_000_000);
    assertTrue(bench.lines[6]);
    assertArrayEquals(new int[] {0xc0, 0}, command(2, 0x08));
    assertFalse(bench.lines[6], "the Bochs BIOS asks only once");
    assertArrayEquals(new int[] {0x21, 0}, seek(0x07, 1));
    assertArrayEquals(new int[] {0x80}, command(1, 0x08));
  }

  @Test
  void seeksOfTwoDrivesGoOnSideBySide() {
    command(0, 0x0f, 0, 30);
    command(0, 0x0f, 1, 50);
    assertEquals(0x83, bench.in(0x3f4));
    bench.runFor(31 * SeekUnit.STEP_NANOS);
    assertEquals(0x82, bench.in(0x3f4));
    bench.runFor(10_000_000);
    assertArrayEquals(new int[] {0x20, 30}, command(2, 0x08));
    assertTrue(bench.lines[6], "the other one waits");
    assertArrayEquals(new int[] {0x21, 50}, command(2, 0x08));
    assertFalse(bench.lines[6]);
  }

  @Test
  void readsSectorsByDmaUntilTerminalCount() {
    dma(TO_MEMORY, BUFFER, 3 * 512);
    int[] r = execute(0xe6, 0x00, 0, 0, 2, 2, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0, 0, 0, 0, 0, 5, 2}, r);
    assertArrayEquals(sectors(0, 0, 2, 3), memory(3 * 512));
  }

  @Test
  void multiTrackGoesOnOnTheOtherSide() {
    seek(0x0f, 0x00, 40);
    dma(TO_MEMORY, BUFFER, 36 * 512);
    int[] r = execute(0xe6, 0x00, 40, 0, 1, 2, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0x04, 0, 0, 41, 0, 1, 2}, r);
    assertArrayEquals(sectors(40, 0, 1, 36), memory(36 * 512));
  }

  @Test
  void theEndOfTheTrackWithoutTerminalCountIsAnError() {
    dma(TO_MEMORY, BUFFER, 8 * 512);
    int[] r = execute(0x46, 0x04, 0, 1, 17, 2, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0x44, 0x80, 0, 1, 1, 1, 2}, r);
    assertArrayEquals(sectors(0, 1, 17, 2), memory(1024));
  }

  @Test
  void writesSectorsAndFillsThePartOfOneWithZeros() {
    bench.bus.write32(BUFFER, 0x12345678);
    dma(FROM_MEMORY, BUFFER, 4);
    int[] r = execute(0x45, 0x00, 0, 0, 9, 2, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0, 0, 0, 0, 0, 10, 2}, r);
    dma(TO_MEMORY, BUFFER, 1024);
    execute(0x46, 0x00, 0, 0, 9, 2, 18, 0x1b, 0xff);
    byte[] expected = sectors(0, 0, 9, 2);
    Arrays.fill(expected, 4, 512, (byte) 0);
    System.arraycopy(new byte[] {0x78, 0x56, 0x34, 0x12}, 0, expected, 0, 4);
    assertArrayEquals(expected, memory(1024));
  }

  @Test
  void readsByHandInNonDmaMode() {
    command(0, 0x03, 0xdf, 0x03);
    for (int b : new int[] {0x46, 0x00, 0, 0, 18, 2, 18, 0x1b, 0xff}) {
      bench.out(0x3f5, b);
    }
    bench.runFor(1_000_000);
    byte[] read = new byte[512];
    for (int i = 0; i < 512; i++) {
      assertTrue(bench.lines[6], "an interrupt for each byte");
      assertEquals(0xf0, bench.in(0x3f4));
      read[i] = (byte) bench.in(0x3f5);
    }
    assertArrayEquals(sectors(0, 0, 18, 1), read);
    bench.runFor(1_000_000);
    assertArrayEquals(new int[] {0x40, 0x80, 0, 1, 0, 1, 2}, results(7), "no TC without DMA");
  }

  @Test
  void writesByHandInNonDmaMode() {
    command(0, 0x03, 0xdf, 0x03);
    for (int b : new int[] {0x45, 0x00, 0, 0, 18, 2, 18, 0x1b, 0xff}) {
      bench.out(0x3f5, b);
    }
    bench.runFor(1_000_000);
    for (int i = 0; i < 512; i++) {
      assertEquals(0xb0, bench.in(0x3f4));
      bench.out(0x3f5, 0x5a);
    }
    bench.runFor(1_000_000);
    results(7);
    command(0, 0x03, 0xdf, 0x02);
    dma(TO_MEMORY, BUFFER, 512);
    execute(0x46, 0x00, 0, 0, 18, 2, 18, 0x1b, 0xff);
    assertEquals(0x5a5a5a5a, bench.bus.read32(BUFFER + 508));
  }

  @ParameterizedTest
  @CsvSource({
    "0x46, 0x00, 1, 0, 1, 2, 0x04, 0x10, another cylinder",
    "0x46, 0x00, 0, 1, 1, 2, 0x04, 0x00, another head",
    "0x46, 0x00, 0, 0, 19, 2, 0x04, 0x00, no such sector",
    "0x46, 0x00, 0, 0, 1, 3, 0x04, 0x00, another size",
    "0x06, 0x00, 0, 0, 1, 2, 0x01, 0x00, FM"
  })
  void sectorsThatAreNotThere(
      int op, int select, int c, int h, int r, int n, int st1, int st2, String why) {
    seek(0x0f, 0, 0);
    dma(TO_MEMORY, BUFFER, 512);
    int[] result = execute(op, select, c, h, r, n, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0x40, st1, st2, c, h, r, n}, result, why);
  }

  @Test
  void theDataRateMustBeThatOfTheDiskette() {
    bench.out(0x3f7, 2);
    int[] r = execute(0x4a, 0x00);
    assertEquals(0x40, r[0]);
    assertEquals(0x01, r[1]);
    bench.out(0x3f7, 0);
    assertArrayEquals(new int[] {0, 0, 0, 0, 0, 1, 2}, execute(0x4a, 0x00));
    seek(0x07, 1);
    assertEquals(0x41, execute(0x4a, 0x01)[0], "720 KB at 500 kbps");
    bench.out(0x3f7, 2);
    assertArrayEquals(new int[] {0x05, 0, 0, 0, 1, 1, 2}, execute(0x4a, 0x05));
  }

  @Test
  void writeProtectionIsAnErrorAndShows() {
    build(new CdImage(new MemoryImage("protected", diskette)));
    assertEquals(0x78, command(1, 0x04, 0x00)[0]);
    dma(FROM_MEMORY, BUFFER, 512);
    assertEquals(0x02, execute(0x45, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff)[1]);
    assertEquals(0x02, execute(0x4d, 0x00, 2, 18, 0x54, 0xf6)[1]);
  }

  @Test
  void deletedMarksStayOnTheDiskette() {
    bench.bus.write32(BUFFER, 0x0d0e1e7e);
    dma(FROM_MEMORY, BUFFER, 512);
    execute(0x49, 0x00, 0, 0, 3, 2, 18, 0x1b, 0xff);
    dma(TO_MEMORY, BUFFER, 2 * 512);
    int[] r = execute(0x46, 0x00, 0, 0, 3, 2, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0, 0, 0x40, 0, 0, 4, 2}, r, "ends after the marked sector");
    assertEquals(0x0d0e1e7e, bench.bus.read32(BUFFER));
    dma(TO_MEMORY, BUFFER, 2 * 512);
    r = execute(0x66, 0x00, 0, 0, 2, 2, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0, 0, 0, 0, 0, 5, 2}, r, "skips the marked sector");
    assertArrayEquals(sectors(0, 0, 4, 1), Arrays.copyOfRange(memory(1024), 512, 1024));
    dma(TO_MEMORY, BUFFER, 512);
    r = execute(0x4c, 0x00, 0, 0, 3, 2, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0, 0, 0, 0, 0, 4, 2}, r);
  }

  @Test
  void formatsATrack() {
    for (int s = 0; s < 18; s++) {
      bench.bus.write32(BUFFER + 4 * s, s + 1 << 16 | 0x02000100);
    }
    dma(FROM_MEMORY, BUFFER, 18 * 4);
    assertEquals(0x04, execute(0x4d, 0x04, 2, 18, 0x54, 0xf6)[0]);
    dma(TO_MEMORY, BUFFER, 18 * 512);
    execute(0x46, 0x04, 0, 1, 1, 2, 18, 0x1b, 0xff);
    for (byte b : memory(18 * 512)) {
      assertEquals((byte) 0xf6, b);
    }
    bench.bus.write32(BUFFER, 0x02150100);
    dma(FROM_MEMORY, BUFFER, 4);
    execute(0x4d, 0x04, 2, 1, 0x54, 0xf6);
    assertTrue(bench.recorded("FORMAT TRACK"), "sector 21");
  }

  @Test
  void readTrackStartsAtTheIndexAndComparesIds() {
    dma(TO_MEMORY, BUFFER, 4 * 512);
    int[] r = execute(0x42, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff);
    assertEquals(0, r[0] | r[1]);
    assertArrayEquals(sectors(0, 0, 1, 4), memory(2048));
    dma(TO_MEMORY, BUFFER, 2 * 512);
    r = execute(0x42, 0x00, 0, 0, 5, 2, 18, 0x1b, 0xff);
    assertEquals(0x04, r[1], "no data: the IDs were others");
    assertArrayEquals(sectors(0, 0, 1, 2), memory(1024), "read nevertheless");
  }

  @Test
  void verifyNeedsNoHost() {
    assertArrayEquals(
        new int[] {0, 0, 0, 1, 0, 1, 2}, execute(0x56, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff));
    assertArrayEquals(
        new int[] {0, 0, 0, 0, 0, 4, 2}, execute(0x56, 0x80, 0, 0, 1, 2, 18, 0x1b, 3));
    assertEquals(0x80, execute(0x56, 0x80, 0, 0, 1, 2, 18, 0x1b, 19)[1]);
  }

  @Test
  void verifyModeOfTheDmaControllerReadsWithoutData() {
    dma(VERIFY_ONLY, BUFFER, 18 * 512);
    int[] r = execute(0x46, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0, 0, 0, 1, 0, 1, 2}, r);
    assertEquals(0, bench.bus.read32(BUFFER));
  }

  @Test
  void scansFindSectorsByTheirContents() {
    byte[] wanted = sectors(0, 0, 5, 1);
    for (int s = 0; s < 18; s++) {
      bench.bus.write(BUFFER + 512 * s, wanted, 0, 512);
    }
    dma(FROM_MEMORY, BUFFER, 18 * 512);
    int[] r = execute(0x51, 0x00, 0, 0, 1, 2, 18, 0x1b, 1);
    assertArrayEquals(new int[] {0, 0, 0x08, 0, 0, 5, 2}, r);
    dma(FROM_MEMORY, BUFFER, 18 * 512);
    r = execute(0x51, 0x00, 0, 0, 6, 2, 18, 0x1b, 1);
    assertEquals(0x04, r[2], "none of the others");
    for (int i = 0; i < 512; i += 4) {
      bench.bus.write32(BUFFER + i, 0);
    }
    dma(FROM_MEMORY, BUFFER, 512);
    r = execute(0x5d, 0x00, 0, 0, 1, 2, 18, 0x1b, 1);
    assertEquals(0x00, r[2], "every byte is at least 0");
    assertEquals(1, r[5]);
    dma(FROM_MEMORY, BUFFER, 512);
    r = execute(0x59, 0x00, 0, 0, 1, 2, 18, 0x1b, 1);
    assertEquals(0x04, r[2], "not every byte is at most 0");
  }

  @Test
  void seeksRecalibratesAndStepsRelatively() {
    assertArrayEquals(new int[] {0x20, 40}, seek(0x0f, 0, 40));
    assertArrayEquals(new int[] {0x24, 50}, seek(0xcf, 4, 10));
    assertArrayEquals(new int[] {0x24, 45}, seek(0x8f, 4, 5));
    assertEquals(45, execute(0x4a, 0x00)[3]);
    assertEquals(0x28, command(1, 0x04, 0x00)[0], "not on track 0");
    assertArrayEquals(new int[] {0x20, 0}, seek(0x07, 0));
    assertEquals(0x38, command(1, 0x04, 0x00)[0]);
    assertArrayEquals(new int[] {0x72, 0}, seek(0x07, 2), "there is no drive 2");
  }

  @Test
  void seeksAndRatesAreTakenForGrantedUntilTheHostChooses() {
    fdc.reset(ResetKind.HARD);
    bench.out(0x3f2, 0x1c);
    bench.runFor(1_000_000);
    command(2, 0x08);
    dma(TO_MEMORY, BUFFER, 512);
    assertEquals(0, execute(0x46, 0x00, 20, 0, 7, 2, 18, 0x1b, 0xff)[0]);
    assertArrayEquals(sectors(20, 0, 7, 1), memory(512));
    bench.out(0x3f7, 2);
    assertEquals(0x01, execute(0x46, 0x00, 20, 0, 7, 2, 18, 0x1b, 0xff)[1]);
    bench.out(0x3f7, 0);
    seek(0x0f, 0x00, 3);
    assertEquals(0x10, execute(0x46, 0x00, 20, 0, 7, 2, 18, 0x1b, 0xff)[2]);
  }

  @Test
  void impliedSeeksGoBeforeTheSector() {
    command(0, 0x13, 0, 0x57, 0);
    dma(TO_MEMORY, BUFFER, 512);
    int[] r = execute(0x46, 0x00, 33, 0, 7, 2, 18, 0x1b, 0xff);
    assertArrayEquals(new int[] {0, 0, 0, 33, 0, 8, 2}, r);
    assertArrayEquals(sectors(33, 0, 7, 1), memory(512));
  }

  @Test
  void changeLineFallsWithAStepWhenADisketteIsIn() {
    Section fresh = DeviceBench.save(fdc);
    fdc.drive(0).eject();
    assertEquals(0xff, bench.in(0x3f7));
    seek(0x0f, 0, 1);
    assertEquals(0xff, bench.in(0x3f7), "still nothing in");
    byte[] zeros = new byte[1474560];
    fdc.drive(0).insert(new MemoryImage("zeros", zeros));
    assertEquals(0xff, bench.in(0x3f7));
    seek(0x0f, 0, 0);
    assertEquals(0x7f, bench.in(0x3f7));
    bench.out(0x3f2, 0x0c);
    assertEquals(0x7f, bench.in(0x3f7), "the motor is off");
    fdc.drive(0).eject();
    assertThrows(StateException.class, () -> fdc.restore(fresh.rewind()));
  }

  @Test
  void withoutADisketteNothingEverEnds() {
    fdc.drive(0).eject();
    bench.out(0x3f5, 0x4a);
    bench.out(0x3f5, 0x00);
    bench.runFor(5_000_000_000L);
    assertFalse(bench.lines[6]);
    assertEquals(0x10, bench.in(0x3f4));
    start();
  }

  @Test
  void aHostThatTakesNothingOverruns() {
    bench.out(0x0f, 0x0f);
    for (int b : new int[] {0x46, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff}) {
      bench.out(0x3f5, b);
    }
    bench.runFor(300_000_000);
    assertEquals(0x10, results(7)[1]);
  }

  @Test
  void configurationIsDumpedAndLocked() {
    command(0, 0x13, 0, 0x4a, 9);
    command(0, 0x12, 0x86);
    int[] dump = command(10, 0x0e);
    assertArrayEquals(new int[] {0, 0, 0, 0, 0xdf, 0x02, 0, 0x06, 0x4a, 9}, dump);
    assertArrayEquals(new int[] {0x10}, command(1, 0x94));
    bench.out(0x3f4, 0x80);
    bench.runFor(1_000_000);
    start();
    dump = command(10, 0x0e);
    assertArrayEquals(
        new int[] {0, 0, 0, 0, 0xdf, 0x02, 0, 0x84, 0x0a, 9}, dump, "EIS and GAP/WGATE reset");
    assertArrayEquals(new int[] {0x00}, command(1, 0x14));
    bench.out(0x3f4, 0x80);
    start();
    assertEquals(0x20, command(10, 0x0e)[8]);
    assertArrayEquals(new int[] {0x90}, command(1, 0x10));
    assertArrayEquals(new int[] {0x41}, command(1, 0x18));
    assertArrayEquals(new int[] {0x80}, command(1, 0x1f));
    assertTrue(bench.recorded("invalid command 1Fh"));
  }

  @Test
  void theGateOfDorHoldsTheInterruptBack() {
    bench.out(0x3f2, 0x34);
    command(0, 0x07, 0);
    bench.runFor(10_000_000);
    assertFalse(bench.lines[6]);
    bench.out(0x3f2, 0x3c);
    assertTrue(bench.lines[6]);
    command(2, 0x08);
  }

  @ParameterizedTest
  @CsvSource({
    "163840, 1, 2",
    "184320, 1, 2",
    "327680, 1, 2",
    "368640, 1, 2",
    "655360, 3, 2",
    "737280, 3, 2",
    "1228800, 2, 0",
    "1474560, 4, 0",
    "1638400, 4, 0",
    "2949120, 5, 3"
  })
  void everyFormatIsKnownByItsSize(int size, int driveType, int rate) {
    byte[] bytes = new byte[size];
    bytes[size - 512] = 0x77;
    build(new MemoryImage("any", bytes));
    FloppyFormat format = FloppyFormat.of(new MemoryImage("any", bytes));
    assertEquals(driveType << 4, fdc.cmosDriveTypes());
    bench.out(0x3f7, rate);
    int c = format.cylinders() - 1;
    int h = format.heads() - 1;
    seek(0x0f, h << 2, c);
    dma(TO_MEMORY, BUFFER, 512);
    int s = format.sectors();
    assertEquals(h << 2, execute(0x46, h << 2, c, h, s, 2, s, 0x1b, 0xff)[0]);
    assertEquals(0x77, bench.bus.read8(BUFFER));
  }

  @ParameterizedTest
  @CsvSource({"512, 4, 0, 80, 18", "1296384, 4, 0, 80, 18", "1475072, 5, 3, 80, 36"})
  void anImageThatEndsEarlyIsTheBeginningOfADiskette(
      int size, int driveType, int rate, int cylinders, int sectors) {
    byte[] bytes = new byte[size];
    bytes[510] = 0x55;
    build(new MemoryImage("boot sector", bytes));
    assertEquals(driveType << 4, fdc.cmosDriveTypes());
    bench.out(0x3f7, rate);
    seek(0x0f, 0, 0);
    dma(TO_MEMORY, BUFFER, 512);
    assertEquals(0, execute(0x46, 0, 0, 0, 1, 2, 1, 0x1b, 0xff)[0]);
    assertEquals(0x55, bench.bus.read8(BUFFER + 510));
    seek(0x0f, 4, cylinders - 1);
    dma(TO_MEMORY, BUFFER, 512);
    assertEquals(4, execute(0x46, 4, cylinders - 1, 1, sectors, 2, sectors, 0x1b, 0xff)[0]);
    assertEquals(0, bench.bus.read8(BUFFER + 510), "nobody wrote that far");
  }

  @Test
  void whatNoDisketteHoldsIsRefused() {
    BlockImage odd = new MemoryImage("odd", new byte[2_949_632]);
    String text = assertThrows(ImageException.class, () -> new Fdc82078(List.of(odd))).getMessage();
    assertTrue(text.contains("odd") && text.contains("2949120") && text.contains("2949632"), text);
  }

  @Test
  void aTransferSavedInTheMiddleGoesOnInAnotherMachine() {
    dma(TO_MEMORY, BUFFER, 18 * 512);
    for (int b : new int[] {0xe6, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff}) {
      bench.out(0x3f5, b);
    }
    bench.runFor(7 * SectorExecution.SECTOR_NANOS);
    byte[] memory = new byte[18 * 512];
    bench.bus.read(BUFFER, memory, 0, memory.length);
    assertNotEquals(0, memory[512] | memory[513]);
    Section clock = new Section("clock");
    bench.clock.save(clock);

    Fdc82078Test other = new Fdc82078Test();
    other.powerOn();
    other.bench.clock.restore(clock.rewind());
    other.dma.restore(DeviceBench.save(dma).rewind());
    other.fdc.restore(DeviceBench.save(fdc).rewind());
    other.bench.bus.write(BUFFER, memory, 0, memory.length);
    assertEquals(DeviceBench.save(fdc), DeviceBench.save(other.fdc));
    for (Fdc82078Test test : List.of(this, other)) {
      test.bench.runFor(100_000_000);
      assertArrayEquals(new int[] {0, 0, 0, 0, 1, 1, 2}, test.results(7));
      assertArrayEquals(sectors(0, 0, 1, 18), test.memory(18 * 512));
    }
    assertEquals(DeviceBench.save(fdc), DeviceBench.save(other.fdc));
  }

  @Test
  void suspendIsRefusedWhileSectorsPass() throws DeviceSuspendException {
    fdc.suspend(PowerPhase.FREEZE);
    dma(TO_MEMORY, BUFFER, 512);
    for (int b : new int[] {0x46, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff}) {
      bench.out(0x3f5, b);
    }
    assertThrows(DeviceSuspendException.class, () -> fdc.suspend(PowerPhase.FREEZE));
    bench.runFor(1_000_000);
    fdc.suspend(PowerPhase.FREEZE);
    assertEquals(0, results(7)[0]);
  }

  @Test
  void resetDuringATransferEndsIt() {
    dma(TO_MEMORY, BUFFER, 18 * 512);
    for (int b : new int[] {0xe6, 0x00, 0, 0, 1, 2, 18, 0x1b, 0xff}) {
      bench.out(0x3f5, b);
    }
    bench.runFor(250_000);
    fdc.reset(ResetKind.HARD);
    start();
    assertTrue(bench.unmodelled.entries().isEmpty(), () -> "" + bench.unmodelled.entries());
  }
}
