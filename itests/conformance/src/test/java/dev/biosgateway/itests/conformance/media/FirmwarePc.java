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
import java.nio.file.Path;

/** A PC with a firmware of others, 16 MB and some media. */
public enum FirmwarePc {
  SEABIOS("pc-i440fx") {
    @Override
    Firmware firmware() throws IOException {
      return firmware(
          Prerequisite.seabios("bios-256k.bin"), Prerequisite.seabios("vgabios-stdvga.bin"));
    }
  },
  SEABIOS_ON_ISA("pc-at") {
    @Override
    Firmware firmware() throws IOException {
      return firmware(Prerequisite.seabios("bios.bin"), Prerequisite.seabios("vgabios-isavga.bin"));
    }
  },
  SEABIOS_256K_ON_ISA("pc-at") {
    @Override
    Firmware firmware() throws IOException {
      return firmware(
          Prerequisite.seabios("bios-256k.bin"), Prerequisite.seabios("vgabios-isavga.bin"));
    }
  },
  BOCHS_BIOS("pc-i440fx") {
    @Override
    Firmware firmware() throws IOException {
      return firmware(bochs("BIOS-bochs-latest"), bochsDisplay());
    }
  },
  BOCHS_LEGACY_BIOS("pc-i440fx") {
    @Override
    Firmware firmware() throws IOException {
      return firmware(bochs("BIOS-bochs-legacy"), bochsDisplay());
    }
  },
  BOCHS_LEGACY_BIOS_ON_ISA("pc-at") {
    @Override
    Firmware firmware() throws IOException {
      return firmware(bochs("BIOS-bochs-legacy"), bochsDisplay());
    }
  };

  private static final int MEMORY = 16 << 20;
  private static final long BUDGET = 1_000_000_000L;

  private final String board;

  FirmwarePc(String board) {
    this.board = board;
  }

  abstract Firmware firmware() throws IOException;

  static Firmware firmware(Path system, Path display) throws IOException {
    return Firmware.NONE.withSystem(RomImage.read(system)).withDisplay(RomImage.read(display));
  }

  static Path bochs(String bios) {
    return Prerequisite.file(
        "biosgateway." + bios, "/usr/share/bochs/" + bios, "install Debian's bochsbios");
  }

  static Path bochsDisplay() {
    return Prerequisite.file(
        "biosgateway.vgabios", "/usr/share/vgabios/vgabios.bin", "install Debian's vgabios");
  }

  public MachineConfig with(Drives drives) throws IOException {
    return MachineConfig.DEFAULT
        .withBoard(Boards.named(board))
        .withFitting(
            Fitting.DEFAULT.withMemory(MEMORY).withFirmware(firmware()).withDrives(drives));
  }

  /** Runs a machine until its guest halts for good: what it wrote to port E9h. */
  static String runToTheEnd(Machine machine) {
    Stop stop = machine.run(BUDGET);
    String written = machine.console().text();
    assertEquals(Stop.Reason.HALTED, stop.reason(), () -> stop + " after:\n" + written);
    return written;
  }
}
