package dev.biosgateway.kexec.call;

import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MachineProvider;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.program.FirmwareFiles;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.PcMicro;
import dev.biosgateway.x86.board.PcStandard;
import dev.biosgateway.x86.isa.CpuModel;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
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
            .withStartTime(settings.startTime());
    if (settings.firmware().isPresent()) {
      config = withFirmware(config, settings);
    }
    PagingMode paging = cpu.has(CpuModel.Feature.PAE) ? PagingMode.PAE : PagingMode.TWO_LEVEL;
    return new BridgeMachine(config, paging);
  }

  private static MachineConfig withFirmware(MachineConfig config, MachineSettings settings) {
    if (config.board() instanceof PcStandard || config.board() instanceof PcMicro) {
      throw new IllegalArgumentException(
          "board "
              + config.board().name()
              + " starts as POST leaves it, without firmware: expected pc-i440fx or pc-at");
    }
    return config.withFitting(
        config
            .fitting()
            .withFirmware(
                FirmwareFiles.read(settings.firmware(), settings.displayFirmware(), List.of())));
  }

  @Override
  public MachineTemplate read(MachineSettings settings, List<ProgramImage> java, InputStream from)
      throws IOException {
    return FrozenMachineFormat.read(new DataInputStream(from), java);
  }
}
