package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.AccessDeniedException;
import dev.biosgateway.x86.bus.MemoryGuard;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.cpu.Interpreter.Stop;
import dev.biosgateway.x86.isa.CpuModel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The run loop in real mode: counts, stops, self-modifying code, traps, repeated instructions. */
class InterpreterTest {
  private static final int CODE = 0x1000;

  private final UnmodelledAccess unmodelled = new UnmodelledAccess();
  private final PhysicalBus bus = new PhysicalBus(1 << 20, unmodelled);
  private final PortMap ports = new PortMap(unmodelled);
  private final VirtualClock clock = new VirtualClock(1);
  private final Cpu cpu = new Cpu(CpuModel.PENTIUM_PRO, bus, ports, clock, unmodelled);
  private final Interpreter interpreter = new Interpreter(cpu);

  /** Puts code at 0000:1000 with all segments zero and the stack below 1000h. */
  private void code(String hex) {
    bus.load(CODE, HexFormat.of().parseHex(hex.replace(" ", "")));
    for (SegmentRegister s : cpu.segments) {
      s.selector = 0;
      s.base = 0;
    }
    cpu.gpr[Cpu.ESP] = CODE;
    cpu.eip = CODE;
    cpu.registersWritten(0);
  }

  private long retired() {
    return clock.retiredInstructions();
  }

  @Test
  void stopsWhenTheBudgetIsUsedUpAndNotBefore() {
    code("40 40 40 40 eb fa"); // inc ax x4; jmp to the start
    assertEquals(Stop.BUDGET, interpreter.run(3));
    assertEquals(3, retired());
    assertEquals(3, cpu.reg16(Cpu.EAX));
    assertEquals(CODE + 3, cpu.eip);
    assertEquals(Stop.BUDGET, interpreter.run(1003));
    assertEquals(1006, retired());
  }

  @Test
  void haltWithoutInterruptsEndsTheRun() {
    code("fa f4"); // cli; hlt
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(2, retired());
    assertEquals(CODE + 2, cpu.eip);
  }

  @Test
  void aStoreToTheNextInstructionTakesEffectAtOnce() {
    // mov byte [1005h],41h ; nop (becomes inc cx) ; hlt
    code("c6 06 05 10 41 90 f4");
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(1, cpu.reg16(Cpu.ECX));
    assertEquals(3, retired());
  }

  @Test
  void decodedCodeIsForgottenWhenALoaderOrDeviceWritesIt() {
    code("41 f4"); // inc cx; hlt
    interpreter.run(100);
    code("42 f4"); // inc dx; hlt
    cpu.activity = Activity.ACTIVE;
    interpreter.run(100);
    assertEquals(1, cpu.reg16(Cpu.ECX));
    assertEquals(1, cpu.reg16(Cpu.EDX) - (CpuModel.PENTIUM_PRO.signature() & 0xffff));
  }

  @Test
  void dataBesideCodeIsNotCode() {
    // mov cx,3; l: inc byte [1100h]; loop l; hlt
    code("b9 03 00 fe 06 00 11 e2 fa f4");
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(3, bus.read8(0x1100));
    assertEquals(1 + 3 * 2 + 1, retired());
  }

  @Test
  void aPassOfRepCountsAsOneMore() {
    code("b9 05 00 f3 aa f4"); // mov cx,5; rep stosb; hlt
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(1 + 5 + 1 + 1, retired());
  }

  @Test
  void repCanBeInterruptedBetweenPassesAndGoesOn() {
    code("b9 05 00 bf 00 20 b0 77 f3 aa f4"); // mov cx,5; mov di,2000h; mov al,77h; rep stosb
    assertEquals(Stop.BUDGET, interpreter.run(3 + 2));
    assertEquals(3, cpu.reg16(Cpu.ECX));
    assertEquals(CODE + 8, cpu.eip);
    assertEquals(0x7777, bus.read32(0x2000));
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(0x77, bus.read8(0x2004));
    assertEquals(0, bus.read8(0x2005));
    assertEquals(3 + 5 + 1 + 1, retired());
  }

  @Test
  void overlappingRepMovsbRepeatsWhatItHasWritten() {
    // mov si,2000h; mov di,2001h; mov cx,10h; rep movsb; hlt
    code("be 00 20 bf 01 20 b9 10 00 f3 a4 f4");
    bus.write8(0x2000, 0x5a);
    interpreter.run(100);
    for (int i = 0; i <= 0x10; i++) {
      assertEquals(0x5a, bus.read8(0x2000 + i), "byte " + i);
    }
  }

  @Test
  void aFaultCountsAsOneAndReturnsToItsInstruction() {
    bus.write32(CpuException.DE * 4, 0x1800); // handler 0000:1800
    bus.write8(0x1800, 0xf4);
    code("40 31 c9 f6 f1 f4"); // inc ax; xor cx,cx; div cl
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(CODE + 3, bus.read16(CODE - 6));
    assertEquals(4, retired());
  }

  @Test
  void codeThatJumpsIntoNothingEndsWithItsBudget() {
    code("ea 00 00 00 00"); // jmp 0:0, all zeros: vector 0 to 0:0 again and again
    assertEquals(Stop.BUDGET, interpreter.run(100_000));
    assertEquals(100_000, retired());
  }

