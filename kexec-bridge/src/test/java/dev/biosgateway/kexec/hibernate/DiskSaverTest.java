package dev.biosgateway.kexec.hibernate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.Message;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.kexec.vmcore.SaverDisk;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.RawImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernel B writes kernel A to a disk of the machine by itself. */
class DiskSaverTest {
  private static final int DISK = 8 << 20;
  private static final int MOMENTS = 60;

  @TempDir Path folder;

  private static MachineConfig config(String board, BlockImage disk) {
    MachineConfig config = CounterKernel.CONFIG.withBoard(Boards.named(board));
    return config.withFitting(config.fitting().withDrives(Drives.NONE.withDisk(disk)));
  }

  private Path emptyDisk(long bytes) throws IOException {
    Path file = folder.resolve("disk.img");
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(bytes);
    }
    return file;
  }

  private static CounterKernel counting(MachineConfig config) {
    CounterKernel a = new CounterKernel(config, PagingMode.PAE);
    CounterKernel.runUntil(a.machine, "\n5\n");
    return a;
  }

  private static Kimage load(CounterKernel a, int restart, Optional<MemoryMap> backup) {
    return a.loadSaver(new DiskSaver(0, restart).segment(), DiskSaver.entry(), Optional.of(backup));
  }

  /** Lets A jump to B, and go on afterwards. */
  private static void save(CounterKernel a) {
    a.machine.console().clear();
    a.requestJump();
    CounterKernel.runUntil(a.machine, "R");
  }

  private static int goesOn(CounterKernel a, Vmcore core) {
    int count = a.countIn(core);
    Machine machine = Resumption.resume(core, CounterKernel.CONFIG, Optional.empty());
    machine.console().clear();
    CounterKernel.runUntil(machine, "R" + (count + 1) + "\n" + (count + 2) + "\n");
    return count;
  }

  @ParameterizedTest
  @ValueSource(strings = {"pc-at", "pc-i440fx"})
  void theKernelGoesOnFromWhatWasWrittenAndEachSaveTakesTheOtherPlace(String board)
      throws IOException {
    Path file = emptyDisk(DISK);
    try (RawImage disk = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      CounterKernel a = counting(config(board, disk));
      Kimage image = load(a, RestartPoint.RESTORE, Optional.empty());
      long former = 0;
      for (int round = 1; round <= 3; round++) {
        save(a);
        assertEquals(0, DiskSaver.status(image.segments().get(0)));
        assertEquals(List.of(new Message.Saved(0)), a.messages());
        SaverDisk.Commit commit = SaverDisk.newest(file).orElseThrow();
        assertEquals(round, commit.generation());
        assertNotEquals(former, commit.offset());
        former = commit.offset();
        Vmcore core = Vmcore.read(file);
        assertNull(core.page(DiskSaver.AREA.address()), "B's own area is cut out");
        assertNull(core.page(0xff0000), "nor is there a page of zeros");
        int count = goesOn(a, core);
        CounterKernel.runUntil(a.machine, "\n" + (count + 3) + "\n");
      }
    }
  }

  @Test
  void theKernelPowersTheMachineOffWhenAllIsSafe() throws IOException {
    Path file = emptyDisk(DISK);
    try (RawImage disk = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      CounterKernel a = counting(config("pc-i440fx", disk));
      load(a, RestartPoint.POWER_OFF_S4, Optional.empty());
      a.requestJump();
      Stop stop = a.machine.run(100_000_000);
      assertEquals(Stop.Reason.POWER_OFF, stop.reason(), stop::toString);
      goesOn(a, Vmcore.read(file));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyWhatTheMemoryMapOfTheProtocolNamesIsSaved(boolean scattered) throws IOException {
    Path file = emptyDisk(DISK);
    try (RawImage disk = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      CounterKernel a = counting(config("pc-at", disk));
      a.machine.bus().write32(0x700000, 1);
      a.machine.bus().write32(0x800000, 1);
      List<PageRange> ranges = new ArrayList<>();
      for (int page = 0x100; page < 0x740; page += scattered ? 2 : 0x640) {
        ranges.add(new PageRange(page * 4096L, scattered ? 1 : 0x640));
      }
      load(a, RestartPoint.RESTORE, Optional.of(MemoryMap.of(ranges)));
      save(a);
      Vmcore core = Vmcore.read(file);
      assertNotNull(core.page(0x700000));
      assertNull(core.page(0x800000), "not in the map");
      assertEquals(scattered, core.page(0x101000) == null, "every second page");
    }
  }

  @Test
  void aDiskThatIsTooSmallIsReportedAndKeepsTheFormerCore() throws IOException {
    Path file = emptyDisk(1 << 20);
    try (RawImage disk = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      CounterKernel a = counting(config("pc-at", disk));
      Kimage image = load(a, RestartPoint.RESTORE, Optional.empty());
      save(a);
      assertEquals(0, DiskSaver.status(image.segments().get(0)));
      for (int page = 0x600; page < 0x700; page++) {
        a.machine.bus().write32(page << 12, page);
      }
      save(a);
      assertEquals(28, DiskSaver.status(image.segments().get(0)), "ENOSPC");
      assertEquals(1, SaverDisk.newest(file).orElseThrow().generation());
      goesOn(a, Vmcore.read(file));
    }
  }

  @Test
  void withoutADiskTheKernelIsToldAndGoesOn() {
    CounterKernel a = counting(CounterKernel.CONFIG.withBoard(Boards.named("pc-at")));
    Kimage image = load(a, RestartPoint.RESTORE, Optional.empty());
    save(a);
    assertEquals(6, DiskSaver.status(image.segments().get(0)), "ENXIO");
    assertEquals(List.of(new Message.Saved(6)), a.messages());
  }

  /** The disk as it is at any instruction of the second save: the first core or the second one. */
  @Test
  void atEveryMomentOfASaveTheDiskHasAWholeCore() throws IOException {
    Path file = emptyDisk(DISK);
    try (RawImage disk = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      CounterKernel a = counting(config("pc-at", disk));
      load(a, RestartPoint.RESTORE, Optional.empty());
      save(a);
      long begin = a.machine.clock().retiredInstructions();
      save(a);
      long length = a.machine.clock().retiredInstructions() - begin;
      a.machine.console().clear();
      a.requestJump();
      Random random = new Random(28);
      int last = 2;
      for (int i = 0; !a.machine.console().text().contains("R"); i++) {
        a.machine.run(1 + random.nextInt((int) (2 * length / MOMENTS)));
        int generation = SaverDisk.newest(file).orElseThrow().generation();
        assertTrue(generation == last || generation == 3 && last == 2, "generation " + generation);
        last = generation;
        assertTrue(Vmcore.read(file).jumpBackEntry().isPresent());
        assertTrue(i < 10 * MOMENTS, "it does not end");
      }
      assertEquals(3, last);
    }
  }
}
