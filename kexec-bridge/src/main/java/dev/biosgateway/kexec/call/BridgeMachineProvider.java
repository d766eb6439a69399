package dev.biosgateway.kexec.call;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineProvider;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.api.spi.Media;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.program.FirmwareFiles;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Board;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.board.PcMicro;
import dev.biosgateway.x86.board.PcStandard;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.ImageException;
import dev.biosgateway.x86.media.RawImage;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Opens machines whose calls are kexec jumps. The host pages with PAE where the processor can. */
@Component
public final class BridgeMachineProvider implements MachineProvider {
  /** RAM that one machine can have. */
  private static final long MEMORY_MAX = (2L << 30) - (1 << 20);

  @Override
  public GuestMachine open(MachineSettings settings) {
    if (settings.memoryBytes() > MEMORY_MAX) {
      throw new IllegalArgumentException(
          settings.memoryBytes() + " bytes of memory: this machine has at most " + MEMORY_MAX);
    }
    CpuModel cpu = CpuModel.named(settings.cpu());
    MachineConfig config =
        MachineConfig.DEFAULT
            .withBoard(Boards.named(settings.board()))
            .withCpu(cpu)
            .withMemory(settings.memoryBytes())
            .withStartTime(settings.startTime())
            .withTranslation(TranslationPolicy.ofProperty(TranslationPolicy.VERY_HOT));
    requireSockets(config.board(), settings);
    Drives drives = drives(settings.media());
    config =
        config.withFitting(
            config
                .fitting()
                .withDrives(drives)
                .withFirmware(
                    FirmwareFiles.read(
                        settings.firmware(), settings.displayFirmware(), List.of())));
    PagingMode paging = cpu.has(CpuModel.Feature.PAE) ? PagingMode.PAE : PagingMode.TWO_LEVEL;
    try {
      return new BridgeMachine(config, paging);
    } catch (ImageException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  private static void requireSockets(Board board, MachineSettings settings) {
    if (!(board instanceof PcStandard) && !(board instanceof PcMicro)) {
      return;
    }
    if (settings.firmware().isPresent() || !settings.media().isEmpty()) {
      throw new IllegalArgumentException(
          "board %s starts as POST leaves it, without %s: expected pc-i440fx or pc-at"
              .formatted(board.name(), settings.firmware().isPresent() ? "firmware" : "drives"));
    }
  }

  /**
   * Opens the media. All machines that begin as this one share them, so they close when the last of
   * these is gone and the collector finds their channels.
   */
  private static Drives drives(Media media) {
    try {
      return new Drives(
          media.floppies().stream().map(BridgeMachineProvider::disk).toList(),
          media.disks().stream().map(BridgeMachineProvider::disk).toList(),
          media.cdroms().stream().map(file -> (BlockImage) CdImage.open(file)).toList());
    } catch (ImageException | IllegalArgumentException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  private static BlockImage disk(Path file) {
    return RawImage.open(file, RawImage.Access.COPY_ON_WRITE);
  }

  @Override
  public MachineTemplate read(MachineSettings settings, List<ProgramImage> java, InputStream from)
      throws IOException {
    return FrozenMachineFormat.read(
        new DataInputStream(from), java, fitting -> fitting.withDrives(drives(settings.media())));
  }
}
