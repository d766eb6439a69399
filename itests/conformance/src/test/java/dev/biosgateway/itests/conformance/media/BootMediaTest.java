package dev.biosgateway.itests.conformance.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.testkit.host.IsoMaker;
import dev.biosgateway.testkit.host.Nasm;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.MemoryImage;
import dev.biosgateway.x86.media.RawImage;
import dev.biosgateway.x86.snapshot.MachineImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SeaBIOS and the Bochs BIOS boot from diskettes, hard disk and CD, and a boot program reads it all
 * by INT 13h: its sum, and what it wrote, are right. The guest programs of the shared folder boot
 * from their diskettes and give their checksums.
 */
class BootMediaTest {
  private static final Path SOURCE = Path.of("src/test/nasm/bootmedia.asm");
  private static final Path IMAGE = Path.of("src/test/nasm/bootmedia.bin");

  private static final int DISK = 20 * 16 * 63 * 512;
  private static final int FLOPPY = 1_474_560;

  // ---- guest programs: offsets in boot sector and program, from their README
  private static final int BOOT_FLAGS = 3;
  private static final int BOOT_SECTOR = 512;
  private static final int ITERATIONS = BOOT_SECTOR + 8;

  /** Noise behind the boot program. */
  private static byte[] medium(int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    byte[] program = Files.readAllBytes(IMAGE);
    System.arraycopy(program, 0, bytes, 0, program.length);
    return bytes;
  }

  private static String sum(byte[] medium) {
    ByteBuffer words = ByteBuffer.wrap(medium).order(ByteOrder.LITTLE_ENDIAN);
    int sum = 0;
    while (words.hasRemaining()) {
      sum += words.getInt();
    }
    return "%08X".formatted(sum);
  }

  private static String boot(Drives drives) throws IOException {
    return boot(FirmwarePc.SEABIOS, drives);
  }

  private static String boot(FirmwarePc pc, Drives drives) throws IOException {
    return FirmwarePc.runToTheEnd(new Machine(pc.with(drives)));
  }

