package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.device.pic.Pic8259Pair;
import dev.biosgateway.x86.device.pit.Pit8254;
import dev.biosgateway.x86.device.vga.StandardVga;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.Stateful;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a call leaves behind: nothing with ROLLBACK, exactly what it changed with KEEP. */
class IsolationTest {
  private static final CallTarget UNSERVED = new CallTarget.Interrupt(0x60);
  private static final CallTarget EVERYTHING = new CallTarget.ProgramEntry("everything16");
  private static final CallTarget LOOK = new CallTarget.ProgramEntry("look16");

  private static CallRequest request(Isolation isolation) {
    return CallRequest.builder()
        .register(Register.EAX, 0x1234)
        .buffer("out", Register.ES, Register.DI, 700)
        .isolation(isolation)
        .build();
  }

  /** The jump alone restores everything: nothing is rolled back here. */
  @ParameterizedTest
  @CsvSource({"I386,TWO_LEVEL", "PENTIUM,TWO_LEVEL", "PENTIUM_PRO,TWO_LEVEL", "PENTIUM_PRO,PAE"})
  void aRoutineThatChangesNothingLeavesNothingWithKeep(CpuModel cpu, PagingMode paging) {
    try (BridgeMachine machine = Guests.machine(cpu, paging)) {
      WholeState before = WholeState.of(machine.machine());
      for (int i = 0; i < 3; i++) {
        assertTrue(machine.call(UNSERVED, request(Isolation.KEEP)).returned());
        before.assertSame(WholeState.of(machine.machine()), true);
      }
    }
  }

  @Test
  void aRoutineThatChangesEverythingLeavesNothingWithRollback() {
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(Guests.program("everything16"));
      WholeState before = WholeState.of(machine.machine());
      for (int i = 0; i < 3; i++) {
        CallResult result = machine.call(EVERYTHING, request(Isolation.ROLLBACK));
        assertTrue(result.returned(), result::toString);
        before.assertSame(WholeState.of(machine.machine()), false);
      }
    }
  }

  @Test
  void whatACallHasExecutedIsCountedThoughTimeIsRolledBack() {
    try (BridgeMachine machine = Guests.machine()) {
      long time = machine.machine().clock().retiredInstructions();
      long routine = machine.call(UNSERVED, request(Isolation.ROLLBACK)).instructions();
      long once = machine.execution().get("instructions");
      assertTrue(once > routine, () -> once + " with the way, " + routine + " without");
      machine.call(UNSERVED, request(Isolation.ROLLBACK));
      assertEquals(2 * once, machine.execution().get("instructions"));
      assertEquals(time, machine.machine().clock().retiredInstructions());
    }
  }

  @Test
  void whatARoutineChangedStaysWithKeepButNotWhatIsTheHosts() {
    try (BridgeMachine bridge = Guests.machine()) {
      Machine machine = bridge.machine();
      bridge.map(Guests.program("everything16"));
      Section pic = section(machine.device(Pic8259Pair.class));
      Section pit = section(machine.device(Pit8254.class));
      Section vga = section(machine.device(StandardVga.class));
      assertTrue(bridge.call(EVERYTHING, request(Isolation.KEEP)).returned());

      assertEquals(0xbeefbeef, machine.bus().read32(4 * 0x60));
      assertEquals(0x55aa, machine.bus().read16(0x5fffe));
      assertFalse(vga.equals(section(machine.device(StandardVga.class))), "palette");
      assertEquals(List.of(), pic.differences(section(machine.device(Pic8259Pair.class))));
      assertEquals(List.of(), pit.differences(section(machine.device(Pit8254.class))));
      assertTrue(machine.bus().a20(), "the host lives above 1 MB");

      // The next routine finds masks and gate as this one left them.
      bridge.map(look());
      CallResult look = bridge.call(LOOK, CallRequest.builder().build());
      assertEquals(0x35, look.get(Register.AL));
      assertEquals(0x53, look.get(Register.AH));
      assertEquals(0, look.get(Register.BL) & 2, "A20 gate closed");
    }
  }

  @Test
  void rollbackForgetsMasksAndGateToo() {
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(Guests.program("everything16"));
      machine.map(look());
      assertTrue(machine.call(EVERYTHING, request(Isolation.ROLLBACK)).returned());
      CallResult look = machine.call(LOOK, CallRequest.builder().build());
      assertEquals(0xb8, look.get(Register.AL));
      assertEquals(0x8e, look.get(Register.AH));
      assertEquals(2, look.get(Register.BL) & 2);
    }
  }

  private static ProgramImage look() {
    return Guests.program("look16");
  }

  @Test
  void aProgramsOwnMemoryLivesOnWithKeepAndNotWithRollback() {
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(Guests.program("counter32"));
      CallTarget counter = new CallTarget.ProgramEntry("counter32");
      CallRequest keep = CallRequest.builder().isolation(Isolation.KEEP).build();
      CallRequest rollback = CallRequest.builder().build();
      assertEquals(1, machine.call(counter, keep).get(Register.EAX));
      assertEquals(2, machine.call(counter, rollback).get(Register.EAX));
      assertEquals(2, machine.call(counter, rollback).get(Register.EAX));
      assertEquals(2, machine.call(counter, keep).get(Register.EAX));
      assertEquals(3, machine.call(counter, keep).get(Register.EAX));
    }
  }

  @Test
  void unmappingGoesBackToBeforeTheMapping() {
    try (BridgeMachine machine = Guests.machine()) {
      WholeState before = WholeState.of(machine.machine());
      int frames = machine.host().frames().available();
      MappedProgram everything = machine.map(Guests.program("everything16"));
      MappedProgram counter = machine.map(Guests.program("counter32"));
      assertTrue(machine.call(EVERYTHING, request(Isolation.KEEP)).returned());
      IllegalStateException notLast =
          assertThrows(IllegalStateException.class, () -> machine.unmap(everything));
      assertTrue(notLast.getMessage().contains("counter32"), notLast.getMessage());
      machine.unmap(counter);
      machine.unmap(everything);
      before.assertSame(WholeState.of(machine.machine()), false);
      assertEquals(frames, machine.host().frames().available());
      assertTrue(machine.call(UNSERVED, request(Isolation.KEEP)).returned());
    }
  }

  private static Section section(Stateful component) {
    Section section = new Section(component.sectionName());
    component.save(section);
    return section;
  }
}
