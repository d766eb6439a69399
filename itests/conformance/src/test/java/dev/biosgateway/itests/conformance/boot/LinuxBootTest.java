package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.boot.BootEnd;
import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.boot.Medium;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.testkit.bare.BareBoot;
import dev.biosgateway.testkit.host.Prerequisite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A real Linux kernel on our machine, compared with what it printed on QEMU and on Bochs, and with
 * itself: run twice, and saved, ended and gone on in another process.
 */
class LinuxBootTest {
  private static final long MIDDLE = 21_234_567;

  @TempDir Path folder;

  private static BootResult run(BootSession machine, BootGoal goal, BootEnd end) {
    BootResult result = machine.run(goal);
    assertEquals(end, result.end(), () -> result + "\n" + machine.serialText());
    return result;
  }

  private static String state(BootSession machine) {
    return "MATCHED " + machine.instructions() + " " + machine.digest();
  }

  @ParameterizedTest
  @CsvSource({
    "i386, phys1low, phys1low",
    "i386, phys1, phys1",
    "i386-fix, phys1n, phys1-fix",
    "i386-fix, 'info,err', err"
  })
  void entered32BitItPrintsWhatItPrintedOnQemu(String kernel, String tests, String expected)
      throws IOException {
    try (BootSession machine = BareBoot.open(LinuxGuest.request(kernel, "kj=" + tests).build())) {
      run(machine, LinuxGuest.DONE, BootEnd.MATCHED);
      assertEquals(LinuxGuest.expected(expected), KexecLog.normalise(machine.serialText()));
    }
  }

  /** Real mode and the services of the BIOS, out of Linux: INT 10h, 11h, 12h, 13h, 15h, 1Ah. */
  @ParameterizedTest
  @CsvSource({"i386, phys2, phys2", "i386-fix, phys2n, phys2-fix"})
  void itsProgramsCallTheBiosAndGetTheResultsBack(String kernel, String test, String expected)
      throws IOException {
    byte[] disk = new byte[20 << 20];
    byte[] mark = "\u00eb>KJ-DISK-MBR--\u0090".getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(mark, 0, disk, 0, mark.length);
    disk[510] = 0x55;
    disk[511] = (byte) 0xaa;
    BootRequest request =
        LinuxGuest.request(kernel, "kj=" + test)
            .machine(
                MachineSettings.DEFAULT
                    .withBoard("pc-i440fx")
                    .withCpu("pentium")
                    .withMemory(64 << 20))
            .firmware(Prerequisite.seabios("bios-256k.bin"))
            .displayFirmware(Prerequisite.seabios("vgabios-stdvga.bin"))
            .disk(Medium.of(Files.write(folder.resolve("disk.img"), disk)))
            .floppy(Medium.of(Files.write(folder.resolve("floppy.img"), new byte[2880 << 10])))
            .build();
    try (BootSession machine = BareBoot.open(request)) {
      run(machine, LinuxGuest.DONE, BootEnd.MATCHED);
      assertEquals(LinuxGuest.expected(expected), KexecLog.normalise(machine.serialText()));
    }
  }

  @Test
  void enteredAtItsSetupCodeThatOurOwnRomsServeItPrintsTheSame() throws IOException {
    BootRequest request =
        LinuxGuest.request("i386", "kj=phys1low")
            .optionRom(plugin("vga-rom/src/main/resources/rom/vga.bin"))
            .optionRom(plugin("system-services/src/main/resources/rom/system.bin"))
            .build();
    try (BootSession machine = BareBoot.open(request)) {
      run(machine, LinuxGuest.DONE, BootEnd.MATCHED);
      assertEquals(LinuxGuest.expected("phys1low"), KexecLog.normalise(machine.serialText()));
      assertTrue(machine.screenText().orElseThrow().contains("Decompressing Linux"));
    }
  }

  private static Path plugin(String image) {
    return Path.of("../../bios-plugins").resolve(image);
  }

  @Test
  void throughSeaBiosAndItsSetupCodeItPrintsTheSame() throws IOException {
    BootRequest request =
        LinuxGuest.request("i386", "kj=phys1low")
            .machine(
                MachineSettings.DEFAULT
                    .withBoard("pc-i440fx")
                    .withCpu("pentium")
                    .withMemory(64 << 20))
            .firmware(Prerequisite.seabios("bios-256k.bin"))
            .build();
    try (BootSession machine = BareBoot.open(request)) {
      run(machine, LinuxGuest.DONE, BootEnd.MATCHED);
      assertEquals(LinuxGuest.expected("phys1low"), KexecLog.normalise(machine.serialText()));
      assertTrue(machine.screenText().orElseThrow().contains("Booting from ROM"));
    }
  }

