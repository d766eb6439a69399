package dev.biosgateway.x86.bus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhysicalBusTest {
  private final UnmodelledAccess unmodelled = new UnmodelledAccess();
  private final PhysicalBus bus = new PhysicalBus(2 << 20, unmodelled);

  /** A region that remembers what reached it and answers with its offset. */
  private static final class Recorder implements Region {
    final List<String> log = new ArrayList<>();

    @Override
    public String name() {
      return "recorder";
    }

    @Override
    public int read(int offset, int size) {
      log.add("r%d@%x".formatted(size, offset));
      return offset & 0xff;
    }

    @Override
    public void write(int offset, int size, int value) {
      log.add("w%d@%x=%x".formatted(size, offset, value));
    }
  }

  @Test
  void accessesAreLittleEndianAtAnyAlignmentAndAcrossPages() {
    for (int at : new int[] {0x100, 0x1ffd, 0x1ffe, 0x1fff, 0x2001}) {
      bus.write32(at, 0x87654321);
      assertEquals(0x87654321, bus.read32(at), () -> "at " + at);
      assertEquals(0x4321, bus.read16(at));
      assertEquals(0x87, bus.read8(at + 3));
      bus.write16(at + 1, 0xbeef);
      assertEquals(0x87beef21, bus.read32(at));
    }
  }

  @Test
  void whatNobodyAnswersReadsAllOnesAndIsCounted() {
    assertEquals(0xff, bus.read8(0xf0000000));
    assertEquals(0xffff, bus.read16(0x200000));
    assertEquals(-1, bus.read32(0xf0000000));
    bus.write32(0xf0000000, 1);
    assertEquals(
        List.of(
            "read of physical page 0xf0000000 x2",
            "read of physical page 0x00200000 x1",
            "write to physical page 0xf0000000 x1"),
        unmodelled.entries().stream().map(Object::toString).toList());
  }

  @Test
  void lastPageOfMemoryRunsIntoNothing() {
    bus.write32(0x1ffffe, 0x11223344);
    assertEquals(0x3344, bus.read16(0x1ffffe));
    assertEquals(0xffff3344, bus.read32(0x1ffffe));
  }

  @Test
  void regionCoversMemoryUntilItIsUnmapped() {
    Recorder r = new Recorder();
    bus.write8(0xa0005, 0x77);
    bus.map(0xa0000, 0x20000, r);
    assertEquals(5, bus.read8(0xa0005));
    bus.write32(0xa0ffe, 0xaabbccdd);
    bus.unmap(r);
    assertEquals(0x77, bus.read8(0xa0005));
    assertEquals(List.of("r1@5", "w1@ffe=dd", "w1@fff=cc", "w1@1000=bb", "w1@1001=aa"), r.log);
  }

  @Test
  void latestMappingOfAPageWins() {
    Recorder below = new Recorder();
    Recorder above = new Recorder();
    bus.map(0xe0000000, 0x2000, below);
    bus.map(0xe0001000, 0x1000, above);
    bus.read8(0xe0000010);
    bus.read8(0xe0001010);
    bus.unmap(above);
    bus.read8(0xe0001010);
    assertEquals(List.of("r1@10", "r1@1010"), below.log);
    assertEquals(List.of("r1@10"), above.log);
  }

  @Test
  void readOnlyPagesIgnoreTheGuestAndTakeTheLoader() {
    bus.load(0xc0000, new byte[] {0x55, (byte) 0xaa});
    bus.setReadOnly(0xc0000, 0x1000, true);
    bus.write16(0xc0000, 0);
    assertEquals(0xaa55, bus.read16(0xc0000));
    assertEquals(
        "write to read-only page 0x000c0000 x1", unmodelled.entries().iterator().next() + "");
    bus.load(0xc0000, new byte[] {1, 2});
    assertEquals(0x0201, bus.read16(0xc0000));
  }

  @Test
  void closedA20GateFoldsOddMegabytesOntoEvenOnes() {
    bus.write8(0x000500, 0x11);
    bus.write8(0x100500, 0x22);
    bus.setA20(false);
    assertEquals(0x11, bus.read8(0x100500));
    bus.write8(0x100501, 0x33);
    assertEquals(0x33, bus.read8(0x000501));
    assertEquals(0x500, bus.gated(0x100500));
    bus.setA20(true);
    assertEquals(0x22, bus.read8(0x100500));
    assertEquals(0, bus.read8(0x100501));
  }

  @Test
  void codeListenerHearsOfEveryWriteToAPageWithCode() {
    List<String> heard = new ArrayList<>();
    bus.setCodeListener(
        new CodeListener() {
          @Override
          public void codeWritten(int physical, int size) {
            heard.add("%x+%x".formatted(physical, size));
          }

          @Override
          public boolean isCode(int physical, int size) {
            return physical < 0x5600 && physical + size > 0x5400;
          }

          @Override
          public void codePageReplaced(int physicalPage) {
            heard.add("page %x".formatted(physicalPage));
          }
        });
    bus.setFlag(5, PageFlags.CODE, true);
    bus.write32(0x4ffe, 0);
    bus.write16(0x5010, 0);
    bus.load(0x5020, new byte[3]);
    assertTrue(bus.writeBesideCode(0x5600, 4, 0x01020304), "beside code, nobody hears");
    assertEquals(0x0304, bus.read16(0x5600));
    assertFalse(bus.writeBesideCode(0x53ff, 2, 0xffff), "one byte is code");
    assertEquals(0, bus.read16(0x53ff));
    assertFalse(bus.writeBesideCode(0x4000, 1, 1), "no page with code");
    Checkpoint c = bus.checkpoint();
    bus.write8(0x5fff, 1);
    bus.rollback(c);
    assertEquals(List.of("5000+1", "5001+1", "5010+2", "5020+3", "5fff+1", "5fff+1"), heard);
  }

  @Test
  void rollbackBringsBackMemoryAndBlocks() {
    MemoryBlock vram = new MemoryBlock("vram", 0x4000);
    bus.addBlock(vram);
    bus.write32(0x3000, 1);
    byte[] before = bus.ram.clone();
    Checkpoint c = bus.checkpoint();
    bus.write32(0x2ffe, 0xffffffff);
    bus.load(0x8000, new byte[] {9});
    vram.willWrite(0x1fff, 2);
    vram.bytes[0x1fff] = 1;
    vram.bytes[0x2000] = 2;
    assertEquals(5, c.writtenPages());
    bus.rollback(c);
    assertArrayEquals(before, bus.ram);
    assertArrayEquals(new byte[0x4000], vram.bytes);
  }

  @Test
  void rewindGoesBackAgainAndAgain() {
    Checkpoint c = bus.checkpoint();
    for (int i = 1; i <= 3; i++) {
      bus.write8(0x5000, i);
      bus.write8(0x6000 + i * 0x1000, i);
      assertEquals(2, c.writtenPages());
      bus.rewind(c);
      assertEquals(0, bus.read8(0x5000));
      assertEquals(0, c.writtenPages());
    }
    bus.rollback(c);
  }

  @Test
  void whatAnInnerCheckpointLetGoOfTheOuterOneStillBringsBack() {
    MemoryBlock vram = new MemoryBlock("vram", 0x3000);
    bus.addBlock(vram);
    Checkpoint outer = bus.checkpoint();
    write(vram, 0, 1);
    bus.write8(0x1000, 1);
    bus.release(bus.checkpoint());
    write(vram, 0, 2);
    Checkpoint inner = bus.checkpoint();
    write(vram, 0, 3);
    write(vram, 0x1000, 3);
    bus.write8(0x1000, 3);
    bus.write8(0x2000, 3);
    assertEquals(4, inner.writtenPages());
    bus.rollback(inner);
    assertEquals(List.of(2, 0), List.of((int) vram.bytes[0], (int) vram.bytes[0x1000]));
    write(vram, 0x1000, 4);
    bus.write8(0x2000, 4);
    assertEquals(4, outer.writtenPages());
    bus.rewind(outer);
    assertEquals(List.of(0, 0), List.of((int) vram.bytes[0], (int) vram.bytes[0x1000]));
    assertEquals(List.of(0, 0), List.of(bus.read8(0x1000), bus.read8(0x2000)));
    write(vram, 0x2000, 5);
    assertEquals(1, outer.writtenPages());
    bus.rollback(outer);
    write(vram, 0x2000, 6);
    assertEquals(6, vram.bytes[0x2000]);
  }

  private static void write(MemoryBlock block, int offset, int value) {
    block.willWrite(offset, 1);
    block.bytes[offset] = (byte) value;
  }

  @Test
  void checkpointsNest() {
    bus.write8(0x1000, 1);
    Checkpoint outer = bus.checkpoint();
    bus.write8(0x1000, 2);
    Checkpoint inner = bus.checkpoint();
    bus.write8(0x1000, 3);
    bus.write8(0x2000, 3);
    assertThrows(IllegalStateException.class, () -> bus.rollback(outer));
    bus.rollback(inner);
    assertEquals(2, bus.read8(0x1000));
    bus.write8(0x2000, 4);
    bus.rollback(outer);
    assertEquals(1, bus.read8(0x1000));
    assertEquals(0, bus.read8(0x2000));
  }

  @Test
  void releasedInnerCheckpointHandsItsPagesToTheOuterOne() {
    MemoryBlock vram = new MemoryBlock("vram", 0x1000);
    bus.addBlock(vram);
    Checkpoint outer = bus.checkpoint();
    bus.write8(0x1000, 1);
    Checkpoint inner = bus.checkpoint();
    bus.write8(0x1000, 2);
    bus.write8(0x2000, 2);
    vram.willWrite(0, 1);
    vram.bytes[0] = 2;
    bus.release(inner);
    assertEquals(2, bus.read8(0x2000));
    bus.write8(0x2000, 3);
    bus.rollback(outer);
    assertEquals(0, bus.read8(0x1000));
    assertEquals(0, bus.read8(0x2000));
    assertEquals(0, vram.bytes[0]);
    assertTrue((bus.flags[1] & PageFlags.TRACKED) == 0, "nobody tracks any more");
  }

  @Test
  void badRangesAreRefusedWithBothSidesNamed() {
    assertThrows(IllegalArgumentException.class, () -> new PhysicalBus(0x100001, unmodelled));
    String text =
        assertThrows(IllegalArgumentException.class, () -> bus.load(0x1fffff, new byte[2]))
            .getMessage();
    assertEquals("load of 0x2 bytes at 0x001fffff: main memory ends at 0x00200000", text);
    assertThrows(IllegalArgumentException.class, () -> bus.map(0xa0001, 0x1000, new Recorder()));
  }
}
