package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.x86.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process of its own: {@code save COUNT FILE} lets A count so far, saves it and ends; {@code
 * again FILE} saves for ever, to be killed; {@code restore COUNT FILE} goes on until A has counted
 * so far, and prints what it wrote.
 */
final class SavingProcess {
  private SavingProcess() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[args.length - 1]);
    if ("restore".equals(args[0])) {
      Vmcore core = Vmcore.read(file);
      Machine machine =
          Resumption.resume(
              core, Resumption.configuration(core, CounterKernel.CONFIG), Optional.empty());
      machine.console().clear();
      CounterKernel.runUntil(machine, "\n" + args[1] + "\n");
      System.out.print(machine.console().text());
      return;
    }
    boolean forEver = "again".equals(args[0]);
    CounterKernel a = new CounterKernel(CounterKernel.CONFIG, PagingMode.PAE);
    CounterKernel.runUntil(a.machine, "\n" + (forEver ? "3" : args[1]) + "\n");
    a.loadSaver(true);
    Hibernation.attend(
        a.machine,
        file,
        SaveOptions.DEFAULT,
        forEver ? Hibernation.Then.GO_ON : Hibernation.Then.STOP);
    do {
      a.requestJump();
      a.machine.run(3_000_000);
      System.out.println(a.count());
    } while (forEver);
  }
}
