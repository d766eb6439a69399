package dev.biosgateway.kexec.service;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.StopReason;
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
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.device.uart.Uart16550;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.StateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Component;

/** Opens machines for kexec by hand, and saved kernels. */
@Component
public final class KexecMachines implements KexecService {
  /** Instructions between two looks at the console. */
  private static final long SLICE = 1_000_000;

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
      return run(machine, request);
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

  private static KexecOutcome run(Machine machine, ResumeRequest request) {
    machine.console().clear();
    long before = machine.clock().retiredInstructions();
    long left = request.budget();
    while (true) {
      Stop stop = machine.run(Math.min(left, SLICE));
      left -= stop.instructions();
      machine.devices().stream()
          .filter(Uart16550.class::isInstance)
          .map(Uart16550.class::cast)
          .forEach(Uart16550::drain);
      String console = machine.console().text();
      boolean shown = request.until().map(console::contains).orElse(false);
      StopReason reason = shown ? StopReason.RETURNED : reason(stop, left);
      if (reason != null) {
        return new KexecOutcome(
            reason,
            shown ? "" : stop.detail(),
            console,
            OptionalLong.empty(),
            0,
            machine.clock().retiredInstructions() - before);
      }
    }
  }

  /** Why it ends here; null if it goes on. */
  private static StopReason reason(Stop stop, long left) {
    return switch (stop.reason()) {
      case BUDGET -> left > 0 ? null : StopReason.BUDGET;
      case HALTED -> StopReason.HALTED;
      case TRIPLE_FAULT -> StopReason.TRIPLE_FAULT;
      case INTERRUPTED -> StopReason.CANCELLED;
      case ACCESS_DENIED -> StopReason.POLICY;
      case TRAP -> throw new IllegalStateException("a trap that nobody set: " + stop);
      case RESET_REQUESTED, POWER_OFF -> StopReason.SHUTDOWN;
    };
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
