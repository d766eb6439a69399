package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.kexec.boot.DirectLinuxBoot;
import dev.biosgateway.kexec.hibernate.Hibernation;
import dev.biosgateway.kexec.hibernate.Resumption;
import dev.biosgateway.kexec.hibernate.SaveOptions;
import dev.biosgateway.kexec.hibernate.Saver;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.device.uart.Uart16550;
import dev.biosgateway.x86.isa.CpuModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hibernation without ACPI with a real Linux as kernel A: its own kexec jumps to our saver. */
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

  private static final long SLICE = 2_000_000;
  private static final long BUDGET = 1_000_000_000;

  @TempDir Path folder;

  private static byte[] initramfs(Path linux) throws IOException {
    return new InitramfsArchive(linux)
        .script("hibernate", INIT)
        .file("t/saver.elf", Saver.elf())
        .bytes();
  }

  private static String serial(Machine machine) {
    machine.device(Uart16550.class).drain();
    return machine.console().text();
  }

  /** Runs until the serial line has a text or something stops the machine. */
  private static Stop run(Machine machine, String until) {
    Stop stop = machine.run(SLICE);
    for (long used = SLICE;
        used < BUDGET && stop.reason() == Stop.Reason.BUDGET && !serial(machine).contains(until);
        used += SLICE) {
      stop = machine.run(SLICE);
    }
    return stop;
  }

  @Test
  void aProcessOfLinuxGoesOnCountingInANewMachine() throws IOException {
    Path linux = Prerequisite.shared("linux");
    Path kernel = linux.resolve("bzImage-i386-fix-lz4");
    MachineConfig config = MachineConfig.DEFAULT.withCpu(CpuModel.PENTIUM).withMemory(64 << 20);
    Machine first = new Machine(config);
    new DirectLinuxBoot(
            BzImage.parse(kernel.toString(), Files.readAllBytes(kernel)),
            initramfs(linux),
            "console=ttyS0 quiet kj=hibernate")
        .load(first);
    Path file = folder.resolve("vmcore");
    Hibernation hibernation =
        Hibernation.attend(first, file, SaveOptions.DEFAULT, Hibernation.Then.STOP);
    Stop stop = run(first, "KJ-DONE");
    assertEquals(Stop.Reason.TRAP, stop.reason(), () -> stop + "\n" + serial(first));
    assertEquals(Optional.empty(), hibernation.failure());
    assertTrue(serial(first).contains("count 4"), () -> serial(first));
    assertFalse(serial(first).contains("count 5"), () -> serial(first));

    Vmcore core = Vmcore.read(file);
    Machine second =
        Resumption.resume(
            core, Resumption.configuration(core, MachineConfig.DEFAULT), Optional.empty());
    second.console().clear();
    run(second, "KJ-DONE");
    String log = serial(second).replace("\r", "");
    assertTrue(log.contains("count 5\ncount 6\ncount 7\ncount 8\n"), log);
    assertTrue(log.contains("KJ-DONE rc=0"), log);
    assertFalse(log.contains("count 4"), log);
  }
}
