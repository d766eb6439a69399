package dev.biosgateway.kexec.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.kexec.protocol.ProtocolException.Kind;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The protocol between two kernels, as PROTOCOL.md has it. */
class ProtocolTest {
  private static final int MAILBOX = 0x6000;

  private static final ProtocolBlock BLOCK =
      new ProtocolBlock(
          0x123456,
          MAILBOX,
          Optional.of(new PageRange(0x100000, 0x100)),
          Optional.of(
              MemoryMap.of(List.of(new PageRange(0x400000, 3), new PageRange(0x1000, 0x9e)))),
          List.of(
              new RestartPoint(RestartPoint.RESTORE, 0x123456),
              new RestartPoint(RestartPoint.SUSPEND_TO_RAM, 0x123460),
              new RestartPoint(RestartPoint.POWER_OFF_S4, 0x123470),
              new RestartPoint(0x101, 0x123480)));

  private final PhysicalBus bus = new PhysicalBus(1 << 20, new UnmodelledAccess());

  @Test
  void blockIsFoundAtItsStandardPlace() {
    assertEquals(
        Kind.NO_MAGIC, assertThrows(ProtocolException.class, () -> ProtocolBlock.find(bus)).kind());
    BLOCK.publish(bus);
    assertEquals(BLOCK, ProtocolBlock.find(bus));
    assertEquals(0x123470, ProtocolBlock.find(bus).restartPoint(2).orElseThrow().entry());
    assertEquals('K' | 'X' << 8 | 'J' << 16 | 'P' << 24, bus.read32(0x7000), "7000h");
  }

