package dev.biosgateway.x86.device.ide;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceSuspendException;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.MemoryImage;
import dev.biosgateway.x86.state.Section;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ATA commands by their registers: addresses, blocks, errors, DMA, resets, two devices on a cable.
 */
class AtaDiskTest {
  private static final int SECTORS = 4 * 16 * 63 + 100;

  private static final byte[] CONTENTS = new byte[SECTORS * 512];
  private final IdeBench ata = bench();

  static {
    new Random(6).nextBytes(CONTENTS);
  }

  private static IdeBench bench() {
    return new IdeBench(
        IdeBench.PRIMARY, List.of((BlockImage) new MemoryImage("disk", CONTENTS)), List.of());
  }

  private static byte[] sectors(long lba, int count) {
    return Arrays.copyOfRange(CONTENTS, (int) lba * 512, (int) (lba + count) * 512);
  }

  private static int word(byte[] block, int index) {
    return block[2 * index] & 0xff | (block[2 * index + 1] & 0xff) << 8;
  }

  private static String text(byte[] block, int from, int words) {
    byte[] swapped = new byte[2 * words];
    for (int i = 0; i < swapped.length; i++) {
      swapped[i] = block[2 * from + (i ^ 1)];
    }
    return new String(swapped, StandardCharsets.US_ASCII);
  }

  private byte[] identify() {
    ata.command(0xec, 0, 0, 0, 0, 0, 0xa0);
    return ata.readBlocks(512, 512);
  }

  @Test
  void resetShowsTheSignatureOfADisk() {
    assertEquals(0x50, ata.status());
    assertEquals(0x01, ata.in(1));
    assertEquals(0x01, ata.in(2));
    assertEquals(0x01, ata.in(3));
    assertEquals(0x00, ata.in(4));
    assertEquals(0x00, ata.in(5));
    ata.out(4, 0x77);
    ata.control(0x04);
    assertEquals(0x80, ata.alternateStatus());
    ata.bench.runFor(10_000_000);
    assertEquals(0x80, ata.alternateStatus(), "as long as SRST is held");
    ata.control(0x00);
    assertEquals(0x50, ata.settle().status());
    assertEquals(0x00, ata.in(4));
  }

