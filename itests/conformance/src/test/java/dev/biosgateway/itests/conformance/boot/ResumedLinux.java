package dev.biosgateway.itests.conformance.boot;

import dev.biosgateway.kexec.hibernate.Resumption;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.device.uart.Uart16550;
import dev.biosgateway.x86.isa.CpuModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Another process: kernel C, which goes on with a saved Linux and prints what that writes. */
public final class ResumedLinux {
  private static final long SLICE = 2_000_000;
  private static final long BUDGET = 1_000_000_000;

  /** What a dump that does not say it was taken on. */
  static final MachineConfig MACHINE =
      MachineConfig.DEFAULT.withCpu(CpuModel.PENTIUM).withMemory(64 << 20);

  private ResumedLinux() {}

  /** Runs in the other process. */
  public static void main(String[] arguments) throws IOException {
    Vmcore core = Vmcore.read(Path.of(arguments[0]));
    Machine machine =
        Resumption.resume(core, Resumption.configuration(core, MACHINE), Optional.empty());
    machine.console().clear();
    run(machine, "KJ-DONE");
    System.out.print(serial(machine));
  }

  /** What a saved Linux writes to its serial line in another process, until its test is done. */
  static String logOf(Path file) throws IOException {
    Process process = RestoredMachine.start(ResumedLinux.class, file);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    return said.replace("\r", "");
  }

  static String serial(Machine machine) {
    machine.device(Uart16550.class).drain();
    return machine.console().text();
  }

  /** Runs until the serial line has a text or something stops the machine. */
  static Stop run(Machine machine, String until) {
    Stop stop = machine.run(SLICE);
    for (long used = SLICE;
        used < BUDGET && stop.reason() == Stop.Reason.BUDGET && !serial(machine).contains(until);
        used += SLICE) {
      stop = machine.run(SLICE);
    }
    return stop;
  }
}
