package dev.biosgateway.x86.device.ide;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.media.ImageException;
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

/** Packet commands as a driver gives them, by data register and by bus master. */
class AtapiCdromTest {
  private static final int BLOCKS = 300;
  private static final byte[] CONTENTS = new byte[BLOCKS * 2048];

  static {
    new Random(8020).nextBytes(CONTENTS);
  }

  private final IdeBench cd = bench();

  private static IdeBench bench() {
    return new IdeBench(IdeBench.SECONDARY, List.of(), List.of(new MemoryImage("disc", CONTENTS)));
  }

  private OpticalDrive drive() {
    return cd.bay.opticalDrive(2);
  }

  private static byte[] blocks(int first, int count) {
    return Arrays.copyOfRange(CONTENTS, first * 2048, (first + count) * 2048);
  }

  /** Gives a packet; what follows is up to the caller. */
  private static void packet(IdeBench cd, int features, int limit, int... bytes) {
    cd.command(0xa0, features, 0, 0, limit & 0xff, limit >> 8, 0xa0);
    assertEquals(0x58, cd.settle().alternateStatus() & 0xf9, "wants the packet");
    assertEquals(0x01, cd.in(2) & 3, "interrupt reason: a command to the device");
    assertFalse(cd.interrupt());
    byte[] packet = new byte[12];
    for (int i = 0; i < bytes.length; i++) {
      packet[i] = (byte) bytes[i];
    }
    cd.give(packet);
  }

  /** A packet command by data register: what it answers. */
  private byte[] answer(int... bytes) {
    packet(cd, 0, 0xfffe, bytes);
    byte[] out = new byte[0];
    while ((cd.finish() & IdeBench.DRQ) != 0) {
      assertEquals(0x02, cd.in(2) & 3, "interrupt reason: data to the host");
      byte[] block = cd.take(cd.in(4) | cd.in(5) << 8);
      out = Arrays.copyOf(out, out.length + block.length);
      System.arraycopy(block, 0, out, out.length - block.length, block.length);
    }
    assertEquals(0x03, cd.in(2) & 3, "interrupt reason: the end");
    return out;
  }

  private void ok(int... bytes) {
    assertEquals(0, answer(bytes).length);
    assertEquals(0x50, cd.alternateStatus());
  }

  /** A command that fails: sense key, code and qualifier. */
  private void fails(int key, int code, int... bytes) {
    assertEquals(0, answer(bytes).length);
    assertEquals(0x51, cd.alternateStatus());
    assertEquals(key << 4, cd.in(1) & 0xf0);
    assertSense(key, code);
  }

  private void assertSense(int key, int code) {
    byte[] sense = answer(0x03, 0, 0, 0, 18);
    assertEquals(18, sense.length);
    assertEquals(0x70, sense[0]);
    assertEquals(key, sense[2]);
    assertEquals(10, sense[7]);
    assertEquals(code, (sense[12] & 0xff) << 8 | sense[13] & 0xff);
  }

  private void ready() {
    fails(0x6, 0x2900, 0x00);
    ok(0x00);
  }

  @Test
  void resetShowsTheSignatureOfAPacketDevice() {
    assertEquals(0x00, cd.status(), "not ready for ATA commands");
    assertEquals(0x01, cd.in(1));
    assertEquals(0x14, cd.in(4));
    assertEquals(0xeb, cd.in(5));
    cd.command(0xec, 0, 0, 0, 0, 0, 0xa0);
    assertEquals(0x51, cd.finish());
    assertEquals(0x14, cd.in(4), "IDENTIFY DEVICE aborts and shows what it is");
    cd.out(4, 0);
    cd.out(7, 0x08);
    assertEquals(0x80, cd.status());
    assertEquals(0x00, cd.settle().status());
    assertEquals(0x14, cd.in(4), "so does DEVICE RESET");
  }

  @Test
  void identifiesItself() {
    cd.command(0xa1, 0, 0, 0, 0, 0, 0xa0);
    byte[] id = cd.readBlocks(512, 512);
    assertEquals(0x85c0, id[0] & 0xff | (id[1] & 0xff) << 8);
    assertEquals("EQUMD DVR-MO", new String(id, 54, 12, StandardCharsets.US_ASCII));
    byte[] inquiry = answer(0x12, 0, 0, 0, 36);
    assertEquals(36, inquiry.length);
    assertEquals(0x05, inquiry[0]);
    assertEquals(0x80, inquiry[1] & 0xff);
    assertEquals("QEMU    QEMU DVD-ROM    2.5+", new String(inquiry, 8, 28));
    assertEquals(5, answer(0x12, 0, 0, 0, 5).length, "no more than was asked for");
    fails(0x5, 0x2400, 0x12, 1, 0, 0, 36);
  }

