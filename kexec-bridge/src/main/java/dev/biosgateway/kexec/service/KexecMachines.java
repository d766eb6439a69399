package dev.biosgateway.kexec.service;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.kexec.DumpInfo;
import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecOutcome;
import dev.biosgateway.api.kexec.KexecService;
import dev.biosgateway.api.kexec.ResumeRequest;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.call.BridgeMachineProvider;
import dev.biosgateway.kexec.hibernate.DiskSaver;
import dev.biosgateway.kexec.hibernate.Resumption;
import dev.biosgateway.kexec.hibernate.Saver;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.StateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/** Opens machines for kexec by hand, and saved kernels. */
@Component
public final class KexecMachines implements KexecService {
  @Override
  public KexecMachine open(MachineSettings settings) {
    try {
      return new JumpMachine((BridgeMachine) new BridgeMachineProvider().open(settings));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  @Override
  public KexecMachine reopen(Path file) {
    try {
      return SavedMachine.read(file);
    } catch (IOException | StateException e) {
      throw new InvalidRequestException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public DumpInfo dumpInfo(Path dump) {
    try {
      return DumpText.of(dump);
    } catch (IOException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  @Override
  public KexecOutcome resume(Path dump, ResumeRequest request) {
    try {
      Vmcore core = Vmcore.read(dump);
      MachineConfig config =
          request
              .machine()
              .map(KexecMachines::config)
              .orElseGet(() -> Resumption.configuration(core, MachineConfig.DEFAULT));
      Optional<Integer> entry =
          request.entry().isPresent()
              ? Optional.of((int) request.entry().getAsLong())
              : Optional.empty();
      Machine machine = JumpMachine.refusing(() -> Resumption.resume(core, config, entry));
      return new FreeRun(machine).until(request.until(), request.budget());
    } catch (IOException | StateException | IllegalArgumentException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  private static MachineConfig config(MachineSettings settings) {
    return MachineConfig.DEFAULT
        .withBoard(Boards.named(settings.board()))
        .withCpu(CpuModel.named(settings.cpu()))
        .withMemory(settings.memoryBytes());
  }

  @Override
  public byte[] saverExecutable() {
    return Saver.elf();
  }

  @Override
  public byte[] diskSaverExecutable(int disk, int restart) {
    return new DiskSaver(disk, restart).elf();
  }
}
