package dev.biosgateway.itests.conformance.firmware;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.testkit.host.Qemu;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.board.Firmware;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.device.rom.RomImage;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.RawImage;
import dev.biosgateway.x86.snapshot.MachineImage;
import dev.biosgateway.x86.translate.TranslationMetrics;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** System firmware as Debian has it, from the reset vector to its attempt to boot. */
class FirmwarePostTest {
  private static final int SEABIOS_LOG = 0x402;
  private static final int BOCHS_LOG = 0x403;
  private static final String NO_DEVICE = "No bootable device.";
  private static final int MEGABYTE = 1 << 20;

  /**
   * What may differ from QEMU, and why: our ACPI and SMBIOS tables have other sizes, so that they,
   * what lies beside them, and the memory they take from the map are elsewhere.
   */
  private static final Map<Pattern, String> OURS =
      Map.of(
          Pattern.compile("(?m)^(Copying (?:MPTABLE|SMBIOS) from ).*$"), "$1...",
          Pattern.compile("(?m)^(table\\(\\w+\\)=).*$"), "$1...",
          Pattern.compile("(?m)^(ACPI: parse DSDT at ).*$"), "$1...",
          Pattern.compile("(?m)^(Space available for UMB: ).*$"), "$1...",
          Pattern.compile("(?m)^(Returned )\\d+( bytes of ZoneHigh)$"), "$1...$2",
          Pattern.compile("(?m)^(  [34]: )[0-9a-f]{16} - [0-9a-f]{16}"), "$1...",
          Pattern.compile("(?m)^(drive 0x)[0-9a-f]+"), "$1...");