  @Test
  void trapsAreCalledBeforeTheirInstruction() {
    code("40 40 40 f4"); // inc ax x3; hlt
    List<Integer> seen = new ArrayList<>();
    interpreter.setTrap(
        CODE + 1,
        c -> {
          seen.add(c.reg16(Cpu.EAX));
          return Trap.Outcome.EXECUTE;
        });
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(List.of(1), seen);
    assertEquals(3, cpu.reg16(Cpu.EAX));
    assertEquals(4, retired());
  }

  @Test
  void aTrapCanStopAndTheNextRunPassesIt() {
    code("40 40 40 f4");
    interpreter.setTrap(CODE + 1, c -> Trap.Outcome.STOP);
    assertEquals(Stop.TRAP, interpreter.run(100));
    assertEquals(CODE + 1, cpu.eip);
    assertEquals(1, retired());
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(4, retired());
  }

  @Test
  void aTrapCanGoElsewhere() {
    code("40 40 40 f4");
    interpreter.setTrap(
        CODE + 1,
        c -> {
          c.eip = CODE + 3;
          return Trap.Outcome.MOVED;
        });
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(1, cpu.reg16(Cpu.EAX));
    assertEquals(2, retired());
    interpreter.setTrap(CODE + 1, null);
    code("40 40 40 f4");
    cpu.activity = Activity.ACTIVE;
    interpreter.run(100);
    assertEquals(4, cpu.reg16(Cpu.EAX));
  }

  @Test
  void anEventFiresAtItsInstruction() {
    code("40 eb fd"); // inc ax; jmp
    long[] at = new long[1];
    Event event =
        new Event("test") {
          @Override
          protected void fire(long due) {
            at[0] = clock.retiredInstructions();
          }
        };
    clock.schedule(event, 1234);
    interpreter.run(5000);
    assertEquals(1234, at[0]);
  }

  @Test
  void aDeviceSeesTheClockOfItsInstructionAndCanScheduleTheNext() {
    code("40 40 e6 80 40 40 40 f4"); // inc ax x2; out 80h,al; inc ax x3; hlt
    List<Long> seen = new ArrayList<>();
    Event event =
        new Event("test") {
          @Override
          protected void fire(long due) {
            seen.add(clock.retiredInstructions());
          }
        };
    ports.map(
        0x80,
        1,
        1,
        new PortHandler() {
          @Override
          public int in(int port, int size) {
            return 0;
          }

          @Override
          public void out(int port, int size, int value) {
            seen.add(clock.retiredInstructions());
            clock.schedule(event, clock.nanos() + 2);
          }
        });
    interpreter.run(100);
    assertEquals(List.of(2L, 4L), seen);
  }

  @Test
  void aRefusedPortLeavesTheInstructionUndone() {
    code("40 e6 80 40 f4");
    ports.setFilter((port, size, out) -> "no");
    assertThrows(AccessDeniedException.class, () -> interpreter.run(100));
    assertEquals(CODE + 1, cpu.eip);
    assertEquals(1, retired());
    ports.setFilter(null);
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(4, retired());
  }

  @Test
  void aRefusedLoadLeavesTheInstructionUndone() {
    code("40 40 a1 00 20 40 f4"); // inc ax x2; mov ax,[2000h]; inc ax; hlt
    bus.setGuard(
        new MemoryGuard() {
          @Override
          public String denyAt(int physical, int size, boolean write) {
            return "no";
          }

          @Override
          public String denyRegion(String region, boolean write) {
            return null;
          }
        });
    bus.setGuarded(2, 1, true);
    assertThrows(AccessDeniedException.class, () -> interpreter.run(100));
    assertEquals(CODE + 2, cpu.eip);
    assertEquals(CODE + 2, cpu.instructionEip);
    assertEquals(2, retired());
    bus.setGuarded(2, 1, false);
    assertEquals(Stop.HALTED, interpreter.run(100));
    assertEquals(5, retired());
  }

  @Test
  void aCancelledRunCanGoOn() {
    code("40 f4");
    interpreter.cancel();
    assertEquals(Stop.CANCELLED, interpreter.run(100));
    assertEquals(0, retired());
    assertEquals(Stop.HALTED, interpreter.run(100));
  }

  @Test
  void anInstructionAcrossTwoPagesIsDecodedAgainWhenEitherIsWritten() {
    // mov ax,1234h at 1FFEh; hlt
    code("e9 fb 0f"); // jmp near 1FFEh
    bus.load(0x1ffe, HexFormat.of().parseHex("b83412f4"));
    assertEquals(Stop.HALTED, interpreter.run(10));
    assertEquals(0x1234, cpu.reg16(Cpu.EAX));
    bus.write8(0x2000, 0x56);
    cpu.eip = CODE;
    cpu.activity = Activity.ACTIVE;
    assertEquals(Stop.HALTED, interpreter.run(10));
    assertEquals(0x5634, cpu.reg16(Cpu.EAX));
  }

  @Test
  void stepExecutesAllPassesOfARepeatedInstruction() {
    code("b9 05 00 f3 aa f4");
    assertEquals(Stop.BUDGET, interpreter.step());
    assertEquals(Stop.BUDGET, interpreter.step());
    assertEquals(0, cpu.reg16(Cpu.ECX));
    assertEquals(CODE + 5, cpu.eip);
  }

  @Test
  void everyModelDecodesWithItsOwnTable() {
    for (CpuModel model : CpuModel.values()) {
      Cpu old = new Cpu(model, new PhysicalBus(1 << 20, unmodelled), ports, clock, unmodelled);
      assertSame(model, old.model);
      assertTrue(new Interpreter(old).run(10) != null);
    }
  }
}
