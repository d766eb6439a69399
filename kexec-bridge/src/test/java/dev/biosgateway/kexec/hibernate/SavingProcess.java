package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Drives;
import dev.biosgateway.x86.media.RawImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process of its own: {@code save COUNT FILE} lets A count so far, saves it and ends; {@code
 * again FILE} saves for ever, to be killed; {@code disk FILE} has the kernel itself save to a disk
 * for ever; {@code restore COUNT FILE} goes on until A has counted so far, and prints what it
 * wrote.
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
    if ("disk".equals(args[0])) {
      saveToDisk(file);
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

  private static void saveToDisk(Path file) throws IOException {
    try (RawImage disk = RawImage.open(file, RawImage.Access.WRITE_THROUGH)) {
      MachineConfig config = CounterKernel.CONFIG.withBoard(Boards.named("pc-at"));
      config = config.withFitting(config.fitting().withDrives(Drives.NONE.withDisk(disk)));
      CounterKernel a = new CounterKernel(config, PagingMode.PAE);
      CounterKernel.runUntil(a.machine, "\n3\n");
      a.loadSaver(
          new DiskSaver(0, RestartPoint.RESTORE).segment(),
          DiskSaver.entry(),
          Optional.of(Optional.empty()));
      while (true) {
        a.machine.console().clear();
        a.requestJump();
        CounterKernel.runUntil(a.machine, "R");
        System.out.println(a.count());
      }
    }
  }
}