  @Test
  void twoRunsAndOneThatGoesOnInAnotherProcessEndInTheSameState() throws Exception {
    BootRequest request = LinuxGuest.request("i386", "kj=phys1low").build();
    String first;
    try (BootSession machine = BareBoot.open(request)) {
      run(machine, LinuxGuest.DONE, BootEnd.MATCHED);
      first = state(machine);
    }
    Path file = folder.resolve("linux.machine");
    try (BootSession machine = BareBoot.open(request)) {
      run(machine, BootGoal.NONE.withBudget(MIDDLE), BootEnd.BUDGET);
      machine.save(file);
      run(machine, LinuxGuest.DONE, BootEnd.MATCHED);
      assertEquals(first, state(machine), "to save it does nothing to it");
    }
    assertEquals(first, RestoredMachine.endOf(file), "the other process");
  }

  @Test
  void theJumpThatNeedsAMendedKernelIsATripleFaultWithoutTheMend() {
    try (BootSession machine = BareBoot.open(LinuxGuest.request("i386", "kj=phys0").build())) {
      BootResult result = run(machine, LinuxGuest.DONE, BootEnd.TRIPLE_FAULT);
      assertTrue(result.reason().contains("begun by #GP(0x68)"), result::toString);
    }
    try (BootSession machine = BareBoot.open(LinuxGuest.request("i386-fix", "kj=phys0").build())) {
      run(machine, LinuxGuest.DONE, BootEnd.MATCHED);
    }
  }

  @Test
  void aRebootWithoutFirmwareEndsTheRun() {
    BootRequest request = LinuxGuest.request("i386", "kj=info kjend=reboot reboot=t").build();
    BootGoal end = LinuxGuest.DONE.withText(Pattern.compile("no such text"));
    try (BootSession machine = BareBoot.open(request)) {
      run(machine, end, BootEnd.TRIPLE_FAULT); // reboot=t asks for one
      assertTrue(machine.serialText().contains("KJ-DONE rc=0"), machine::serialText);
    }
  }

  @Test
  void firmwareThatIsSavedInItsPostGoesOnToTheSameEnd() {
    BootRequest request =
        BootRequest.builder()
            .machine(MachineSettings.DEFAULT.withBoard("pc-i440fx"))
            .firmware(Prerequisite.seabios("bios-256k.bin"))
            .build();
    BootGoal end = BootGoal.until("No bootable device").withBudget(50_000_000);
    Path file = folder.resolve("post.machine");
    String first;
    try (BootSession machine = BareBoot.open(request)) {
      run(machine, BootGoal.NONE.withBudget(1_234_567), BootEnd.BUDGET);
      machine.save(file);
      run(machine, end, BootEnd.MATCHED);
      first = state(machine);
    }
    try (BootSession machine = BareBoot.restore(file, BootRequest.builder().build())) {
      run(machine, end, BootEnd.MATCHED);
      assertEquals(first, state(machine));
    }
    assertTrue(Files.exists(file));
  }

  @Test
  void whoIsKilledWhileSavingLeavesAMachineThatGoesOn() throws Exception {
    Path file = folder.resolve("killed.machine");
    BootRequest request = LinuxGuest.request("i386", "kj=info").build();
    try (BootSession machine = BareBoot.open(request)) {
      run(machine, BootGoal.NONE.withBudget(5_000_000), BootEnd.BUDGET);
      machine.save(file);
    }
    for (int i = 0; i < 2; i++) {
      Process saver = RestoredMachine.start(EndlessSaver.class, file);
      try (BufferedReader said =
          new BufferedReader(
              new InputStreamReader(saver.getInputStream(), StandardCharsets.US_ASCII))) {
        assertTrue(said.readLine() != null, "it saves");
        Thread.sleep(37L * i); // somewhere in the middle of a save
        saver.destroyForcibly().waitFor();
      }
      try (BootSession machine = BareBoot.restore(file, BootRequest.builder().build())) {
        assertTrue(machine.instructions() > 5_000_000);
        run(machine, BootGoal.NONE.withBudget(1000), BootEnd.BUDGET);
      }
    }
  }
}
