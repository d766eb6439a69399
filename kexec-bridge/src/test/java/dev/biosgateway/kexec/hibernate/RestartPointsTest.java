package dev.biosgateway.kexec.hibernate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.device.acpi.Piix4Pm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kernel that was saved is entered by each of its restart points, and does what it says. */
class RestartPointsTest {
  private static final MachineConfig CONFIG =
      CounterKernel.CONFIG.withBoard(Boards.named("pc-i440fx"));
  private static final long BUDGET = 50_000_000;

  @TempDir Path folder;

  private Hibernation savedAndRestartedBy(CounterKernel a, int number) {
    CounterKernel.runUntil(a.machine, "\n20\n");
    a.loadSaver(true);
    Hibernation hibernation =
        Hibernation.attend(
            a.machine, folder.resolve("vmcore"), SaveOptions.DEFAULT, Hibernation.Then.GO_ON);
    hibernation.restartBy(number);
    a.machine.console().clear();
    a.requestJump();
    return hibernation;
  }

  /** The image is the safety net: it is whole, whatever becomes of the sleeping machine. */
  private void theImageGoesOn(CounterKernel a) throws IOException {
    Vmcore core = Vmcore.read(folder.resolve("vmcore"));
    int count = a.countIn(core);
    Machine machine = Resumption.resume(core, CONFIG, Optional.empty());
    machine.console().clear();
    CounterKernel.runUntil(machine, "R" + (count + 1) + "\n" + (count + 2) + "\n");
  }

  @ParameterizedTest
  @EnumSource(PagingMode.class)
  void number1SuspendsToRamUntilSomethingWakesTheMachine(PagingMode paging) throws IOException {
    CounterKernel a = new CounterKernel(CONFIG, paging);
    Hibernation hibernation = savedAndRestartedBy(a, RestartPoint.SUSPEND_TO_RAM);
    Stop asleep = a.machine.run(BUDGET);
    assertEquals(Stop.Reason.HALTED, asleep.reason(), asleep::toString);
    assertTrue(asleep.detail().contains("suspended to RAM"), asleep::detail);
    assertEquals(1, hibernation.saved());
    assertTrue(a.machine.console().text().endsWith("R"), a.machine.console().text());
    int count = a.count();
    theImageGoesOn(a);

    a.machine.device(Piix4Pm.class).pressPowerButton();
    assertEquals(Stop.Reason.RESET_REQUESTED, a.machine.run(BUDGET).reason());
    assertEquals(count, a.count(), "nobody ran meanwhile");
    a.comeUpFromReset();
    CounterKernel.runUntil(a.machine, "RW" + (count + 1) + "\n" + (count + 2) + "\n");
  }

  @Test
  void number2SwitchesThePowerOffAndTheImageGoesOnInAnotherMachine() throws IOException {
    CounterKernel a = new CounterKernel(CONFIG, PagingMode.PAE);
    savedAndRestartedBy(a, RestartPoint.POWER_OFF_S4);
    Stop stop = a.machine.run(BUDGET);
    assertEquals(Stop.Reason.POWER_OFF, stop.reason(), stop::toString);
    theImageGoesOn(a);
  }

  @Test
  void numbersFrom100OnAreTheKernelsOwn() throws IOException {
    CounterKernel a = new CounterKernel(CONFIG, PagingMode.PAE);
    savedAndRestartedBy(a, RestartPoint.FIRST_OWN);
    CounterKernel.runUntil(a.machine, "R1\n2\n3\n");
    theImageGoesOn(a);
  }

  @Test
  void aNumberTheKernelDoesNotHaveIsTheDefault() {
    CounterKernel a = new CounterKernel(CONFIG, PagingMode.PAE);
    savedAndRestartedBy(a, 0x777);
    int count = a.count();
    CounterKernel.runUntil(a.machine, "R");
    CounterKernel.runUntil(a.machine, "\n" + (count + 3) + "\n");
  }

  @Test
  void aKernelThatCouldNotBeSavedGoesOnWhateverWasAsked() {
    CounterKernel a = new CounterKernel(CONFIG, PagingMode.PAE);
    folder = folder.resolve("no/such/folder");
    Hibernation hibernation = savedAndRestartedBy(a, RestartPoint.POWER_OFF_S4);
    int count = a.count();
    CounterKernel.runUntil(a.machine, "R");
    CounterKernel.runUntil(a.machine, "\n" + (count + 3) + "\n");
    assertTrue(hibernation.failure().isPresent());
  }

  @Test
  void aMachineThatSleepsIsSavedAndWakesInAnother() {
    CounterKernel a = new CounterKernel(CONFIG, PagingMode.PAE);
    savedAndRestartedBy(a, RestartPoint.SUSPEND_TO_RAM);
    assertEquals(Stop.Reason.HALTED, a.machine.run(BUDGET).reason());
    a.machine.restoreSections(a.machine.sections());
    assertEquals(Stop.Reason.HALTED, a.machine.run(BUDGET).reason(), "asleep still");
    a.machine.device(Piix4Pm.class).pressPowerButton();
    assertEquals(Stop.Reason.RESET_REQUESTED, a.machine.run(BUDGET).reason());
  }
}
