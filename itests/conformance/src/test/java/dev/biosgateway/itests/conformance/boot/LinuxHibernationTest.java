package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.biosgateway.kexec.boot.DirectLinuxBoot;
import dev.biosgateway.kexec.hibernate.DiskSaver;
import dev.biosgateway.kexec.hibernate.Hibernation;
import dev.biosgateway.kexec.hibernate.Resumption;
import dev.biosgateway.kexec.hibernate.SaveOptions;
import dev.biosgateway.kexec.hibernate.Saver;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.kexec.vmcore.DumpFormat;
import dev.biosgateway.kexec.vmcore.DumpLevel;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.media.RawImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hibernation without ACPI with a real Linux as kernel A: its own kexec jumps to our saver, the
 * process ends, and Linux goes on in another one.
 */
class LinuxHibernationTest {
  /**
   * Counts to 8, and jumps to the saver at 4. Digests are left out: they take longer than Linux.
   */
  private static final String INIT =
      """
      kexec --load-preserve-context -i --args-none --mem-min=0x%x --mem-max=0x%x /t/saver.elf
      echo "load $?"
      n=0
      while [ $n -lt 8 ]; do
        n=$((n+1)); echo "count $n"; kjtest drain
        [ $n = 4 ] && kexec -e -x
      done
      true
      """
          .formatted(Saver.AREA.address(), Saver.AREA.end() - 1);

  private static final long DISK = 64 << 20;

  @TempDir Path folder;

  /** Linux before its first instruction, with a saver to load. */
  private static Machine kernelA(MachineConfig config, byte[] saver) throws IOException {
    Path linux = Prerequisite.shared("linux");
    Path kernel = linux.resolve("bzImage-i386-fix-lz4");
    byte[] initramfs =
        new InitramfsArchive(linux).script("hibernate", INIT).file("t/saver.elf", saver).bytes();
    Machine machine = new Machine(config);
    new DirectLinuxBoot(
            BzImage.parse(kernel.toString(), Files.readAllBytes(kernel)),
            initramfs,
            "console=ttyS0 quiet kj=hibernate")
        .load(machine);
    return machine;
  }

  private static void runUntilItStops(Machine a, Stop.Reason reason) {
    Stop stop = ResumedLinux.run(a, "KJ-DONE");
    String log = ResumedLinux.serial(a);
    assertEquals(reason, stop.reason(), () -> stop + "\n" + log);
    assertTrue(log.contains("count 4"), log);
    assertFalse(log.contains("count 5"), log);
  }

  private static void assertGoesOnInAnotherProcess(Path file) throws IOException {
    String log = ResumedLinux.logOf(file);
    assertTrue(log.contains("count 5\ncount 6\ncount 7\ncount 8\n"), log);
    assertTrue(log.contains("KJ-DONE rc=0"), log);
    assertFalse(log.contains("count 4"), log);
  }

  @Test
  void aProcessOfLinuxGoesOnCountingInANewMachineOfAnotherProcess() throws IOException {
    Machine a = kernelA(ResumedLinux.MACHINE.withMemory(320 << 20), Saver.elf());
    Path file = folder.resolve("vmcore");
    Hibernation hibernation = Hibernation.attend(a, file, level(17), Hibernation.Then.STOP);
    runUntilItStops(a, Stop.Reason.TRAP);
    assertEquals(Optional.empty(), hibernation.failure());
    levelsLeaveOutWhatLinuxUsesPagesFor(hibernation);
    compressedItGoesOnToo(hibernation);
    assertGoesOnInAnotherProcess(file);
  }

  private static SaveOptions level(int bits) {
    return new SaveOptions(DumpFormat.ELF64, new DumpLevel(bits));
  }

