package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.state.Section;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An instruction and the Jcc behind it, in one run and one at a time. */
class MacroFusionTest {
  private static final int CODE = 0x10000;
  private static final int TARGET = 0x40;
  private static final int[] VALUES = {
    0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, -1, 0x8080
  };

  private final TestPc pc = new TestPc().protect();
  private final Cpu cpu = pc.cpu;

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "00 C8",
        "66 01 C8",
        "01 C8", // add
        "28 C8",
        "66 29 C8",
        "29 C8", // sub
        "20 C8",
        "66 21 C8",
        "21 C8", // and
        "38 C8",
        "66 39 C8",
        "39 C8", // cmp
        "84 C8",
        "66 85 C8",
        "85 C8", // test
        "66 40",
        "40",
        "66 48",
        "48", // inc, dec
        "3A 03",
        "66 3B 03",
        "3B 03", // cmp eax, [ebx]
        "38 0B",
        "66 39 0B",
        "39 0B", // cmp [ebx], ecx
        "80 3B 80",
        "66 83 3B FF",
        "83 3B 00", // cmp [ebx], imm
        "84 0B",
        "66 85 0B",
        "85 0B", // test [ebx], ecx
        "F6 03 80",
        "F7 03 00 00 00 80" // test [ebx], imm
      })
  @DisplayName("every condition decides as it does alone, with the same flags behind it")
  void decides(String first) {
    for (int condition = 0; condition < 16; condition++) {
      String code = first + " %02X %02X".formatted(0x70 | condition, TARGET);
      for (int a : VALUES) {
        for (int b : VALUES) {
          boolean carry = (a ^ b) < 0;
          Section alone = run(code, a, b, carry, true);
          assertEquals(List.of(), alone.differences(run(code, a, b, carry, false)), code);
        }
      }
    }
  }

  private Section run(String code, int a, int b, boolean carry, boolean alone) {
    cpu.gpr[Cpu.EAX] = a;
    cpu.gpr[Cpu.ECX] = b;
    cpu.gpr[Cpu.EBX] = 0x6000;
    pc.bus.write32(0x6000, b);
    cpu.flags.set(2);
    cpu.flags.setCarry(carry);
    pc.at(CODE).code(code);
    long before = pc.clock.retiredInstructions();
    if (alone) {
      pc.interpreter.run(1);
      pc.interpreter.run(1);
    } else {
      pc.interpreter.run(2);
    }
    assertEquals(2, pc.clock.retiredInstructions() - before);
    Section state = new Section(cpu.sectionName());
    cpu.save(state);
    return state;
  }

  @Test
  @DisplayName("a budget that ends between the two ends there")
  void budget() {
    cpu.gpr[Cpu.ECX] = 1000;
    pc.code("49 75 FD"); // dec ecx; jnz
    for (int n = 1; n <= 15; n++) {
      pc.interpreter.run(101);
      assertEquals(101L * n, pc.clock.retiredInstructions());
      assertEquals(CODE + n % 2, cpu.eip);
      assertEquals(1000 - (101 * n + 1) / 2, cpu.gpr[Cpu.ECX]);
    }
  }

  @Test
  @DisplayName("an interrupt that the first one's access to a device raises comes before the jump")
  void interruptBetween() {
    pc.bus.map(
        0x200000,
        0x1000,
        new Region() {
          @Override
          public String name() {
            return "alarm";
          }

          @Override
          public int read(int offset, int size) {
            cpu.pins.setIntr(true);
            return 0;
          }

          @Override
          public void write(int offset, int size, int value) {
            throw new IllegalStateException("only read here");
          }
        });
    cpu.pins.setInterruptAcknowledge(
        () -> {
          cpu.pins.setIntr(false);
          return 0x40;
        });
    pc.idtGate(0x40, 0x8e, TestPc.CODE0, 0x20000);
    cpu.setFlags(Eflags.IF, Eflags.IF);
    pc.memory(0x20000, "F4").code("83 3D 00 00 20 00 00 74 40"); // cmp dword [200000h], 0; jz
    pc.interpreter.run(2);
    assertEquals(0x20001, cpu.eip, "the handler's HLT was the second");
    assertEquals(CODE + 7, pc.stack32(0));
    assertTrue((pc.stack32(2) & Eflags.ZF) != 0, "the comparison is done");
  }

  @Test
  @DisplayName("each of the two is guilty of its own fault")
  void faults() {
    pc.idtGate(CpuException.GP, 0x8e, TestPc.CODE0, 0x800);
    cpu.cs.limit = CODE + 8;
    cpu.segments[SegmentRegister.DS].limit = 0xffff;
    cpu.registersWritten(0);
    pc.code("39 C0 74 40"); // cmp eax, eax; jz beyond the limit
    pc.interpreter.run(2);
    assertEquals(0x800, cpu.eip);
    assertEquals(CODE + 2, pc.stack32(1));
    assertTrue((pc.stack32(3) & Eflags.ZF) != 0);
    cpu.gpr[Cpu.EBX] = 0x10000;
    pc.at(CODE).code("3B 03 74 02"); // cmp eax, [ebx], which is beyond the limit of DS
    pc.interpreter.run(1);
    assertEquals(CODE, pc.stack32(1));
    assertEquals(3, pc.clock.retiredInstructions());
  }

  @Test
  @DisplayName("either of the two can be written over")
  void modified() {
    cpu.gpr[Cpu.ECX] = 5;
    String loop = "83 C0 01 49 75 FA F4"; // l: add eax, 1; dec ecx; jnz l; hlt
    pc.code(loop);
    pc.interpreter.run(100);
    assertEquals(5, cpu.gpr[Cpu.EAX]);
    cpu.activity = Activity.ACTIVE;
    cpu.gpr[Cpu.ECX] = -5;
    pc.at(CODE).memory(CODE + 3, "41"); // inc ecx
    pc.interpreter.run(100);
    assertEquals(10, cpu.gpr[Cpu.EAX]);
    cpu.activity = Activity.ACTIVE;
    cpu.gpr[Cpu.ECX] = 7;
    pc.at(CODE).memory(CODE + 4, "74"); // jz
    pc.interpreter.run(100);
    assertEquals(11, cpu.gpr[Cpu.EAX]);
    cpu.activity = Activity.ACTIVE;
    pc.at(CODE).memory(CODE + 4, "90 90"); // no jump at all
    pc.interpreter.run(100);
    assertEquals(12, cpu.gpr[Cpu.EAX]);
    assertEquals(CODE + 7, cpu.eip);
  }
}