  @Test
  void theBootProgramIsWhatItsSourceSays() {
    Nasm.assertAssembles(SOURCE, IMAGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {368_640, 737_280, 1_228_800, FLOPPY, 2_949_120})
  void bootsADisketteAndReadsAllOfIt(int size) throws IOException {
    byte[] floppy = medium(size);
    Machine machine =
        new Machine(
            FirmwarePc.SEABIOS.with(Drives.NONE.withFloppy(new MemoryImage("floppy", floppy))));
    assertEquals("D00c" + sum(floppy) + "w\n", FirmwarePc.runToTheEnd(machine));
    String screen = machine.screen().text().orElseThrow().toString();
    assertTrue(screen.contains("D00c" + sum(floppy)), screen);
  }

  @Test
  void bootsAHardDiskAndLeavesItsFileAlone(@TempDir Path folder) throws IOException {
    byte[] disk = medium(DISK);
    Path file = Files.write(folder.resolve("disk.img"), disk);
    try (RawImage image = RawImage.open(file)) {
      assertEquals("D80e" + sum(disk) + "w\n", boot(Drives.NONE.withDisk(image)));
    }
    assertArrayEquals(disk, Files.readAllBytes(file), "what the guest wrote is in its overlay");
    try (RawImage image = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      assertEquals("D80e" + sum(disk) + "w\n", boot(Drives.NONE.withDisk(image)));
    }
    byte[] now = Files.readAllBytes(file);
    assertNotEquals(-1, Arrays.mismatch(disk, now), "written through");
    assertTrue(Arrays.mismatch(disk, now) >= DISK - 512, "the last sector alone");
  }

  @Test
  void bootsACdWithoutEmulation(@TempDir Path folder) throws IOException {
    Path content = Files.createDirectory(folder.resolve("cd"));
    Files.write(content.resolve("boot.bin"), medium(CdImage.BLOCK));
    Files.write(content.resolve("noise"), medium(200_000));
    Path iso = folder.resolve("cd.iso");
    IsoMaker.make(content, iso, "-b", "boot.bin", "-no-emul-boot", "-boot-load-size", "4");
    String expected = "DE0e" + sum(Files.readAllBytes(iso)) + "\n";
    assertEquals(expected, boot(Drives.NONE.withCdrom(CdImage.open(iso))));
  }

  @Test
  void bootsTheDisketteOnACd(@TempDir Path folder) throws IOException {
    Path content = Files.createDirectory(folder.resolve("cd"));
    byte[] floppy = medium(FLOPPY);
    Files.write(content.resolve("boot.img"), floppy);
    Path iso = folder.resolve("cd.iso");
    IsoMaker.make(content, iso, "-b", "boot.img");
    String expected = "D00c" + sum(floppy) + "!03\n"; // status 3: write protected
    assertEquals(expected, boot(Drives.NONE.withCdrom(CdImage.open(iso))));
  }

  /** Other firmware, and a machine without PCI: the same program reads the same media. */
  @ParameterizedTest
  @EnumSource(value = FirmwarePc.class, mode = EnumSource.Mode.EXCLUDE, names = "SEABIOS")
  void otherFirmwareReadsThemToo(FirmwarePc pc, @TempDir Path folder) throws IOException {
    byte[] floppy = medium(FLOPPY);
    Drives floppies = Drives.NONE.withFloppy(new MemoryImage("floppy", floppy));
    assertEquals("D00c" + sum(floppy) + "w\n", boot(pc, floppies));
    byte[] disk = medium(DISK);
    Drives disks = Drives.NONE.withDisk(new MemoryImage("disk", disk));
    assertEquals("D80e" + sum(disk) + "w\n", boot(pc, disks));
    Path content = Files.createDirectory(folder.resolve("cd"));
    Files.write(content.resolve("boot.bin"), medium(CdImage.BLOCK));
    Path iso = folder.resolve("cd.iso");
    IsoMaker.make(content, iso, "-b", "boot.bin", "-no-emul-boot", "-boot-load-size", "4");
    String expected = "DE0e" + sum(Files.readAllBytes(iso)) + "\n";
    assertEquals(expected, boot(pc, Drives.NONE.withCdrom(CdImage.open(iso))));
  }

  /** However often a boot is saved and goes on in another machine, it ends as if it never was. */
  @ParameterizedTest
  @ValueSource(strings = {"floppy", "disk"})
  void aBootThatIsSavedOnItsWayEndsInTheSameState(String medium) throws IOException {
    byte[] bytes = medium(medium.equals("disk") ? DISK : FLOPPY);
    MemoryImage image = new MemoryImage(medium, bytes);
    Drives drives =
        medium.equals("disk") ? Drives.NONE.withDisk(image) : Drives.NONE.withFloppy(image);
    Machine whole = new Machine(FirmwarePc.SEABIOS.with(drives));
    String expected = FirmwarePc.runToTheEnd(whole);
    StringBuilder written = new StringBuilder();
    Machine cut = new Machine(FirmwarePc.SEABIOS.with(drives));
    Random random = new Random(4);
    for (int i = 0; i < 12; i++) {
      cut.run(500_000 + random.nextInt(3_000_000));
      written.append(cut.console().text());
      cut = MachineImage.of(cut).newMachine();
    }
    written.append(FirmwarePc.runToTheEnd(cut));
    assertEquals(expected, written.toString());
    assertEquals(MachineImage.of(whole).digestText(), MachineImage.of(cut).digestText());
  }

  @ParameterizedTest
  @CsvSource({
    "a_sieve,16,5,c7c41fb8",
    "a_sieve,32,5,c7c41fb8",
    "b_crc32,16,8,05380ef2",
    "b_crc32,32,8,05380ef2",
    "c1_repbig,16,50,285e0a73",
    "c1_repbig,32,50,285e0a73",
    "c2_scalarcopy,16,21,fab3c854",
    "c2_scalarcopy,32,36,0c7f62cd",
    "d_fib,16,18,abdb004a",
    "d_fib,32,18,abdb004a",
    "e_dhry,16,3824,96a758cb",
    "e_dhry,32,3824,96a758cb",
    "f_portio,16,1193,00123428",
    "f_portio,32,1193,00123428",
    "g_int60,16,299,0000785c",
    "g_int60,32,299,08eb785c",
    "i1_smc,16,300,000079cd",
    "i1_smc,32,300,7e185df6"
  })
  void guestProgramsBootFromTheirDiskettes(String name, int bits, int iterations, String checksum)
      throws IOException {
    Path images = Prerequisite.shared("guests/bin");
    byte[] boot = Files.readAllBytes(images.resolve("boot" + bits + ".bin"));
    byte[] program = Files.readAllBytes(images.resolve(name + "." + bits + ".bin"));
    byte[] floppy = Arrays.copyOf(boot, FLOPPY);
    floppy[BOOT_FLAGS] = 1; // markers to port E9h
    System.arraycopy(program, 0, floppy, BOOT_SECTOR, program.length);
    ByteBuffer.wrap(floppy).order(ByteOrder.LITTLE_ENDIAN).putInt(ITERATIONS, iterations);
    String written = boot(Drives.NONE.withFloppy(new MemoryImage("floppy", floppy)));
    assertTrue(written.endsWith("PSE" + checksum + "\nX"), written);
  }
}
