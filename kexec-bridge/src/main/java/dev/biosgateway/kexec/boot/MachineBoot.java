package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootService;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.kexec.program.FirmwareFiles;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Board;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.board.PcMicro;
import dev.biosgateway.x86.board.PcStandard;
import dev.biosgateway.x86.device.fwcfg.LinuxPayload;
import dev.biosgateway.x86.device.rom.RomImage;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.media.ImageException;
import dev.biosgateway.x86.snapshot.MachineImage;
import dev.biosgateway.x86.snapshot.MachineImageFile;
import dev.biosgateway.x86.state.StateException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Component;

/** Builds the machines that boot. */
@Component
public final class MachineBoot implements BootService {

  @Override
  public BootSession open(BootRequest request) {
    if (request.firmware().isEmpty() && request.kernel().isEmpty()) {
      throw new InvalidRequestException(
          "nothing to boot: expected firmware, a kernel, or a machine to restore");
    }
    BootMedia files = new BootMedia();
    try {
      return new BootedMachine(build(request, config(request, files)), request, files);
    } catch (IllegalArgumentException | ImageException e) {
      files.close();
      throw new InvalidRequestException(e.getMessage(), e);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private static Machine build(BootRequest request, MachineConfig config) {
    if (request.firmware().isPresent()) {
      return new Machine(config);
    }
    Path file = request.kernel().orElseThrow();
    BzImage kernel = BzImage.parse(file.toString(), FirmwareFiles.read("kernel", file));
    byte[] initrd = initrd(request);
    if (!request.optionRoms().isEmpty()) {
      List<ProgramImage> roms = request.optionRoms().stream().map(MachineBoot::program).toList();
      return new SetupCodeBoot(kernel, initrd, request.commandLine()).load(config, roms);
    }
    Machine machine = new Machine(config);
    new DirectLinuxBoot(kernel, initrd, request.commandLine()).load(machine);
    return machine;
  }

  private static ProgramImage program(Path rom) {
    String name = rom.getFileName().toString();
    byte[] bytes = FirmwareFiles.read("option ROM", rom);
    OptionalLong own = OptionalLong.empty();
    return new ProgramImage(
        name, "0.0.0", "option-rom", rom.toString(), bytes, own, own, List.of(), Map.of());
  }

  private static byte[] initrd(BootRequest request) {
    return request.initrd().map(file -> FirmwareFiles.read("initrd", file)).orElse(new byte[0]);
  }

  private static MachineConfig config(BootRequest request, BootMedia files) {
    MachineSettings settings = request.machine();
    Board board = Boards.named(settings.board());
    requireSockets(board, request);
    Fitting fitting =
        connect(Fitting.DEFAULT, request, files.drives(request))
            .withMemory(settings.memoryBytes())
            .withStartTime(settings.startTime())
            .withFirmware(
                FirmwareFiles.read(
                    request.firmware(),
                    request.displayFirmware(),
                    request.firmware().isPresent() ? request.optionRoms() : List.of()));
    if (request.firmware().isPresent() && request.kernel().isPresent()) {
      fitting = withKernel(fitting, request);
    }
    return MachineConfig.DEFAULT
        .withBoard(board)
        .withCpu(CpuModel.named(settings.cpu()))
        .withFitting(fitting);
  }

  /** A kernel that firmware finds as the first of its boot devices. */
  private static Fitting withKernel(Fitting fitting, BootRequest request) {
    Path file = request.kernel().orElseThrow();
    byte[] bytes = FirmwareFiles.read("kernel", file);
    BzImage kernel = BzImage.parse(file.toString(), bytes);
    LinuxBootRom.requireLoadable(kernel);
    RomImage rom = LinuxBootRom.image();
    return fitting
        .withLinux(new LinuxPayload(bytes, initrd(request), request.commandLine()))
        .withFirmware(fitting.firmware().withOption(rom))
        .withFirmwareFile("bootorder", LinuxBootRom.bootOrder(rom));
  }

  /** Boards that start as POST leaves them have no socket for firmware, and no drives. */
  private static void requireSockets(Board board, BootRequest request) {
    if (!(board instanceof PcStandard) && !(board instanceof PcMicro)) {
      return;
    }
    boolean drives =
        !(request.floppies().isEmpty() && request.disks().isEmpty() && request.cdroms().isEmpty());
    if (drives || request.firmware().isPresent()) {
      throw new InvalidRequestException(
          "board %s has no %s: expected pc-i440fx or pc-at"
              .formatted(board.name(), drives ? "drives" : "socket for firmware"));
    }
  }

  /** What leads out of a machine: media, and the debug ports. */
  private static Fitting connect(Fitting fitting, BootRequest request, Drives drives) {
    Fitting connected = fitting.withDrives(drives);
    for (Map.Entry<Integer, OutputStream> entry : request.debugPorts().entrySet()) {
      connected = connected.withDebugPort(entry.getKey(), new SerialTerminal(entry.getValue()));
    }
    return connected;
  }

  @Override
  public BootSession restore(Path file, BootRequest request) {
    BootMedia files = new BootMedia();
    try {
      Drives drives = files.drives(request);
      MachineImage image = MachineImageFile.read(file, f -> connect(f, request, drives));
      return new BootedMachine(image.newMachine(), request, files);
    } catch (IOException | StateException | ImageException e) {
      files.close();
      throw new InvalidRequestException("cannot restore " + file + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }
}
