package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Probe;
import dev.biosgateway.x86.debug.InstructionTrace;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the processor really executes on the way to a routine and back. */
class JumpTraceTest {
  /** Pages that a call without buffers exchanges: trampoline and stack. */
  private static final int PAGES = 2;

  /** Writes down mode switches, page copies and interrupts, runs of the same once. */
  private static final class Milestones implements Probe {
    private final List<String> seen = new ArrayList<>();
    private int copies;

    @Override
    public void instruction(Cpu cpu, Insn insn) {
      boolean begins = insn.rep != Insn.NO_REPEAT && cpu.gpr[Cpu.ECX] == 1024;
      if (begins && !cpu.paging()) {
        copies++;
      }
    }

    @Override
    public void controlRegister(Cpu cpu, int register, int before, int now) {
      if (register == 0) {
        note(before, now, Cpu.CR0_PG, "PG");
        note(before, now, Cpu.CR0_PE, "PE");
      }
    }

    private void note(int before, int now, int bit, String name) {
      if (((before ^ now) & bit) != 0) {
        flush();
        seen.add(name + "=" + ((now & bit) != 0 ? 1 : 0));
      }
    }

    @Override
    public void interrupt(Cpu cpu, int vector, boolean fromInstruction) {
      flush();
      int entry = cpu.bus.read32(4 * vector);
      boolean throughTable = entry == (cpu.cs.selector << 16 | cpu.eip);
      seen.add((fromInstruction ? "INT " : "vector ") + vector + (throughTable ? " by IVT" : ""));
    }

    private void flush() {
      if (copies > 0) {
        seen.add(copies + " copies");
        copies = 0;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"I386,TWO_LEVEL", "PENTIUM,TWO_LEVEL", "PENTIUM_PRO,TWO_LEVEL", "PENTIUM_PRO,PAE"})
  void pagingGoesOffPagesGoThereAndBackAndPagingComesOn(CpuModel model, PagingMode paging) {
    try (BridgeMachine machine = Guests.machine(model, paging)) {
      Cpu cpu = machine.machine().cpu();
      Milestones milestones = new Milestones();
      byte[] host = host(machine);
      int[] registers = registers(cpu);
      cpu.probe = milestones;
      CallRequest keep = CallRequest.builder().isolation(Isolation.KEEP).build();
      assertTrue(machine.call(new CallTarget.Interrupt(0x60), keep).returned());
      cpu.probe = null;
      assertEquals(
          List.of(
              "PG=0",
              3 * PAGES + " copies",
              "PE=0",
              "INT 96 by IVT",
              "PE=1",
              3 * PAGES + " copies",
              "PG=1"),
          milestones.seen);
      assertArrayEquals(host, host(machine), "code, GDT, IDT, TSS, stack and tables of the host");
      assertArrayEquals(registers, registers(cpu));
    }
  }

  /** Everything below the first page frame: the host's image, its stack, its page tables. */
  private static byte[] host(BridgeMachine machine) {
    int end = machine.host().swapperPgDir() + 0x4000;
    return Arrays.copyOfRange(machine.machine().bus().ram, HostContext.BASE, end);
  }

  private static int[] registers(Cpu cpu) {
    return new int[] {
      cpu.gdtrBase,
      cpu.gdtrLimit,
      cpu.idtrBase,
      cpu.idtrLimit,
      cpu.cr0,
      cpu.cr3,
      cpu.cr4,
      cpu.tr.selector,
      cpu.ldtr.selector,
      cpu.cs.selector,
      cpu.ss.selector,
      cpu.gpr[Cpu.ESP],
      cpu.flags.get()
    };
  }

  @Test
  void theTraceSaysSoInWords() {
    try (BridgeMachine machine = Guests.machine()) {
      StringBuilder text = new StringBuilder();
      machine.machine().cpu().probe = new InstructionTrace(text);
      CallRequest request = CallRequest.builder().register(Register.AX, 0x4f00).build();
      CallResult result = machine.call(new CallTarget.Interrupt(0x10), request);
      machine.machine().cpu().probe = null;
      assertTrue(result.returned());
      List<String> lines = text.toString().lines().toList();
      String routine = String.format("0800:%08x 16 int 0x10", result.get(Register.EIP) - 2);
      int at = lines.indexOf(routine);
      assertTrue(at > 0, () -> routine + " in\n" + text);
      assertTrue(lines.get(at + 1).contains("INT 10 -> f000:"), lines.get(at + 1));
      assertTrue(lines.get(at + 2).contains(" 16 iret"), lines.get(at + 2));
      assertTrue(text.indexOf("CR0 80050033 -> 00000033") > 0, "paging off");
      assertTrue(text.indexOf("-> 80050033") > text.indexOf(routine), "paging on");
      assertEquals(2, result.instructions());
    }
  }
}
