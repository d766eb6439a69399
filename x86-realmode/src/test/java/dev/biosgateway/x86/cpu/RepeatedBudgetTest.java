package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.cpu.Interpreter.Stop;
import dev.biosgateway.x86.state.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A budget that ends among, or right behind, the passes of REP is kept to the instruction. */
class RepeatedBudgetTest {
  /** MOV ECX,3; REP and the instruction; NOP; HLT. */
  private static TestPc pc(String repeated) {
    TestPc pc = new TestPc().protect().code("B903000000 " + repeated + " 90 F4");
    pc.cpu.gpr[Cpu.ESI] = 0x6000;
    pc.cpu.gpr[Cpu.EDI] = 0x7000;
    return pc;
  }

  @ParameterizedTest
  @ValueSource(strings = {"F3A4", "F3AA", "F3AC", "F3A6", "F2AE"}) // F2AE finds at once
  void noRunRetiresMoreThanItMay(String repeated) {
    TestPc whole = pc(repeated);
    assertEquals(Stop.HALTED, whole.interpreter.run(100));
    long all = whole.clock.retiredInstructions();
    for (int budget = 1; budget < all; budget++) {
      TestPc cut = pc(repeated);
      assertEquals(Stop.BUDGET, cut.interpreter.run(budget));
      long before = budget;
      assertEquals(before, cut.clock.retiredInstructions());
      while (before < all) {
        cut.interpreter.run(1);
        assertEquals(++before, cut.clock.retiredInstructions());
      }
      assertEquals(Stop.HALTED, cut.interpreter.run(1));
      assertEquals("[]", state(whole).differences(state(cut)).toString());
    }
  }

  @Test
  void aStepIsTheWholeInstruction() {
    TestPc pc = pc("F3A4").step(2);
    assertEquals(1 + 3 + 1, pc.clock.retiredInstructions());
    assertEquals(0x10007, pc.cpu.eip);
  }

  @Test
  void whatIsOwedIsSaved() {
    TestPc pc = pc("F3A4");
    pc.interpreter.run(4);
    assertTrue(pc.cpu.retirement.owes());
    TestPc other = pc("F3A4");
    other.clock.retire(4);
    other.cpu.restore(state(pc).rewind());
    other.interpreter.run(1);
    assertEquals(5, other.clock.retiredInstructions());
    assertEquals(0x10007, other.cpu.eip);
  }

  private static Section state(TestPc pc) {
    Section section = new Section(pc.cpu.sectionName());
    pc.cpu.save(section);
    return section;
  }
}
