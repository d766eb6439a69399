package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.TestPc.CODE;
import static dev.biosgateway.x86.cpu.TestPc.CODE0;
import static dev.biosgateway.x86.cpu.TestPc.CODE3;
import static dev.biosgateway.x86.cpu.TestPc.CONFORMING;
import static dev.biosgateway.x86.cpu.TestPc.DATA0;
import static dev.biosgateway.x86.cpu.TestPc.DATA3;
import static dev.biosgateway.x86.cpu.TestPc.FREE;
import static dev.biosgateway.x86.cpu.TestPc.PAGES32;
import static dev.biosgateway.x86.cpu.TestPc.RING1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class InterruptUnitTest {
  private static final int INTERRUPT_GATE = 0x8e;
  private static final int TRAP_GATE = 0x8f;
  private static final int INTERRUPT_GATE_16 = 0x86;
  private static final int TASK_GATE = 0x85;
  private static final int FOR_RING3 = 0x60;
  private static final int HANDLER = 0x20000;

  @Nested
  class RealMode {
    private final TestPc pc = new TestPc().real();
    private final Cpu cpu = pc.cpu;

    @Test
    @DisplayName("INT goes through the vector table and pushes FLAGS, CS and the next IP")
    void vectorTable() {
      pc.bus.write32(0x10 * 4, 0xf0001234);
      cpu.setFlags(Eflags.IF | Eflags.CF, Eflags.IF | Eflags.CF);
      pc.code("CD 10").step(1);
      assertEquals(0xf000, cpu.cs.selector);
      assertEquals(0x1234, cpu.eip);
      assertFalse(cpu.flags.interruptsEnabled());
      assertEquals(0x7c02, pc.stack16(0));
      assertEquals(0, pc.stack16(1));
      assertEquals(Eflags.IF | Eflags.CF | 2, pc.stack16(2));
    }

    @Test
    @DisplayName("a fault pushes its own IP and no error code")
    void fault() {
      pc.bus.write32(CpuException.UD * 4, 0x0100);
      pc.code("0F 0B").step(1);
      assertEquals(0x100, cpu.eip);
      assertEquals(0x7c00, pc.stack16(0));
      assertEquals(0x6ffa, cpu.gpr[Cpu.ESP]);
    }

    @Test
    @DisplayName("a vector beyond IDTR's limit is #GP, and without that the CPU shuts down")
    void idtrLimit() {
      cpu.idtrLimit = 0x3f;
      pc.bus.write32(CpuException.GP * 4, 0x0200);
      pc.code("CD 10").step(1);
      assertEquals(0x200, cpu.eip);

      cpu.idtrLimit = 0;
      pc.at(0x7c00);
      assertEquals(Interpreter.Stop.SHUTDOWN, pc.interpreter.run(5));
      assertEquals(CpuException.GP, cpu.interrupts.shutdown().vector());
      assertEquals(0x7c00, cpu.interrupts.shutdown().eip());
    }

    @Test
    @DisplayName("INTR waits for IF and for the end of STI's shadow")
    void intrWaits() {
      int[] acknowledged = acknowledgeWith(0x21);
      pc.bus.write32(0x21 * 4, 0x0300);
      cpu.pins.setIntr(true);
      pc.code("90 FB 90 90").step(1); // nop; sti; nop; nop
      assertEquals(0, acknowledged[0], "IF is clear");
      pc.step(1);
      assertEquals(0, acknowledged[0], "the shadow of STI");
      pc.step(1);
      assertEquals(1, acknowledged[0]);
      assertEquals(0x300, cpu.eip);
      assertEquals(0x7c03, pc.stack16(0));
    }

    @Test
    @DisplayName("INTR wakes HLT and returns behind it")
    void hltWakes() {
      acknowledgeWith(0x21);
      pc.bus.write32(0x21 * 4, 0x0300);
      cpu.setFlags(Eflags.IF, Eflags.IF);
      pc.code("F4");
      assertEquals(Interpreter.Stop.HALTED, pc.interpreter.run(5));
      assertEquals(Activity.HLT, cpu.activity);
      cpu.pins.setIntr(true);
      assertEquals(Interpreter.Stop.BUDGET, pc.interpreter.run(0));
      assertEquals(Activity.ACTIVE, cpu.activity);
      assertEquals(0x300, cpu.eip);
      assertEquals(0x7c01, pc.stack16(0));
    }

    private int[] acknowledgeWith(int vector) {
      int[] acknowledged = {0};
      cpu.pins.setInterruptAcknowledge(
          () -> {
            acknowledged[0]++;
            cpu.pins.setIntr(false);
            return vector;
          });
      return acknowledged;
    }

    @Test
    @DisplayName("NMI comes in whatever IF is, and no second one before IRET")
    void nmi() {
      pc.bus.write32(CpuException.NMI * 4, 0x0400);
      pc.memory(0x400, "90 90 CF"); // nop; nop; iret
      pc.code("90 90");
      cpu.pins.nmi();
      pc.step(1);
      assertEquals(0x401, cpu.eip);
      cpu.pins.nmi();
      pc.step(1);
      assertEquals(0x402, cpu.eip, "no nested NMI");
      pc.step(1);
      assertEquals(0x400, cpu.eip, "IRET lets the second one in");
      assertEquals(0x7c00, pc.stack16(0));
    }

    @Test
    @DisplayName("TF traps after each instruction, but not after MOV SS, POPF itself and INT")
    void singleStep() {
      pc.bus.write32(CpuException.DB * 4, 0x0500);
      cpu.gpr[Cpu.ESP] -= 2;
      pc.bus.write16(0x6ffe, Eflags.TF | 2);
      pc.code("9D 90 90").step(1); // popf; nop; nop
      assertEquals(0x7c01, cpu.eip, "the trap comes after the next instruction");
      pc.step(1);
      assertEquals(0x500, cpu.eip);
      assertEquals(0x7c02, pc.stack16(0));
      assertEquals(1 << 14, cpu.dr[6] & 1 << 14);
      assertFalse((cpu.flags.system & Eflags.TF) != 0);

      pc.at(0x7c00).code("8E D0 90"); // mov ss,ax; nop
      cpu.setFlags(Eflags.TF, Eflags.TF);
      pc.step(1);
      assertEquals(0x7c02, cpu.eip, "MOV SS holds the trap back");
      pc.step(1);
      assertEquals(0x500, cpu.eip);

      pc.bus.write32(0x60 * 4, 0x0600);
      pc.at(0x7c00).code("CD 60");
      cpu.setFlags(Eflags.TF, Eflags.TF);
      pc.step(1);
      assertEquals(0x600, cpu.eip, "INT clears TF before it could trap");
    }
  }

  @Nested
  class ProtectedMode {
    private final TestPc pc = new TestPc().protect();
    private final Cpu cpu = pc.cpu;

    @Test
    @DisplayName("an interrupt gate clears IF, a trap gate does not")
    void gates() {
      pc.idtGate(0x40, INTERRUPT_GATE, CODE0, HANDLER);
      pc.idtGate(0x41, TRAP_GATE, CODE0, HANDLER);
      cpu.setFlags(Eflags.IF, Eflags.IF);
      pc.code("CD 41").step(1);
      assertTrue(cpu.flags.interruptsEnabled());
      pc.at(0x10000).code("CD 40").step(1);
      assertFalse(cpu.flags.interruptsEnabled());
      assertEquals(0x10002, pc.stack32(0));
      assertEquals(CODE0, pc.stack32(1));
      assertEquals(Eflags.IF | 2, pc.stack32(2));
      assertEquals(0x9000 - 24, cpu.gpr[Cpu.ESP]);
    }

    @Test
    @DisplayName("a 16-bit gate pushes words and takes 16 bits of the offset")
    void gate16() {
      pc.idtGate(0x40, INTERRUPT_GATE_16, CODE0, 0x7654);
      pc.code("CD 40").step(1);
      assertEquals(0x7654, cpu.eip);
      assertEquals(0x9000 - 6, cpu.gpr[Cpu.ESP]);
    }

    @Test
    @DisplayName("a fault pushes RF and its error code")
    void faultFrame() {
      pc.idtGate(CpuException.GP, INTERRUPT_GATE, CODE0, HANDLER);
      pc.code("66 B8 00 04 8E D8").step(2); // mov ax,400h; mov ds,ax
      assertEquals(HANDLER, cpu.eip);
      assertEquals(0x400, pc.stack32(0));
      assertEquals(0x10004, pc.stack32(1));
      assertEquals(Eflags.RF, pc.stack32(3) & Eflags.RF);
    }

    @Test
    @DisplayName("from ring 3 the stack of the TSS is used, and the old one is on it")
    void innerRing() {
      pc.idtGate(0x40, INTERRUPT_GATE | FOR_RING3, CODE0, HANDLER);
      pc.ring3().code("CD 40").step(1);
      assertEquals(0, cpu.cpl);
      assertEquals(DATA0, cpu.ss.selector);
      assertEquals(0x8000 - 20, cpu.gpr[Cpu.ESP]);
      assertEquals(0x10002, pc.stack32(0));
      assertEquals(CODE3, pc.stack32(1));
      assertEquals(0x5000, pc.stack32(3));
      assertEquals(DATA3, pc.stack32(4));
    }

    @Test
    @DisplayName("INT needs the gate's DPL, an exception and ICEBP do not")
    void gateDpl() {
      pc.idtGate(0x40, INTERRUPT_GATE, CODE0, HANDLER);
      pc.idtGate(CpuException.GP, INTERRUPT_GATE, CODE0, HANDLER + 13);
      pc.idtGate(CpuException.DB, INTERRUPT_GATE, CODE0, HANDLER + 1);
      pc.ring3().code("CD 40").step(1);
      assertEquals(HANDLER + 13, cpu.eip);
      assertEquals(0x202, pc.stack32(0), "vector 40h, IDT, not EXT");
      pc.ring3().at(0x10000).code("F1").step(1);
      assertEquals(HANDLER + 1, cpu.eip);
    }

    @Test
    @DisplayName("conforming handlers run in the ring of the caller")
    void conformingHandler() {
      pc.descriptor(FREE, 0, 0xfffff, CONFORMING, PAGES32);
      pc.idtGate(0x40, INTERRUPT_GATE | FOR_RING3, FREE, HANDLER);
      pc.ring3().code("CD 40").step(1);
      assertEquals(3, cpu.cpl);
      assertEquals(FREE | 3, cpu.cs.selector);
      assertEquals(0x5000 - 12, cpu.gpr[Cpu.ESP]);
    }

    @Test
    @DisplayName("what is wrong with the handler is reported with EXT for exceptions only")
    void brokenHandlers() {
      pc.idtGate(CpuException.NP, INTERRUPT_GATE, CODE0, HANDLER);
      pc.idtGate(0x40, INTERRUPT_GATE & ~0x80, CODE0, 0);
      pc.code("CD 40").step(1);
      assertEquals(0x202, pc.stack32(0));
      pc.idtGate(CpuException.UD, INTERRUPT_GATE & ~0x80, CODE0, 0);
      pc.at(0x10000).code("0F 0B").step(1);
      assertEquals(CpuException.UD * 8 + 3, pc.stack32(0));
    }

    @Test
    @DisplayName("contributory after contributory is a double fault with error code 0")
    void doubleFault() {
      pc.idtGate(CpuException.DF, INTERRUPT_GATE, CODE0, HANDLER);
      pc.code("66 B8 00 04 8E D8").step(2); // #GP, whose gate is empty: #GP again
      assertEquals(HANDLER, cpu.eip);
      assertEquals(0, pc.stack32(0));
      assertEquals(0x10004, pc.stack32(1));
    }

    @Test
    @DisplayName("a benign exception whose gate is missing is #GP, not a double fault")
    void benignFirst() {
      pc.idtGate(CpuException.GP, INTERRUPT_GATE, CODE0, HANDLER);
      pc.code("0F 0B").step(1);
      assertEquals(HANDLER, cpu.eip);
      assertEquals(CpuException.UD * 8 + 3, pc.stack32(0));
    }

    @Test
    @DisplayName("a third fault shuts down, and the first one is what is reported")
    void tripleFault() {
      cpu.gpr[Cpu.EAX] = 0x400;
      cpu.idtrLimit = 0;
      cpu.idtrBase = 0;
      pc.code("8E D8"); // mov ds,ax
      assertNull(cpu.interrupts.shutdown());
      assertEquals(Interpreter.Stop.SHUTDOWN, pc.interpreter.run(10));
      InterruptUnit.Shutdown why = cpu.interrupts.shutdown();
      assertEquals(CpuException.GP, why.vector());
      assertTrue(why.hasErrorCode());
      assertEquals(0x400, why.errorCode());
      assertEquals(CODE0, why.cs());
      assertEquals(0x10000, why.eip());
      assertEquals(Interpreter.Stop.SHUTDOWN, pc.interpreter.run(10), "until a reset");
      cpu.reset();
      assertEquals(Activity.ACTIVE, cpu.activity);
    }

    @Test
    @DisplayName("a stack that cannot take the frame stays as it was, through the double fault")
    void stackFault() {
      pc.idtGate(CpuException.SS, INTERRUPT_GATE, CODE0, HANDLER);
      pc.idtGate(CpuException.DF, TASK_GATE, FREE, 0);
      pc.descriptor(FREE, 0x4000, 0x67, 0x89, 0);
      pc.bus.write32(0x4020, HANDLER);
      pc.bus.write32(0x4038, 0x8800);
      pc.bus.write32(0x404c, CODE0);
      pc.bus.write32(0x4050, DATA0);
      pc.descriptor(FREE + 8, 0, 0xff, TestPc.DATA, TestPc.BITS32);
      cpu.segmentLoad.load(SegmentRegister.SS, FREE + 8);
      cpu.gpr[Cpu.ESP] = 0x200;
      pc.code("50").step(1); // push eax: #SS, whose frame faults too: #DF through a task gate
      assertEquals(HANDLER, cpu.eip);
      assertEquals(0x8800 - 4, cpu.gpr[Cpu.ESP]);
      assertEquals(0, pc.stack32(0), "error code of #DF");
      assertEquals(0x200, pc.bus.read32(TestPc.TSS + 0x38), "ESP saved in the old TSS");
      assertEquals(TestPc.TSS_SELECTOR, pc.bus.read16(0x4000), "link");
    }

    @Test
    @DisplayName("a handler in an outer ring is refused")
    void outerHandler() {
      pc.idtGate(0x40, INTERRUPT_GATE, CODE3, HANDLER);
      pc.idtGate(CpuException.GP, INTERRUPT_GATE, CODE0, HANDLER);
      pc.code("CD 40").step(1);
      assertEquals(CODE3 & 0xfffc, pc.stack32(0));
    }

    @Test
    @DisplayName("a bad inner stack is #TS with its selector")
    void badInnerStack() {
      pc.idtGate(0x40, INTERRUPT_GATE | FOR_RING3, FREE, HANDLER);
      pc.descriptor(FREE, 0, 0xfffff, CODE | RING1, PAGES32);
      pc.innerStack(1, DATA0, 0x7000);
      pc.idtGate(CpuException.TS, INTERRUPT_GATE, CODE0, HANDLER + 10);
      pc.ring3().code("CD 40").step(1);
      assertEquals(HANDLER + 10, cpu.eip);
      assertEquals(DATA0, pc.stack32(0));
    }
  }

  @Nested
  class Virtual8086Mode {
    private final TestPc pc = new TestPc().protect();
    private final Cpu cpu = pc.cpu;

    @Test
    @DisplayName("with IOPL 3, INT goes to ring 0 with all segment registers on the stack")
    void toMonitor() {
      pc.idtGate(0x21, INTERRUPT_GATE | FOR_RING3, CODE0, HANDLER);
      pc.virtual8086(3).code("CD 21").step(1);
      assertEquals(0, cpu.cpl);
      assertFalse(cpu.virtual8086());
      assertEquals(0x102, pc.stack32(0));
      assertEquals(0x2000, pc.stack32(1));
      assertEquals(Eflags.VM, pc.stack32(2) & Eflags.VM);
      assertEquals(0x800, pc.stack32(3));
      assertEquals(0x4000, pc.stack32(4));
      assertEquals(0x4000, pc.stack32(8), "GS");
      assertFalse(cpu.segments[SegmentRegister.DS].usable);
    }

    @Test
    @DisplayName("with a lower IOPL, INT is #GP(0) and INT3 is not")
    void ioplGuards() {
      pc.idtGate(CpuException.GP, INTERRUPT_GATE, CODE0, HANDLER + 13);
      pc.idtGate(CpuException.BP, INTERRUPT_GATE | FOR_RING3, CODE0, HANDLER + 3);
      pc.virtual8086(0).code("CD 21").step(1);
      assertEquals(HANDLER + 13, cpu.eip);
      assertEquals(0, pc.stack32(0));
      pc.virtual8086(0).code("CC").step(1);
      assertEquals(HANDLER + 3, cpu.eip);
    }

    @Test
    @DisplayName("CR4.VME: a clear bit in the redirection map takes the program's own vector table")
    void redirection() {
      cpu.controlRegisters.writeCr4(Cpu.CR4_VME);
      pc.bus.write16(TestPc.TSS + 0x66, 0x88);
      pc.bus.write32(0x21 * 4, 0x30000040);
      cpu.setFlags(Eflags.VIF, Eflags.VIF);
      pc.virtual8086(0).code("CD 21").step(1);
      assertTrue(cpu.virtual8086());
      assertEquals(0x3000, cpu.cs.selector);
      assertEquals(0x40, cpu.eip);
      assertEquals(Eflags.IF | Eflags.IOPL, pc.stack16(2) & (Eflags.IF | Eflags.IOPL));
      assertEquals(0, cpu.flags.system & Eflags.VIF);
    }

    @Test
    @DisplayName("a handler that is not in ring 0 is refused")
    void monitorIsRing0() {
      pc.idtGate(0x21, INTERRUPT_GATE | FOR_RING3, FREE, HANDLER);
      pc.descriptor(FREE, 0, 0xfffff, CODE | RING1, PAGES32);
      pc.idtGate(CpuException.GP, INTERRUPT_GATE, CODE0, HANDLER);
      pc.virtual8086(3).code("CD 21").step(1);
      assertEquals(FREE, pc.stack32(0));
    }
  }
}