  @ParameterizedTest
  @EnumSource(MemoryMap.Encoding.class)
  void memoryMapIsTheSameAsPairsAndAsBitmap(MemoryMap.Encoding encoding) {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      List<PageRange> ranges = new ArrayList<>();
      for (int i = random.nextInt(40); i > 0; i--) {
        ranges.add(new PageRange((long) random.nextInt(0x2000) << 12, 1 + random.nextInt(60)));
      }
      MemoryMap map = MemoryMap.of(ranges);
      ProtocolBlock block = new ProtocolBlock(0, 0, Optional.empty(), Optional.of(map), List.of());
      ProtocolBlock read = ProtocolBlock.parse(block.toBytes(encoding), 0x7000);
      assertEquals(map, read.backup().orElseThrow());
      for (PageRange r : ranges) {
        assertTrue(read.backup().orElseThrow().contains(r.end() - 1));
      }
    }
  }

  @Test
  void theShorterEncodingIsChosen() {
    List<PageRange> scattered = new ArrayList<>();
    for (int i = 0; i < 1000; i += 2) {
      scattered.add(new PageRange(i * 4096L, 1));
    }
    assertEquals(MemoryMap.Encoding.BITMAP, MemoryMap.of(scattered).shorter());
    assertEquals(
        MemoryMap.Encoding.PAIRS, MemoryMap.of(List.of(new PageRange(0, 1 << 20))).shorter());
  }

  @Test
  void aHoleIsCutOutOfAMap() {
    MemoryMap map = MemoryMap.of(List.of(new PageRange(0x1000, 0x10)));
    assertEquals(
        List.of(new PageRange(0x1000, 2), new PageRange(0x5000, 0xc)),
        map.without(new PageRange(0x3000, 2)).ranges());
    assertEquals(List.of(), map.without(new PageRange(0, 0x100)).ranges());
    assertEquals(map, map.without(new PageRange(0x20000, 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x12345678, NO_MAGIC",
    "4, 0x00000002, UNKNOWN_VERSION",
    "8, 0x00000010, BAD_LENGTH",
    "8, 0x00001004, BAD_LENGTH",
    "8, 0x00000023, BAD_LENGTH",
    "12, 0x00000000, BAD_CHECKSUM",
    "16, 0x00000000, BAD_CHECKSUM",
    "60, 0x11111111, BAD_CHECKSUM",
  })
  void corruptBlocksGetATypedError(int offset, String value, Kind expected) {
    byte[] bytes = BLOCK.toBytes();
    put(bytes, offset, Integer.decode(value));
    ProtocolException e =
        assertThrows(ProtocolException.class, () -> ProtocolBlock.parse(bytes, 0x7000));
    assertEquals(expected, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains("expected"), e.getMessage());
    assertTrue(e.address() >= 0x7000 && e.address() <= 0x7010, e.getMessage());
  }

  /** Where a record is wrong, the checksum is right: somebody meant it. */
  @ParameterizedTest
  @CsvSource({
    // The first record is the image's area, 8 + 16 bytes; the second the pairs.
    "32, 0, BAD_RECORD",
    "36, 0x7fffffff, BAD_RECORD",
    "36, 8, BAD_RECORD",
    "40, 1, BAD_RECORD",
    "64, 77, BAD_RECORD",
    "56, 0x00010007, UNKNOWN_RECORD",
  })
  void corruptRecordsGetATypedError(int offset, String value, Kind expected) {
    byte[] bytes = BLOCK.toBytes();
    put(bytes, offset, Integer.decode(value));
    put(bytes, 12, ProtocolBlock.checksum(bytes, bytes.length, 12));
    ProtocolException e =
        assertThrows(ProtocolException.class, () -> ProtocolBlock.parse(bytes, 0x7000));
    assertEquals(expected, e.kind(), e.getMessage());
  }

  @Test
  void laterMinorVersionsAreReadAndTheirRecordsPassedOver() {
    byte[] old = BLOCK.toBytes();
    byte[] bytes = Arrays.copyOf(old, old.length + 12);
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort(6, (short) 9);
    out.putInt(8, bytes.length);
    out.putShort(old.length, (short) 999).putInt(old.length + 4, 3);
    put(bytes, 12, ProtocolBlock.checksum(bytes, bytes.length, 12));
    assertEquals(BLOCK, ProtocolBlock.parse(bytes, 0x7000));
  }

  @Test
  void aBlockThatDoesNotFitItsPageIsRefused() {
    List<RestartPoint> many = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      many.add(new RestartPoint(0x100 + i, i));
    }
    ProtocolBlock block = new ProtocolBlock(0, 0, Optional.empty(), Optional.empty(), many);
    assertEquals(Kind.NO_ROOM, assertThrows(ProtocolException.class, block::toBytes).kind());
  }

  @Test
  void messagesGoBothWays() {
    Mailbox mailbox = new Mailbox(bus, MAILBOX);
    mailbox.clear();
    List<Message> there = List.of(new Message.Saved(0), new Message.Restart(1));
    List<Message> back =
        List.of(
            new Message.Text("Grüße"),
            new Message.Save(0xfedc1000),
            new Message.SwitchTo("system two"),
            new Message.Call("system three"),
            new Message.Failure(12, "no room"),
            new Message.Unknown(new TypedRecord(4711, 0, new byte[] {1, 2, 3})));
    mailbox.post(Mailbox.Direction.TO_IMAGE, there);
    mailbox.post(Mailbox.Direction.TO_HOST, back);
    assertEquals(there, mailbox.take(Mailbox.Direction.TO_IMAGE));
    assertEquals(List.of(), mailbox.take(Mailbox.Direction.TO_IMAGE));
    assertEquals(back, mailbox.take(Mailbox.Direction.TO_HOST));
  }

  @Test
  void corruptMessagesGetATypedErrorAndStayAsTheyAre() {
    Mailbox mailbox = new Mailbox(bus, MAILBOX);
    assertKind(Kind.NO_MAGIC, mailbox);
    mailbox.post(Mailbox.Direction.TO_HOST, List.of(new Message.Save(7)));
    int half = MAILBOX + 0x800;
    bus.write8(half + 24, 9);
    assertKind(Kind.BAD_CHECKSUM, mailbox);
    bus.write8(half + 24, 7);
    assertEquals(List.of(new Message.Save(7)), mailbox.read(Mailbox.Direction.TO_HOST));
    bus.write32(half + 8, 0x900);
    assertKind(Kind.BAD_LENGTH, mailbox);
    bus.write16(half + 4, 3);
    assertKind(Kind.UNKNOWN_VERSION, mailbox);
    TypedRecord vital = new TypedRecord(4711, TypedRecord.MUST_UNDERSTAND, new byte[0]);
    mailbox.post(Mailbox.Direction.TO_HOST, List.of(new Message.Unknown(vital)));
    assertKind(Kind.UNKNOWN_RECORD, mailbox);
    TypedRecord shortSave = new TypedRecord(2, 0, new byte[2]);
    mailbox.post(Mailbox.Direction.TO_HOST, List.of(new Message.Unknown(shortSave)));
    assertKind(Kind.BAD_RECORD, mailbox);
    List<Message> tooMuch = List.of(new Message.Text("x".repeat(3000)));
    assertEquals(
        Kind.NO_ROOM,
        assertThrows(
                ProtocolException.class, () -> mailbox.post(Mailbox.Direction.TO_HOST, tooMuch))
            .kind());
  }

  private static void assertKind(Kind expected, Mailbox mailbox) {
    ProtocolException e =
        assertThrows(ProtocolException.class, () -> mailbox.take(Mailbox.Direction.TO_HOST));
    assertEquals(expected, e.kind(), e.getMessage());
  }

  /** Whatever stands there: a typed error or a block, never anything else. */
  @Test
  void noiseNeverDoesHarm() {
    Random random = new Random(5);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = BLOCK.toBytes();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[16 + random.nextInt(bytes.length - 16)] = (byte) random.nextInt();
      }
      put(bytes, 12, ProtocolBlock.checksum(bytes, bytes.length, 12));
      try {
        ProtocolBlock.parse(bytes, 0x7000);
        read++;
      } catch (ProtocolException e) {
        assertTrue(e.getMessage().contains("found"), e.getMessage());
      }
    }
    assertTrue(read > 0 && read < 20_000);
  }

  private static void put(byte[] bytes, int offset, int value) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
  }
}
