package dev.biosgateway.itests.conformance.bioscalls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.testkit.host.Qemu;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.board.Firmware;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.device.rom.RomImage;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.MemoryImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The guest of {@code bioscalls.asm}, on ours and on QEMU: the same SeaBIOS and SeaVGABIOS, floppy,
 * hard disk, CD-ROM, 16 MB, one serial port.
 */
final class BiosCallsGuest {
  static final Path SOURCE = Path.of("src/test/nasm/bioscalls.asm");
  static final Path IMAGE = Path.of("src/test/nasm/bioscalls.bin");

  private static final int FLOPPY_SIZE = 1_474_560;
  private static final int DISK_SIZE = 20 * 16 * 63 * 512;
  private static final int CD_SIZE = 400 * 2048;
  private static final int CD_MARK = 0xcd00_0000;
  private static final int BOOT_SIGNATURE = 0x1fe;
  private static final int DEBUG_PORT = 0xe9;
  private static final int MEMORY_MB = 16;
  private static final long BUDGET = 4_000_000_000L;

  private BiosCallsGuest() {}

  /** What the guest writes on our machine. */
  static String onOurs() throws IOException {
    StringBuilder log = new StringBuilder();
    Drives drives =
        Drives.NONE
            .withFloppy(new MemoryImage("floppy", floppy()))
            .withDisk(new MemoryImage("disk", disk()))
            .withCdrom(new CdImage(new MemoryImage("cd", cd())));
    Firmware firmware =
        Firmware.NONE
            .withSystem(RomImage.read(Prerequisite.seabios("bios-256k.bin")))
            .withDisplay(RomImage.read(Prerequisite.seabios("vgabios-stdvga.bin")));
    Fitting fitting =
        Fitting.DEFAULT
            .withMemory(MEMORY_MB << 20)
            .withFirmware(firmware)
            .withDrives(drives)
            .withDebugPort(DEBUG_PORT, b -> log.append((char) b));
    MachineConfig config =
        MachineConfig.DEFAULT.withBoard(Boards.named("pc-i440fx")).withFitting(fitting);
    Stop stop = new Machine(config).run(BUDGET);
    assertEquals(Stop.Reason.HALTED, stop.reason(), () -> stop + " after:\n" + log);
    return log.toString();
  }

  /**
   * What it writes on QEMU.
   *
   * @param folder for images and output
   */
  static String onQemu(Path folder) throws IOException {
    Path floppy = Files.write(folder.resolve("floppy.img"), floppy());
    Path disk = Files.write(folder.resolve("disk.img"), disk());
    Path cd = Files.write(folder.resolve("cd.iso"), cd());
    return Qemu.debugPort(
        folder,
        DEBUG_PORT,
        BiosCall.END,
        List.of(
            "-m",
            Integer.toString(MEMORY_MB),
            "-vga",
            "std",
            "-serial",
            "null",
            "-parallel",
            "null",
            "-boot",
            "a",
            "-rtc",
            "base=2000-01-01T00:00:00,clock=vm",
            "-drive",
            "if=floppy,format=raw,file=" + floppy,
            "-drive",
            "if=ide,index=0,format=raw,file=" + disk,
            "-drive",
            "if=ide,index=2,media=cdrom,format=raw,file=" + cd));
  }

  private static byte[] floppy() throws IOException {
    return Arrays.copyOf(Files.readAllBytes(IMAGE), FLOPPY_SIZE);
  }

  /** Every double word is the number of its sector; it does not boot. */
  private static byte[] disk() {
    byte[] disk = numbered(DISK_SIZE, 512, 0);
    disk[BOOT_SIGNATURE] = 0;
    disk[BOOT_SIGNATURE + 1] = 0;
    return disk;
  }

  private static byte[] cd() {
    return numbered(CD_SIZE, CdImage.BLOCK, CD_MARK);
  }

  private static byte[] numbered(int size, int block, int mark) {
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putInt(mark + bytes.position() / block);
    }
    return bytes.array();
  }
}
