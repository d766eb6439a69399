package dev.biosgateway.kexec.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of kexec_load() and the shape of what it builds. */
class KexecLoadTest {
  private static final int RAM = 8 << 20;

  private final PhysicalBus bus = new PhysicalBus(RAM, new UnmodelledAccess());
  private final PageFrames frames = new PageFrames(bus, 1 << 20, RAM);

  private KexecLoad load() {
    return new KexecLoad(bus, frames, PagingMode.TWO_LEVEL);
  }

  // ---- errors of kexec_load(), as Linux 6.1 returns them

  @ParameterizedTest
  @CsvSource({
    "0x100001, 0x1000, EADDRNOTAVAIL",
    "0x100000, 0x1001, EADDRNOTAVAIL",
    "0xfffff000, 0x1000, EADDRNOTAVAIL",
    "0xfffff000, 0x2000, EADDRNOTAVAIL",
    "0x100000, 0x401000, EINVAL",
  })
  void refusesBadRangesWithItsOwnErrors(String mem, String memsz, Errno expected) {
    KexecSegment bad = new KexecSegment("bad", new byte[0], Long.decode(mem), Long.decode(memsz));
    KexecException e = assertThrows(KexecException.class, () -> load().add(bad).prepare(0, true));
    assertEquals(expected, e.errno());
    assertTrue(e.getMessage().contains("segment bad"), e.getMessage());
    assertEquals(frames.total(), frames.available());
  }

  @Test
  void refusesOverlapsContentThatDoesNotFitAndHalfOfRam() {
    KexecSegment first = KexecSegment.zeroed("first", 0x200000, 0x3000);
    KexecSegment second = KexecSegment.zeroed("second", 0x202000, 0x1000);
    KexecException overlap =
        assertThrows(KexecException.class, () -> load().add(first).add(second).prepare(0, true));
    assertEquals(Errno.EINVAL, overlap.errno());
    assertTrue(overlap.getMessage().contains("second"), overlap.getMessage());
    assertTrue(overlap.getMessage().contains("overlaps segment first"), overlap.getMessage());

    KexecSegment full = new KexecSegment("full", new byte[0x1001], 0x200000, 0x1000);
    assertEquals(
        Errno.EINVAL,
        assertThrows(KexecException.class, () -> load().add(full).prepare(0, true)).errno());

    KexecSegment half = KexecSegment.zeroed("half", 0x100000, 0x200000);
    KexecSegment other = KexecSegment.zeroed("other", 0x400000, 0x201000);
    assertEquals(
        Errno.EINVAL,
        assertThrows(KexecException.class, () -> load().add(half).add(other).prepare(0, true))
            .errno());
  }

  @Test
  void checksAlignmentOfAllBeforeOverlapsAndThoseBeforeSizes() {
    KexecSegment big = KexecSegment.zeroed("big", 0x100000, 0x500000);
    KexecSegment inside = KexecSegment.zeroed("inside", 0x200000, 0x1000);
    KexecSegment odd = KexecSegment.zeroed("odd", 0x700001, 0x1000);
    KexecLoad all = load().add(big).add(inside).add(odd);
    assertEquals(
        Errno.EADDRNOTAVAIL,
        assertThrows(KexecException.class, () -> all.prepare(0, true)).errno());
    KexecException overlap =
        assertThrows(KexecException.class, () -> load().add(big).add(inside).prepare(0, true));
    assertTrue(overlap.getMessage().contains("overlaps"), overlap.getMessage());
  }

  @Test
  void acceptsWhatKexecAccepts() {
    Kimage odd =
        load()
            .add(KexecSegment.zeroed("zero", 0, 0x1000))
            .add(KexecSegment.zeroed("no RAM", 0xffffe000L, 0x1000))
            .add(KexecSegment.zeroed("outer", 0x200000, 0x2000))
            .add(KexecSegment.zeroed("empty, within another", 0x201000, 0))
            .prepare(0x12345678, true);
    assertEquals(0x12345678, odd.start());
    odd.close();
    // The jump back helper: no pages at all.
    try (Kimage helper = load().prepare(0x1000, true)) {
      assertEquals(List.of(), PageList.read(bus, helper.head()));
    }
  }

  // ---- the image

