package dev.biosgateway.itests.conformance.media;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.board.Firmware;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.device.rom.RomImage;
import java.io.IOException;

/** Board pc-i440fx with Debian's SeaBIOS and SeaVGABIOS, 16 MB and some media. */
public final class FirmwarePc {
  private static final int MEMORY = 16 << 20;
  private static final long BUDGET = 1_000_000_000L;

  private FirmwarePc() {}

  public static MachineConfig with(Drives drives) throws IOException {
    Firmware firmware =
        Firmware.NONE
            .withSystem(RomImage.read(Prerequisite.seabios("bios-256k.bin")))
            .withDisplay(RomImage.read(Prerequisite.seabios("vgabios-stdvga.bin")));
    return MachineConfig.DEFAULT
        .withBoard(Boards.named("pc-i440fx"))
        .withFitting(Fitting.DEFAULT.withMemory(MEMORY).withFirmware(firmware).withDrives(drives));
  }

  /** Runs a machine until its guest halts for good: what it wrote to port E9h. */
  static String runToTheEnd(Machine machine) {
    Stop stop = machine.run(BUDGET);
    String written = machine.console().text();
    assertEquals(Stop.Reason.HALTED, stop.reason(), () -> stop + " after:\n" + written);
    return written;
  }
}