  /** Its lines in alphabetical order: the drivers' threads take turns as devices are ready. */
  private static String comparable(String log) {
    String text = log;
    for (Map.Entry<Pattern, String> ours : OURS.entrySet()) {
      text = ours.getKey().matcher(text).replaceAll(ours.getValue());
    }
    return text.substring(0, text.lastIndexOf(NO_DEVICE))
        .lines()
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static Fitting fitting(String system, String display) throws IOException {
    return Fitting.DEFAULT
        .withMemory(64 * MEGABYTE)
        .withFirmware(
            Firmware.NONE
                .withSystem(RomImage.read(Prerequisite.seabios(system)))
                .withDisplay(RomImage.read(Prerequisite.seabios(display))));
  }

  private static Path empty(Path folder, String name, int bytes) throws IOException {
    Path file = folder.resolve(name);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bios.bin", "bios-256k.bin"})
  void seaBiosFindsWhatItFindsOnQemu(String bios, @TempDir Path folder) throws IOException {
    Path floppy = empty(folder, "floppy", 1440 << 10);
    Path disk = empty(folder, "disk", 20 * MEGABYTE);
    Path cdrom = empty(folder, "cdrom", MEGABYTE);
    Fitting fitting =
        fitting(bios, "vgabios-stdvga.bin")
            .withDrives(
                Drives.NONE
                    .withFloppy(RawImage.open(floppy))
                    .withDisk(RawImage.open(disk))
                    .withCdrom(CdImage.open(cdrom)));
    Post post = new Post("pc-i440fx", fitting, SEABIOS_LOG);
    post.runToLog(NO_DEVICE);
    String qemu =
        Qemu.debugPort(
            folder,
            SEABIOS_LOG,
            NO_DEVICE,
            List.of(
                "-m",
                "64",
                "-vga",
                "std",
                "-serial",
                "null",
                "-parallel",
                "null",
                "-bios",
                Prerequisite.seabios(bios).toString(),
                "-global",
                "apic-common.vapic=off", // a ROM of QEMU's own
                "-drive",
                "if=floppy,format=raw,file=" + floppy,
                "-drive",
                "if=ide,index=0,media=disk,format=raw,file=" + disk,
                "-drive",
                "if=ide,index=2,media=cdrom,format=raw,file=" + cdrom));
    assertEquals(comparable(qemu), comparable(post.log()));
  }

  /** Of 256 KB too, for which QEMU's {@code isapc} has no room below 1 MB. */
  @ParameterizedTest
  @ValueSource(strings = {"bios.bin", "bios-256k.bin"})
  void seaBiosRunsOnABoardWithoutPci(String bios) throws IOException {
    Post post = new Post("pc-at", fitting(bios, "vgabios-isavga.bin"), SEABIOS_LOG);
    post.runToLog(NO_DEVICE);
    assertTrue(post.log().contains("Detected non-PCI system"), post::log);
    assertTrue(post.log().contains("ATA controller 1 at 1f0/3f4/0 (irq 14"), post::log);
    assertTrue(post.log().contains("PS2 keyboard initialized"), post::log);
  }

  @ParameterizedTest
  @CsvSource({
    "pc-at,BIOS-bochs-legacy",
    "pc-i440fx,BIOS-bochs-legacy",
    "pc-i440fx,BIOS-bochs-latest"
  })
  void bochsBiosComesToItsBootAttempt(String board, String bios) throws IOException {
    Path system =
        Prerequisite.file("biosgateway.bochsbios", "/usr/share/bochs", "install Debian's bochsbios")
            .resolve(bios);
    Path display =
        Prerequisite.file(
            "biosgateway.vgabios", "/usr/share/vgabios/vgabios.bin", "install Debian's vgabios");
    Fitting fitting =
        Fitting.DEFAULT.withFirmware(
            Firmware.NONE.withSystem(RomImage.read(system)).withDisplay(RomImage.read(display)));
    Post post = new Post(board, fitting, BOCHS_LOG);
    String screen = post.runToScreen("FATAL: No bootable device.");
    assertTrue(screen.contains("Bochs 2."), screen);
    assertTrue(screen.contains("Booting from Hard Disk..."), screen);
  }

  @Test
  void ipxeInitialisesAndIsBooted() throws IOException {
    Path ipxe =
        Prerequisite.file(
            "biosgateway.ipxe", "/usr/lib/ipxe/qemu/pxe-e1000.rom", "install Debian's ipxe-qemu");
    Fitting fitting = fitting("bios-256k.bin", "vgabios-stdvga.bin");
    Firmware firmware = fitting.firmware().withOption(RomImage.read(ipxe));
    Post post = new Post("pc-i440fx", fitting.withFirmware(firmware), SEABIOS_LOG);
    String screen = post.runToScreen("starting execution...");
    assertTrue(post.log().contains("Running option rom at ca00:0003"), post::log);
    assertTrue(screen.contains("iPXE (http://ipxe.org)"), screen);
    assertTrue(screen.contains("PCI2.10 PnP PMM"), screen);
  }

  @ParameterizedTest
  @ValueSource(longs = {700_000, 2_100_000, 3_300_001})
  void aPostThatIsSavedOnItsWayComesToTheSameEnd(long instructions) throws IOException {
    Fitting fitting = fitting("bios-256k.bin", "vgabios-stdvga.bin");
    Machine straight = new Post("pc-i440fx", fitting, SEABIOS_LOG).machine();
    straight.run(5_000_000);
    Machine first = new Post("pc-i440fx", fitting, SEABIOS_LOG).machine();
    first.run(instructions);
    Machine second = MachineImage.of(first).newMachine();
    second.run(5_000_000 - instructions);
    assertArrayEquals(MachineImage.of(straight).digest(), MachineImage.of(second).digest());
  }

  @Test
  void twoPostsAreTheSameToTheInstruction() throws IOException {
    Fitting fitting = fitting("bios-256k.bin", "vgabios-stdvga.bin");
    Machine one = new Post("pc-i440fx", fitting, SEABIOS_LOG).machine();
    Machine other = new Post("pc-i440fx", fitting, SEABIOS_LOG).machine();
    assertEquals(one.run(5_000_000).toString(), other.run(5_000_000).toString());
    assertEquals(one.sections(), other.sections());
  }

  @Test
  void aPostIsTheSameInEveryTier() throws IOException {
    Fitting fitting = fitting("bios-256k.bin", "vgabios-stdvga.bin");
    Machine interpreted =
        new Post("pc-i440fx", fitting, SEABIOS_LOG, TranslationPolicy.OFF).machine();
    interpreted.run(5_000_000);
    byte[] expected = MachineImage.of(interpreted).digest();
    for (TranslationPolicy policy : List.of(TranslationPolicy.HOT, TranslationPolicy.HOT_AT_ONCE)) {
      Machine translated = new Post("pc-i440fx", fitting, SEABIOS_LOG, policy).machine();
      translated.run(5_000_000);
      assertArrayEquals(expected, MachineImage.of(translated).digest(), policy::toString);
      TranslationMetrics metrics = translated.translation().orElseThrow();
      assertTrue(policy == TranslationPolicy.HOT || metrics.runs() > 0, metrics::toString);
    }
  }
}
