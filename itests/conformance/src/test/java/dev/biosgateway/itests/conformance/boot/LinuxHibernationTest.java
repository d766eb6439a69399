package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.kexec.boot.DirectLinuxBoot;
import dev.biosgateway.kexec.hibernate.DiskSaver;
import dev.biosgateway.kexec.hibernate.Hibernation;
import dev.biosgateway.kexec.hibernate.Resumption;
import dev.biosgateway.kexec.hibernate.SaveOptions;
import dev.biosgateway.kexec.hibernate.Saver;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.kexec.vmcore.DumpLevel;
import dev.biosgateway.kexec.vmcore.ElfClass;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    assertGoesOnInAnotherProcess(file);
  }

  private static SaveOptions level(int bits) {
    return new SaveOptions(ElfClass.ELF64, new DumpLevel(bits), false);
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