  @Test
  void identifiesItself() {
    byte[] id = identify();
    assertEquals(0x0040, word(id, 0));
    assertEquals(4, word(id, 1));
    assertEquals(16, word(id, 3));
    assertEquals(63, word(id, 6));
    assertTrue(text(id, 27, 20).startsWith("QEMU HARDDISK   "));
    assertEquals(SECTORS, word(id, 60) | word(id, 61) << 16);
    assertEquals(SECTORS, word(id, 100) | word(id, 101) << 16);
    assertEquals(0x0400, word(id, 83) & 0x0400, "48-bit addresses");
    int sum = 0;
    for (byte b : id) {
      sum += b;
    }
    assertEquals(0, sum & 0xff);
    assertEquals(0xa5, id[510] & 0xff);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x20, 0x21, 0x24})
  void readsSectorsOneByOne(int command) {
    if (command == 0x24) {
      ata.lba48(command, 1000, 5);
    } else {
      ata.lba28(command, 1000, 5);
    }
    assertArrayEquals(sectors(1000, 5), ata.readBlocks(5 * 512, 512));
    assertEquals(1004 & 0xff, ata.in(3), "the last sector");
    assertFalse(ata.interrupt());
  }

  @Test
  void readsByCylinderHeadSector() {
    ata.command(0x20, 0, 2, 63, 2, 0, 0xa3);
    int lba = (2 * 16 + 3) * 63 + 62;
    assertArrayEquals(sectors(lba, 2), ata.readBlocks(1024, 512));
    assertEquals(1, ata.in(3));
    assertEquals(0xa4, ata.in(6), "on to the next head");
  }

  @Test
  void initializeDeviceParametersChangesTheTranslation() {
    ata.command(0x91, 0, 17, 0, 0, 0, 0xa3);
    assertEquals(0x50, ata.finish());
    ata.command(0x20, 0, 1, 17, 7, 0, 0xa2);
    assertArrayEquals(sectors((7 * 4 + 2) * 17 + 16, 1), ata.readBlocks(512, 512));
    byte[] id = identify();
    assertEquals(SECTORS / (4 * 17), word(id, 54));
    assertEquals(4, word(id, 55));
    assertEquals(17, word(id, 56));
    ata.command(0x20, 0, 1, 18, 0, 0, 0xa0);
    assertEquals(0x51, ata.finish(), "no sector 18 in this translation");
    assertEquals(0x10, ata.in(1));
  }

  @ParameterizedTest
  @CsvSource({"0xc4, 8, 20", "0xc4, 16, 16", "0x29, 4, 9"})
  void multipleReadsInBlocks(int command, int block, int count) {
    ata.command(0xc6, 0, block, 0, 0, 0, 0xe0);
    assertEquals(0x50, ata.finish());
    if (command == 0x29) {
      ata.lba48(command, 77, count);
    } else {
      ata.lba28(command, 77, count);
    }
    byte[] read = new byte[count * 512];
    for (int done = 0; done < count; done += block) {
      assertEquals(0x58, ata.finish());
      int n = Math.min(block, count - done);
      System.arraycopy(ata.take(n * 512), 0, read, done * 512, n * 512);
    }
    assertEquals(0x50, ata.settle().status());
    assertArrayEquals(sectors(77, count), read);
  }

  @Test
  void aSoftwareResetKeepsTheTranslationAndRestarts() {
    ata.command(0x91, 0, 17, 0, 0, 0, 0xa3);
    ata.finish();
    ata.control(4);
    ata.control(0);
    ata.settle();
    assertEquals(17, word(identify(), 56));
    ata.ide.reset(ResetKind.HARD);
    ata.settle();
    assertEquals(63, word(identify(), 56), "RESET- does not");
  }

  @Test
  void multipleIsOffUntilItIsSet() {
    ata.lba28(0xc4, 0, 1);
    assertEquals(0x51, ata.finish());
    assertEquals(0x04, ata.in(1));
    ata.command(0xc6, 0, 3, 0, 0, 0, 0xe0);
    assertEquals(0x51, ata.finish(), "no power of two");
    ata.command(0xc6, 0, 32, 0, 0, 0, 0xe0);
    assertEquals(0x51, ata.finish(), "more than it has");
  }

  @ParameterizedTest
  @CsvSource({"0x30, false", "0x34, true", "0xc5, false", "0x39, true"})
  void writesSectors(int command, boolean ext) {
    ata.command(0xc6, 0, 2, 0, 0, 0, 0xe0);
    ata.finish();
    byte[] data = new byte[2048];
    new Random(1).nextBytes(data);
    if (ext) {
      ata.lba48(command, 500, 4);
    } else {
      ata.lba28(command, 500, 4);
    }
    int block = command == 0xc5 || command == 0x39 ? 1024 : 512;
    assertEquals(0x58, ata.settle().alternateStatus());
    assertFalse(ata.interrupt(), "none for the first block");
    for (int done = 0; done < 2048; done += block) {
      ata.give(Arrays.copyOfRange(data, done, done + block));
      assertEquals(done + block < 2048 ? 0x58 : 0x50, ata.finish());
    }
    ata.lba28(0x20, 499, 6);
    byte[] read = ata.readBlocks(6 * 512, 512);
    assertArrayEquals(data, Arrays.copyOfRange(read, 512, 2560));
    assertArrayEquals(sectors(499, 1), Arrays.copyOf(read, 512));
    assertArrayEquals(sectors(504, 1), Arrays.copyOfRange(read, 2560, 3072));
  }

  @Test
  void addressesBeyondTheEndAreNotFound() {
    ata.lba28(0x20, SECTORS, 1);
    assertEquals(0x51, ata.finish());
    assertEquals(0x10, ata.in(1));
    ata.lba28(0x40, SECTORS - 2, 4);
    assertEquals(0x51, ata.finish());
    assertEquals(SECTORS, ata.in(3) | ata.in(4) << 8 | ata.in(5) << 16);
    ata.lba48(0x24, 1L << 40, 1);
    assertEquals(0x51, ata.finish());
    ata.lba28(0x40, SECTORS - 4, 4);
    assertEquals(0x50, ata.finish());
    ata.lba28(0x70, 10, 0);
    assertEquals(0x50, ata.finish());
  }

  @Test
  void countZeroMeans256() {
    ata.lba28(0x40, 0, 0);
    assertEquals(0x50, ata.finish());
    assertEquals(255, ata.in(3));
    ata.lba28(0x40, SECTORS - 255, 0);
    assertEquals(0x51, ata.finish());
  }

  @Test
  void unknownCommandsAbortAndAreCounted() {
    ata.command(0xf1, 0, 0, 0, 0, 0, 0xa0);
    assertEquals(0x51, ata.finish());
    assertEquals(0x04, ata.in(1));
    assertTrue(ata.bench.recorded("command F1h"));
    ata.command(0x00, 0, 0, 0, 0, 0, 0xa0);
    assertEquals(0x51, ata.finish(), "NOP");
    ata.command(0xa1, 0, 0, 0, 0, 0, 0xa0);
    assertEquals(0x51, ata.finish(), "no packet device");
    ata.command(0xa0, 0, 0, 0, 0, 0, 0xa0);
    assertEquals(0x51, ata.finish());
  }

  @ParameterizedTest
  @ValueSource(ints = {0x10, 0xe0, 0xe1, 0xe2, 0xe3, 0x94, 0x95, 0x96, 0x97, 0xe7, 0xea})
  void commandsWithoutDataSucceed(int command) {
    ata.command(command, 0, 0, 0, 0, 0, 0xe0);
    assertEquals(0x50, ata.finish());
  }

  @Test
  void powerModeFeaturesBuffersAndNativeMax() {
    ata.command(0xe5, 0, 0, 0, 0, 0, 0xe0);
    assertEquals(0x50, ata.finish());
    assertEquals(0xff, ata.in(2));
    ata.command(0xef, 0x03, 0x22, 0, 0, 0, 0xe0);
    assertEquals(0x50, ata.finish());
    ata.command(0xef, 0x82, 0, 0, 0, 0, 0xe0);
    assertEquals(0x50, ata.finish());
    byte[] id = identify();
    assertEquals(0x0407, word(id, 63), "multiword mode 2 chosen");
    assertEquals(0x003f, word(id, 88));
    assertEquals(0, word(id, 85) & 0x0020, "write cache off");
    ata.command(0xef, 0x03, 0x47, 0, 0, 0, 0xe0);
    assertEquals(0x51, ata.finish(), "no such mode");
    byte[] data = new byte[512];
    data[99] = 9;
    ata.command(0xe8, 0, 0, 0, 0, 0, 0xe0);
    ata.settle().give(data);
    assertEquals(0x50, ata.finish());
    ata.command(0xe4, 0, 0, 0, 0, 0, 0xe0);
    assertArrayEquals(data, ata.readBlocks(512, 512));
    ata.command(0xf8, 0, 0, 0, 0, 0, 0xe0);
    assertEquals(0x50, ata.finish());
    assertEquals(SECTORS - 1, ata.in(3) | ata.in(4) << 8 | ata.in(5) << 16);
  }

  @Test
  void highOrderByteShowsWhatWasWrittenBefore() {
    ata.out(2, 0x12);
    ata.out(2, 0x34);
    assertEquals(0x34, ata.in(2));
    ata.control(0x80);
    assertEquals(0x12, ata.in(2));
    ata.out(3, 0);
    assertEquals(0x34, ata.in(2), "any write of the command block clears HOB");
  }

  @Test
  void interruptsWaitForNienAndForTheSelection() {
    ata.control(0x02);
    ata.lba28(0x40, 0, 1);
    ata.settle();
    assertFalse(ata.interrupt());
    ata.control(0x00);
    assertTrue(ata.interrupt(), "it was pending");
    ata.alternateStatus();
    assertTrue(ata.interrupt(), "alternate status leaves it");
    ata.out(6, 0xb0);
    assertFalse(ata.interrupt(), "device 1 is not there");
    ata.out(6, 0xa0);
    assertTrue(ata.interrupt());
    ata.status();
    assertFalse(ata.interrupt());
  }

  @Test
  void deviceZeroAnswersForAnAbsentDeviceOne() {
    ata.out(6, 0xb0);
    ata.out(2, 0x55);
    ata.out(3, 0xaa);
    assertEquals(0x55, ata.in(2));
    assertEquals(0xaa, ata.in(3));
    assertEquals(0x00, ata.status());
    ata.out(7, 0xec);
    ata.bench.runFor(1_000_000);
    assertEquals(0x00, ata.status(), "no one takes the command");
    assertEquals(0x7f, ata.bench.in(0x177), "an empty channel floats, DD7 pulled low");
  }

  @Test
  void twoDisksHaveRegistersOfTheirOwn() {
    byte[] other = new byte[512 * 100];
    Arrays.fill(other, (byte) 0x42);
    IdeBench two =
        new IdeBench(
            IdeBench.PRIMARY,
            List.of(new MemoryImage("one", CONTENTS), new MemoryImage("two", other)),
            List.of());
    two.command(0x20, 0, 1, 3, 0, 0, 0xf0);
    assertArrayEquals(Arrays.copyOf(other, 512), two.readBlocks(512, 512));
    two.command(0x20, 0, 1, 3, 0, 0, 0xe0);
    assertArrayEquals(sectors(3, 1), two.readBlocks(512, 512));
    two.command(0x40, 0, 1, 100, 0, 0, 0xf0);
    assertEquals(0x51, two.finish(), "the second one is smaller");
    two.out(6, 0xe0);
    assertEquals(0x50, two.status());
    two.out(6, 0xf0);
    two.out(7, 0x90);
    assertEquals(0x50, two.finish(), "diagnostics: device 0 answers for both");
    assertEquals(0x01, two.in(1));
    assertEquals(0xa0, two.in(6));
  }

  @Test
  void readsByBusMasterIntoScatteredAreas() {
    ata.descriptors(0x20000, 0x300, 0x30ffe, 0x502, 0x40000, 0);
    ata.lba28(0xc8, 64, 130);
    ata.settle();
    assertEquals(0x58, ata.alternateStatus());
    ata.startMaster(true);
    assertEquals(0x61, ata.bench.in(IdeBench.MASTER + 2), "active, drives capable");
    assertEquals(0x50, ata.finish());
    assertEquals(0x65, ata.bench.in(IdeBench.MASTER + 2) & 0x67, "the table was longer");
    byte[] expected = sectors(64, 130);
    assertArrayEquals(Arrays.copyOf(expected, 0x300), ata.memory(0x20000, 0x300));
    assertArrayEquals(Arrays.copyOfRange(expected, 0x300, 0x802), ata.memory(0x30ffe, 0x502));
    assertArrayEquals(
        Arrays.copyOfRange(expected, 0x802, expected.length),
        ata.memory(0x40000, expected.length - 0x802));
    ata.bench.out(IdeBench.MASTER, 0);
    assertEquals(0x64, ata.bench.in(IdeBench.MASTER + 2));
    ata.bench.out(IdeBench.MASTER + 2, 0x64);
    assertEquals(0x60, ata.bench.in(IdeBench.MASTER + 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {0xca, 0x35})
  void writesByBusMaster(int command) {
    byte[] data = new byte[0x2000];
    new Random(7).nextBytes(data);
    ata.bench.bus.write(0x50000, data, 0, data.length);
    ata.descriptors(0x50000, 0x1800, 0x51800, 0x800);
    ata.startMaster(false);
    if (command == 0x35) {
      ata.lba48(command, 90, 16);
    } else {
      ata.lba28(command, 90, 16);
    }
    assertEquals(0x50, ata.finish());
    assertEquals(0x64, ata.bench.in(IdeBench.MASTER + 2), "exactly as long: not active any more");
    ata.lba28(0x20, 90, 16);
    assertArrayEquals(data, ata.readBlocks(0x2000, 512));
  }

  @Test
  void aTableThatIsTooShortStopsWithoutAnInterrupt() {
    ata.descriptors(0x20000, 0x200);
    ata.lba28(0xc8, 0, 2);
    ata.startMaster(true);
    ata.bench.runFor(10_000_000);
    assertFalse(ata.interrupt());
    assertEquals(0x60, ata.bench.in(IdeBench.MASTER + 2));
    assertEquals(0x58, ata.alternateStatus());
    ata.control(4);
    ata.control(0);
    assertEquals(0x50, ata.settle().status(), "a reset gets the device out");
  }

  @Test
  void theBusMasterNeedsItsPermission() {
    ata.bench.ports.out(0xcf8, 4, 0x80000904);
    ata.bench.ports.out(0xcfc, 2, 1);
    ata.descriptors(0x20000, 0x200);
    ata.lba28(0xc8, 0, 1);
    ata.startMaster(true);
    ata.bench.runFor(10_000_000);
    assertEquals(0, ata.bench.bus.read32(0x20000));
    assertTrue(ata.bench.recorded("bus master bit"));
  }

  @Test
  void suspendIsRefusedWhileABusMasterMovesData() throws DeviceSuspendException {
    ata.descriptors(0x20000, 0x8000);
    ata.lba28(0xc8, 0, 64);
    ata.settle();
    ata.ide.suspend(PowerPhase.FREEZE);
    ata.startMaster(true);
    String text =
        assertThrows(DeviceSuspendException.class, () -> ata.ide.suspend(PowerPhase.FREEZE))
            .getMessage();
    assertTrue(text.contains("ide") && text.contains("master0"), text);
    assertEquals(0x50, ata.finish());
    ata.ide.suspend(PowerPhase.FREEZE);
  }

  @Test
  void channelsAnswerWhereTheirTimingRegistersSaySo() {
    ata.bench.ports.out(0xcf8, 4, 0x80000940);
    ata.bench.ports.out(0xcfc, 2, 0x0000);
    assertEquals(0xff, ata.status());
    ata.bench.ports.out(0xcfc, 2, 0x8000);
    assertEquals(0x50, ata.status());
    ata.bench.ports.out(0xcf8, 4, 0x80000908);
    assertEquals(0x01018000, ata.bench.ports.in(0xcfc, 4));
    ata.bench.ports.out(0xcf8, 4, 0x80000900);
    assertEquals(0x70108086, ata.bench.ports.in(0xcfc, 4));
  }

  @Test
  void aWriteProtectedDiskAbortsWrites() {
    IdeBench cd =
        new IdeBench(
            IdeBench.PRIMARY,
            List.of(new CdImage(new MemoryImage("protected", new byte[4096]))),
            List.of());
    cd.lba28(0x30, 0, 1);
    assertEquals(0x51, cd.finish());
    assertEquals(0x04, cd.in(1));
  }

  /** In the middle of a read by DMA, of one by data register, and of a write. */
  @ParameterizedTest
  @ValueSource(ints = {0xc8, 0x20, 0x30})
  void aTransferSavedInTheMiddleGoesOnInAnotherMachine(int command) {
    byte[] data = new byte[100 * 512];
    new Random(9).nextBytes(data);
    ata.descriptors(0x40000, 100 * 512);
    ata.lba28(command, 33, 100);
    if (command == 0xc8) {
      ata.startMaster(true);
      ata.bench.runFor(120_000);
    } else if (command == 0x20) {
      ata.finish();
      ata.take(512);
      ata.finish();
      ata.take(100);
    } else {
      ata.settle().give(Arrays.copyOf(data, 512));
      ata.finish();
      ata.give(Arrays.copyOfRange(data, 512, 700));
    }
    IdeBench other = bench();
    other.bench.bus.load(0, ata.memory(0, 0x100000));
    Section clock = new Section("clock");
    ata.bench.clock.save(clock);
    other.bench.clock.restore(clock.rewind());
    other.ide.restore(ata.save().rewind());
    assertEquals(ata.save(), other.save());
    for (IdeBench b : List.of(ata, other)) {
      if (command == 0xc8) {
        assertNotEquals(0, b.bench.bus.read32(0x40000), "it had begun");
        assertEquals(0, b.bench.bus.read32(0x40000 + 99 * 512), "and not ended");
        b.bench.runFor(100_000_000);
        assertEquals(0x50, b.status());
        assertArrayEquals(sectors(33, 100), b.memory(0x40000, 100 * 512));
      } else if (command == 0x20) {
        byte[] rest = b.take(412);
        assertArrayEquals(Arrays.copyOfRange(sectors(34, 1), 100, 512), rest);
        assertArrayEquals(sectors(35, 98), b.readBlocks(98 * 512, 512));
      } else {
        b.give(Arrays.copyOfRange(data, 700, 1024));
        for (int s = 2; s < 100; s++) {
          assertEquals(0x58, b.finish());
          b.give(Arrays.copyOfRange(data, s * 512, s * 512 + 512));
        }
        assertEquals(0x50, b.finish());
        b.lba28(0x20, 33, 100);
        assertArrayEquals(data, b.readBlocks(data.length, 512));
      }
    }
    assertEquals(ata.bench.clock.nanos(), other.bench.clock.nanos());
    assertEquals(ata.save(), other.save());
  }
}
