package dev.biosgateway.kexec.hibernate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.vmcore.DumpFormat;
import dev.biosgateway.kexec.vmcore.DumpLevel;
import dev.biosgateway.kexec.vmcore.Note;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hibernation with kernels of our own: A counts, B saves it, C gives the machine back to it. */
class HibernationTest {
  @TempDir Path folder;

  /** Runs A to 20, and lets it be saved. */
  private CounterKernel saved(PagingMode paging, SaveOptions options, Path file, boolean protocol) {
    CounterKernel a = new CounterKernel(CounterKernel.CONFIG, paging);
    CounterKernel.runUntil(a.machine, "\n20\n");
    a.loadSaver(protocol);
    Hibernation hibernation = Hibernation.attend(a.machine, file, options, Hibernation.Then.STOP);
    a.requestJump();
    Stop stop = a.machine.run(50_000_000);
    assertEquals(Stop.Reason.TRAP, stop.reason(), stop::toString);
    assertEquals(Optional.empty(), hibernation.failure());
    assertEquals(1, hibernation.saved());
    return a;
  }

  @ParameterizedTest
  @CsvSource({
    "PAE,ELF64,1,true",
    "PAE,KDUMP,0,false",
    "TWO_LEVEL,KDUMP,1,true",
    "TWO_LEVEL,ELF32,1,false",
  })
  void theSavedKernelGoesOnCountingInANewMachine(
      PagingMode paging, DumpFormat format, int level, boolean protocol) throws IOException {
    Path file = folder.resolve("vmcore");
    SaveOptions options = new SaveOptions(format, new DumpLevel(level));
    int count = saved(paging, options, file, protocol).count();
    assertTrue(count >= 20, "" + count);

    Vmcore core = Vmcore.read(file);
    assertEquals(format, core.format());
    assertNull(core.page(Saver.AREA.address()), "B's own area is cut out");
    Registers registers = core.note(Note.CORE, Note.NT_PRSTATUS).orElseThrow().registers();
    assertTrue(registers.get(Register.EIP) > 0xc0100000L, "in machine_kexec(): " + registers);
    assertTrue(registers.get(Register.ESP) > 0xc0100000L, registers::toString);
    assertTrue(registers.get(Register.EBX) > 0xc0100000L, "struct kimage: " + registers);
    assertEquals(0x60, registers.get(Register.CS));
    assertEquals("" + level, core.vmcoreinfo().get(Vmcore.DUMP_LEVEL));
    Machine machine =
        Resumption.resume(
            core, Resumption.configuration(core, CounterKernel.CONFIG), Optional.empty());
    machine.console().clear();
    CounterKernel.runUntil(machine, "R" + (count + 1) + "\n" + (count + 2) + "\n");
    CounterKernel.runUntil(machine, "\n" + (count + 40) + "\n");
  }

  @Test
  void theSavedKernelGoesOnInItsOwnMachineToo() {
    CounterKernel a = new CounterKernel(CounterKernel.CONFIG, PagingMode.PAE);
    CounterKernel.runUntil(a.machine, "\n5\n");
    a.loadSaver(true);
    Path file = folder.resolve("vmcore");
    Hibernation hibernation =
        Hibernation.attend(a.machine, file, SaveOptions.DEFAULT, Hibernation.Then.GO_ON);
    for (int round = 1; round <= 3; round++) {
      int count = a.count();
      a.machine.console().clear();
      a.requestJump();
      CounterKernel.runUntil(a.machine, "R");
      CounterKernel.runUntil(a.machine, "\n" + (count + 10) + "\n");
      assertEquals(round, hibernation.saved(), "entered again where it left");
    }
    hibernation.end();
  }

  @Test
  void aFileThatCannotBeWrittenIsReportedAndTheKernelGoesOn() throws IOException {
    CounterKernel a = new CounterKernel(CounterKernel.CONFIG, PagingMode.PAE);
    CounterKernel.runUntil(a.machine, "\n5\n");
    Kimage image = a.loadSaver(true);
    Path nowhere = folder.resolve("no/such/folder/vmcore");
    Hibernation hibernation =
        Hibernation.attend(a.machine, nowhere, SaveOptions.DEFAULT, Hibernation.Then.GO_ON);
    a.machine.console().clear();
    a.requestJump();
    CounterKernel.runUntil(a.machine, "R");
    assertEquals(0, hibernation.saved());
    assertTrue(hibernation.failure().isPresent());
    int page = Saver.status() - (int) Saver.AREA.address() >>> 12;
    byte[] status = image.segments().get(0).read((page << 12) + (Saver.status() & 0xfff), 4);
    assertEquals(5, status[0], "EIO, as the saver was told");
  }

  @Test
  void aDumpThatDoesNotSayWhereToGoOnWantsAnEntry() throws IOException {
    Vmcore silent = new Vmcore(DumpFormat.ELF64, List.of(), List.of());
    KexecException e =
        assertThrows(
            KexecException.class,
            () -> Resumption.resume(silent, CounterKernel.CONFIG, Optional.empty()));
    assertTrue(e.getMessage().contains("give the entry"), e.getMessage());
  }

  @Test
  void aDamagedDumpIsRefused() throws IOException {
    Path file = folder.resolve("vmcore");
    saved(PagingMode.PAE, SaveOptions.DEFAULT, file, true);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    IOException e = assertThrows(IOException.class, () -> Vmcore.read(file));
    assertTrue(e.getMessage().contains("SHA-256"), e.getMessage());
    assertFalse(e.getMessage().isBlank());
  }
}