  private long memoryOf(Hibernation hibernation, int bits) throws IOException {
    Path file = folder.resolve("level" + bits);
    hibernation.saveAs(file, level(bits));
    Vmcore core = Vmcore.read(file);
    Map<String, String> info = core.vmcoreinfo();
    assertTrue(info.get("OSRELEASE").startsWith("6.1."), info::toString);
    assertTrue(info.containsKey("SYMBOL(mem_map)"), info::toString);
    long bytes = core.loads().stream().mapToLong(Vmcore.Load::size).sum();
    if (bits == 31) {
      KexecException e =
          assertThrows(
              KexecException.class,
              () -> Resumption.resume(core, ResumedLinux.MACHINE, Optional.empty()));
      assertTrue(e.getMessage().contains("level 31"), e.getMessage());
    }
    Files.delete(file);
    return bytes;
  }

  /** By its own VMCOREINFO, as makedumpfile's -d. */
  private void levelsLeaveOutWhatLinuxUsesPagesFor(Hibernation hibernation) throws IOException {
    long zero = memoryOf(hibernation, 1);
    long cache = memoryOf(hibernation, 1 | 2);
    long privateCache = memoryOf(hibernation, 1 | 2 | 4);
    long user = memoryOf(hibernation, 1 | 8);
    long free = memoryOf(hibernation, 1 | 16);
    long all = memoryOf(hibernation, 31);
    String figures = zero + " " + cache + " " + privateCache + " " + user + " " + free + " " + all;
    assertTrue(cache < zero && user < zero && free < zero / 4, figures);
    assertTrue(privateCache <= cache && all < privateCache && all < user && all < free, figures);
    assertTrue(all > 1 << 20, figures);
  }

  private void compressedItGoesOnToo(Hibernation hibernation) throws IOException {
    Path file = folder.resolve("compressed");
    hibernation.saveAs(file, new SaveOptions(DumpFormat.KDUMP, new DumpLevel(17)));
    assertGoesOnInAnotherProcess(file);
  }

  /** The makedumpfile of i386, which knows no other kernels: its own reader of our dumps. */
  @ParameterizedTest
  @EnumSource(DumpFormat.class)
  void makedumpfileReadsTheKernelsLogAndWritesTheDumpAnew(DumpFormat format) throws Exception {
    String makedumpfile = System.getProperty("biosgateway.makedumpfile", "");
    assumeFalse(
        makedumpfile.isEmpty(), "name a makedumpfile for i386 by -Dbiosgateway.makedumpfile");
    Machine a = kernelA(ResumedLinux.MACHINE.withMemory(64 << 20), Saver.elf());
    Path file = folder.resolve("vmcore");
    Hibernation.attend(a, file, new SaveOptions(format, new DumpLevel(1)), Hibernation.Then.STOP);
    runUntilItStops(a, Stop.Reason.TRAP);
    Path log = folder.resolve("dmesg");
    run(makedumpfile, "--dump-dmesg", file.toString(), log.toString());
    assertTrue(Files.readString(log).contains("Linux version 6.1."), Files.readString(log));
    Path again = folder.resolve("again");
    run(makedumpfile, "-c", "-d", "17", file.toString(), again.toString());
    Vmcore core = Vmcore.read(again);
    assertEquals(DumpFormat.KDUMP, core.format());
    Vmcore ours = Vmcore.read(file);
    assertEquals(ours.jumpBackEntry(), core.jumpBackEntry());
    int compared = 0;
    for (Vmcore.Load load : core.loads()) {
      for (long at = load.address(); at < load.end(); at += 4096, compared++) {
        assertArrayEquals(ours.page(at), core.page(at), "page at 0x" + Long.toHexString(at));
      }
    }
    assertTrue(compared > 500, compared + " pages");
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  /** Nobody outside of the machine helps B; what it leaves is a disk. */
  @Test
  void linuxIsWrittenToADiskByTheSaverItselfAndGoesOnInAnotherProcess() throws IOException {
    Path file = folder.resolve("disk.img");
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(DISK);
    }
    try (RawImage disk = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      MachineConfig config =
          ResumedLinux.MACHINE.withMemory(32 << 20).withBoard(Boards.named("pc-i440fx"));
      config = config.withFitting(config.fitting().withDrives(Drives.NONE.withDisk(disk)));
      runUntilItStops(
          kernelA(config, new DiskSaver(0, RestartPoint.POWER_OFF_S4).elf()),
          Stop.Reason.POWER_OFF);
    }
    assertGoesOnInAnotherProcess(file);
  }
}