  @Test
  void aResetIsToldOnce() {
    assertSense(0x6, 0x2900);
    ok(0x00);
    assertSense(0x0, 0x0000);
  }

  @Test
  void readsBlocksWithinTheLimitOfTheHost() {
    ready();
    packet(cd, 0, 1000, 0x28, 0, 0, 0, 0, 10, 0, 0, 3);
    byte[] read = new byte[3 * 2048];
    for (int done = 0; done < read.length; ) {
      assertEquals(IdeBench.DRQ, cd.finish() & IdeBench.DRQ);
      int n = cd.in(4) | cd.in(5) << 8;
      assertEquals(Math.min(1000, read.length - done), n);
      System.arraycopy(cd.take(n), 0, read, done, n);
      done += n;
    }
    assertEquals(0x50, cd.finish());
    assertArrayEquals(blocks(10, 3), read);
  }

  @Test
  void everyReadCommandReads() {
    ready();
    assertArrayEquals(blocks(7, 2), answer(0x28, 0, 0, 0, 0, 7, 0, 0, 2));
    assertArrayEquals(blocks(299, 1), answer(0xa8, 0, 0, 0, 1, 43, 0, 0, 0, 1));
    assertArrayEquals(blocks(5, 40), answer(0xbe, 0, 0, 0, 0, 5, 0, 0, 40, 0x10));
    ok(0x28, 0, 0, 0, 0, 7, 0, 0, 0);
    ok(0x2b, 0, 0, 0, 1, 0);
    fails(0x5, 0x2100, 0x28, 0, 0, 0, 1, 43, 0, 0, 2);
    fails(0x5, 0x2100, 0xa8, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1);
    fails(0x5, 0x2100, 0x2b, 0, 0, 0, 2, 0);
    fails(0x5, 0x2400, 0xbe, 0, 0, 0, 0, 5, 0, 0, 1, 0xf8);
  }

  @Test
  void readsByBusMaster() {
    ready();
    cd.descriptors(0x20000, 0x1000, 0x40000, 0x9000);
    packet(cd, 1, 0, 0x28, 0, 0, 0, 0, 100, 0, 0, 20);
    cd.settle();
    cd.startMaster(true);
    assertEquals(0x50, cd.finish());
    assertEquals(0x64, cd.bench.in(cd.master() + 2));
    assertArrayEquals(blocks(100, 2), cd.memory(0x20000, 0x1000));
    assertArrayEquals(blocks(102, 18), cd.memory(0x40000, 0x9000));
    cd.bench.out(cd.master(), 0);
    cd.descriptors(0x20000, 36);
    packet(cd, 1, 0, 0x12, 0, 0, 0, 36);
    cd.settle();
    cd.startMaster(true);
    assertEquals(0x50, cd.finish());
    assertEquals(0x05, cd.bench.bus.read8(0x20000), "answers too");
  }

  @Test
  void capacityAndTableOfContents() {
    ready();
    assertArrayEquals(new byte[] {0, 0, 1, 43, 0, 0, 8, 0}, answer(0x25));
    byte[] toc = answer(0x43, 0, 0, 0, 0, 0, 0, 1, 0);
    assertArrayEquals(
        new byte[] {0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0, 0, 0x14, (byte) 0xaa, 0, 0, 0, 1, 44},
        toc);
    byte[] msf = answer(0x43, 2, 0, 0, 0, 0, 0xaa, 1, 0);
    assertArrayEquals(new byte[] {0, 10, 1, 1, 0, 0x14, (byte) 0xaa, 0, 0, 0, 6, 0}, msf);
    byte[] session = answer(0x43, 0, 1, 0, 0, 0, 0, 0, 12);
    assertArrayEquals(new byte[] {0, 10, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0}, session);
    assertEquals(4 + 4 * 11, answer(0x43, 0, 2, 0, 0, 0, 0, 1, 0).length);
    assertEquals(2, answer(0x43, 0, 0, 0, 0, 0, 0, 0, 2).length);
    fails(0x5, 0x2400, 0x43, 0, 0, 0, 0, 0, 2, 1, 0);
    fails(0x5, 0x2400, 0x43, 0, 5, 0, 0, 0, 0, 1, 0);
  }

  @Test
  void modePages() {
    ready();
    byte[] six = answer(0x1a, 0, 0x2a, 0, 255);
    assertEquals(24, six.length);
    assertEquals(23, six[0]);
    assertEquals(0x2a, six[4]);
    byte[] ten = answer(0x5a, 0, 0x3f, 0, 0, 0, 0, 1, 0);
    assertEquals(8 + 8 + 8 + 20, ten.length);
    assertEquals(ten.length - 2, ten[1]);
    assertEquals(0x01, ten[8]);
    assertEquals(0x0d, ten[16]);
    assertEquals(0x2a, ten[24]);
    fails(0x5, 0x2400, 0x1a, 0, 0x08, 0, 255);
    fails(0x5, 0x3900, 0x1a, 0, 0xc0 | 0x2a, 0, 255);
  }