  @ParameterizedTest
  @EnumSource(PagingMode.class)
  void keepsEveryPageOfTheImageOutOfEveryDestination(PagingMode mode) {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      KexecLoad session = new KexecLoad(bus, frames, mode);
      Set<Integer> destinations = new HashSet<>();
      for (int at = 0x100000; at < 0x300000; ) {
        int pages = 1 + random.nextInt(8);
        byte[] content = new byte[random.nextInt(pages * 4096)];
        random.nextBytes(content);
        session.add(new KexecSegment("s" + at, content, at, pages * 4096L));
        for (int i = 0; i < pages; i++) {
          destinations.add(at + i * 4096);
        }
        at += (pages + random.nextInt(40)) * 4096;
      }
      try (Kimage image = session.prepare(0x100000, true)) {
        List<PageList.Exchange> list = PageList.read(bus, image.head());
        assertEquals(destinations.size(), list.size());
        Set<Integer> used = new HashSet<>();
        for (PageList.Exchange e : list) {
          assertTrue(used.add(e.source()), "source page used twice");
          boolean own = e.source() == e.destination();
          assertTrue(own || !destinations.contains(e.source()), "source is another's destination");
        }
        for (int page : List.of(image.controlPage(), image.swapPage(), image.pgd())) {
          assertFalse(destinations.contains(page));
          assertTrue(used.add(page));
        }
      }
      assertEquals(frames.total(), frames.available());
    }
    assertArrayEquals(new byte[RAM], bus.ram, "released frames are zero");
  }

  @Test
  void sourcePagesHoldContentAndZeroFill() {
    byte[] content = new byte[5000];
    Arrays.fill(content, (byte) 0x5a);
    try (Kimage image =
        load().add(new KexecSegment("s", content, 0x10000, 0x3000)).prepare(0, true)) {
      byte[] expected = Arrays.copyOf(content, 0x3000);
      assertArrayEquals(expected, image.segments().get(0).read(0, 0x3000));
      List<PageList.Exchange> list = PageList.read(bus, image.head());
      assertEquals(0x12000, list.get(2).destination());
      assertEquals(0x5a, bus.read8(list.get(1).source() + 5000 - 4096 - 1));
      assertEquals(0, bus.read8(list.get(1).source() + 5000 - 4096));
    }
  }

  @Test
  void listsOverSeveralIndirectionPages() {
    // 1023 entries a page: 700 pages with a destination word each need two pages of list.
    KexecLoad session = load();
    for (int i = 0; i < 700; i++) {
      session.add(KexecSegment.zeroed("s" + i, 0x100000 + i * 0x2000L, 0x1000));
    }
    try (Kimage image = session.prepare(0, true)) {
      List<PageList.Exchange> list = PageList.read(bus, image.head());
      assertEquals(700, list.size());
      assertEquals(0x100000 + 699 * 0x2000, list.get(699).destination());
    }
  }

  @Test
  void runningOutOfPagesAnywhereLeavesNothingBehind() {
    KexecLoad session = load().add(KexecSegment.zeroed("s", 0x10000, 0x8000));
    int needed;
    try (Kimage image = session.prepare(0, true)) {
      needed = frames.total() - frames.available();
      assertNotEquals(0, image.pgd());
    }
    int spare = frames.total();
    while (spare >= needed) {
      frames.allocate(0, f -> true);
      spare--;
    }
    for (; spare >= 0; spare--) {
      KexecException e = assertThrows(KexecException.class, () -> session.prepare(0, true));
      assertEquals(Errno.ENOMEM, e.errno());
      assertEquals(spare, frames.available());
      frames.allocate(0, f -> true);
    }
  }

  @Test
  void usesADestinationPageForItselfWhenNothingElseIsLeft() {
    while (frames.available() > 12) {
      frames.allocate(0, f -> true);
    }
    int last = RAM - 0x4000;
    Kimage image = load().add(KexecSegment.zeroed("s", last, 0x4000)).prepare(0, true);
    for (PageList.Exchange e : PageList.read(bus, image.head())) {
      assertTrue(e.source() == e.destination() || e.source() < last);
    }
    image.close();
  }

  @Test
  void aSessionGrowsByAnyNumberOfSegments() {
    KexecLoad session = load();
    for (int i = 0; i < 300; i++) {
      session.add(KexecSegment.zeroed("s" + i, 0x100000 + i * 0x1000L, 0x1000));
    }
    try (Kimage image = session.prepare(0, true)) {
      assertEquals(300, image.segments().size());
    }
  }

  @Test
  void residentSegmentsOutliveTheImage() {
    List<LoadedSegment> resident =
        load().add(KexecSegment.of("program", new byte[] {1, 2, 3}, 0x200000)).loadResident();
    try (Kimage image = load().add(resident.get(0)).prepare(0x200000, true)) {
      assertEquals(0x200000, PageList.read(bus, image.head()).get(0).destination());
    }
    assertArrayEquals(new byte[] {1, 2, 3}, resident.get(0).read(0, 3));
    KexecLoad.release(frames, resident);
    assertEquals(frames.total(), frames.available());
  }

  @ParameterizedTest
  @EnumSource(PagingMode.class)
  void identityTablesMapOnePageTwiceAndNothingElse(PagingMode mode) {
    int[] pages = new int[IdentityTables.pages(mode)];
    for (int i = 0; i < pages.length; i++) {
      pages[i] = frames.allocate(0, f -> true);
    }
    IdentityTables.write(bus, mode, pages, 0x345000, 0xc0345000);
    int present = 0;
    for (int page : pages) {
      for (int i = 0; i < 4096; i += 4) {
        present += bus.read32(page + i) & 1;
      }
    }
    assertEquals(mode == PagingMode.PAE ? 6 : 4, present);
    assertThrows(
        IllegalArgumentException.class,
        () -> IdentityTables.write(bus, mode, pages, 0x345000, 0x346000));
  }
}