  @Test
  void configurationDiscAndMechanism() {
    byte[] all = answer(0x46, 0, 0, 0, 0, 0, 0, 1, 0);
    assertEquals(8, all[7], "profile CD-ROM");
    assertEquals(all.length - 4, all[3]);
    byte[] one = answer(0x46, 2, 0, 0x10, 0, 0, 0, 1, 0);
    assertEquals(20, one.length);
    ready();
    byte[] disc = answer(0x51, 0, 0, 0, 0, 0, 0, 1, 0);
    assertEquals(34, disc.length);
    assertEquals(0x0e, disc[2]);
    assertEquals(8, answer(0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 8).length);
    ok(0xbb, 0, 0xff, 0xff);
    byte[] sub = answer(0x42, 0, 0, 0, 0, 0, 0, 0, 4);
    assertEquals(0x15, sub[1]);
  }

  @Test
  void theTrayOpensClosesAndLocks() {
    ready();
    ok(0x1e, 0, 0, 0, 1);
    fails(0x5, 0x5302, 0x1b, 0, 0, 0, 2);
    assertFalse(drive().eject(), "the button only asks");
    byte[] event = answer(0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8);
    assertEquals(1, event[4]);
    assertEquals(2, event[5]);
    ok(0x1e, 0, 0, 0, 0);
    ok(0x1b, 0, 0, 0, 2);
    fails(0x2, 0x3a02, 0x00);
    fails(0x2, 0x3a02, 0x25);
    assertEquals(1, answer(0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8)[5]);
    ok(0x1b, 0, 0, 0, 3);
    fails(0x6, 0x2800, 0x00);
    ok(0x00);
    fails(0x5, 0x2400, 0x4a, 0, 0, 0, 0x10, 0, 0, 0, 8);
  }

  @Test
  void mediaChange() {
    ready();
    assertTrue(drive().eject());
    fails(0x2, 0x3a02, 0x00);
    drive().insert(new MemoryImage("another", new byte[4096]));
    assertEquals(2, answer(0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8)[4]);
    fails(0x6, 0x2800, 0x00);
    assertEquals(1, answer(0x25)[3]);
    String text =
        assertThrows(
                ImageException.class,
                () -> drive().insert(new MemoryImage("no disc", new byte[512])))
            .getMessage();
    assertTrue(text.contains("no disc") && text.contains("2048"), text);
  }

  @Test
  void unknownPacketsAreIllegalAndCounted() {
    ready();
    fails(0x5, 0x2000, 0xff);
    assertTrue(cd.bench.recorded("packet command FFh"));
  }

  @ParameterizedTest
  @CsvSource({"0x55, 7", "0x15, 4"})
  void modeSelectTakesItsParameters(int opcode, int lengthAt) {
    ready();
    int[] bytes = new int[12];
    bytes[0] = opcode;
    bytes[opcode == 0x55 ? 8 : lengthAt] = 16;
    packet(cd, 0, 0xfffe, bytes);
    assertEquals(0x58, cd.finish());
    assertEquals(0x00, cd.in(2) & 3, "data to the device");
    cd.give(new byte[16]);
    assertEquals(0x50, cd.finish());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReadSavedInTheMiddleGoesOnInAnotherMachine(boolean dma) {
    ready();
    cd.descriptors(0x40000, 20 * 2048);
    packet(cd, dma ? 1 : 0, 2048, 0x28, 0, 0, 0, 0, 100, 0, 0, 20);
    if (dma) {
      cd.settle();
      cd.startMaster(true);
      cd.bench.runFor(70_000);
    } else {
      cd.finish();
      cd.take(600);
    }
    IdeBench other = bench();
    other.bench.bus.load(0, cd.memory(0, 0x100000));
    Section clock = new Section("clock");
    cd.bench.clock.save(clock);
    other.bench.clock.restore(clock.rewind());
    other.ide.restore(cd.save().rewind());
    for (IdeBench b : List.of(cd, other)) {
      if (dma) {
        assertEquals(0, b.bench.bus.read32(0x40000 + 19 * 2048), "not ended yet");
        assertEquals(0x50, b.finish());
        assertArrayEquals(blocks(100, 20), b.memory(0x40000, 20 * 2048));
      } else {
        assertArrayEquals(Arrays.copyOfRange(blocks(100, 1), 600, 2048), b.take(1448));
        for (int i = 1; i < 20; i++) {
          b.finish();
          assertArrayEquals(blocks(100 + i, 1), b.take(2048));
        }
        assertEquals(0x50, b.finish());
      }
    }
    assertEquals(cd.save(), other.save());
  }
}
