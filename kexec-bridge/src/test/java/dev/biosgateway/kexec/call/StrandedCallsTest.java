package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Fault;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.PortRange;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that do not come back: each says why and where, and the machine is as before. */
class StrandedCallsTest {
  private static final CallTarget BAD16 = new CallTarget.ProgramEntry("bad16");
  private static final CallTarget BAD32 = new CallTarget.ProgramEntry("bad32");

  private BridgeMachine machine;
  private WholeState before;

  @BeforeEach
  void open() {
    machine = Guests.machine();
    machine.map(Guests.program("bad16"));
    machine.map(Guests.program("bad32"));
    before = WholeState.of(machine.machine());
  }

  /** Whatever happened: nothing is left of it, and the next call works. */
  @AfterEach
  void machineIsAsBefore() {
    before.assertSame(WholeState.of(machine.machine()), false);
    CallResult next = machine.call(BAD16, real(10).build());
    assertEquals(StopReason.RETURNED, next.stop(), next::toString);
    assertEquals(5, next.instructions(), "call, mov, cmp, ja, retf");
    machine.close();
  }

  private static CallRequest.Builder real(int how) {
    return CallRequest.builder()
        .register(Register.EAX, how)
        .buffer("out", Register.ES, Register.DI, 16)
        .isolation(Isolation.KEEP);
  }

  private CallResult bad16(int how) {
    return machine.call(BAD16, real(how).budget(200_000).build());
  }

  private CallResult bad32(int how) {
    return machine.call(
        BAD32, CallRequest.builder().register(Register.EAX, how).budget(200_000).build());
  }

  @Test
  void loopsForEver() {
    CallResult result = bad16(0);
    assertEquals(StopReason.BUDGET, result.stop());
    assertEquals(200_000, result.instructions());
    assertTrue(result.reason().contains("200000"), result.reason());
    assertArrayEquals(new byte[] {'O', 'K'}, Arrays.copyOf(result.buffer("out"), 2));
    assertEquals(0x2000, result.get(Register.CS));
    assertEquals(StopReason.BUDGET, bad32(0).stop());
  }

  @Test
  void budgetIsExactAndEnoughIsEnough() {
    CallResult exact = machine.call(BAD16, real(10).budget(4).build());
    CallResult short1 = machine.call(BAD16, real(10).budget(3).build());
    assertEquals(StopReason.BUDGET, short1.stop());
    assertEquals(3, short1.instructions());
    assertEquals(StopReason.BUDGET, exact.stop());
    CallResult enough =
        machine.call(BAD16, real(10).budget(5).isolation(Isolation.ROLLBACK).build());
    assertEquals(StopReason.RETURNED, enough.stop());
    assertEquals(5, enough.instructions());
  }

  @Test
  void jumpsIntoNothing() {
    CallResult result = bad16(1);
    assertEquals(StopReason.FAULT, result.stop(), result::toString);
    Fault fault = result.fault().orElseThrow();
    assertEquals("#GP", fault.name());
    assertEquals(0xd000, fault.cs());
    CallResult far = bad32(7);
    assertEquals(StopReason.FAULT, far.stop(), far::toString);
    assertEquals(0x90000000L, far.fault().orElseThrow().linear());
  }

  @Test
  void tripleFaults() {
    CallResult result = bad16(2);
    assertEquals(StopReason.TRIPLE_FAULT, result.stop());
    assertTrue(result.reason().contains("2000:"), result.reason());
    assertEquals(0x2000, result.fault().orElseThrow().cs(), result::toString);
    CallResult flat = bad32(4);
    assertEquals(StopReason.TRIPLE_FAULT, flat.stop());
    Fault first = flat.fault().orElseThrow();
    assertEquals(flat.get(Register.EIP), first.ip());
    assertFalse(first.disassembly().isEmpty(), first::toString);
  }

  /** The frame of the exception has nowhere to go; the report is right all the same. */
  @Test
  void losesItsStack() {
    CallResult result = bad32(6);
    assertEquals(StopReason.FAULT, result.stop(), result::toString);
    assertEquals("ud2", result.fault().orElseThrow().disassembly());
    assertEquals(0xc0000000L, result.get(Register.ESP));
  }

  @Test
  void jumpsToTheResetVector() {
    CallResult result = machine.call(far(0xfff0), real(0).build());
    assertEquals(StopReason.SHUTDOWN, result.stop(), result::toString);
    assertEquals("jumped to the reset vector at f000:fff0", result.reason());
  }

  /** Physical mode protects nobody: the way up from the reset vector leads into the host itself. */
  @Test
  void runsIntoTheHost() {
    int powerOn = machine.machine().bus().read16(0xffff1);
    CallResult result = machine.call(far(powerOn), real(0).build());
    assertEquals(StopReason.FAULT, result.stop(), result::toString);
    assertTrue(
        result.reason().startsWith("the routine left a host that took #GP(0x0080) at 0060:"),
        result.reason());
    assertEquals("ltr ax", result.fault().orElseThrow().disassembly());
  }

  private static CallTarget far(int offset) {
    return new CallTarget.FarCall(new FarPointer(0xf000, offset));
  }

  @Test
  void haltsForEver() {
    assertEquals(StopReason.HALTED, bad16(3).stop());
    assertEquals(StopReason.HALTED, bad32(5).stop());
  }

  @Test
  void dividesByZero() {
    CallResult result = bad16(4);
    assertEquals(StopReason.FAULT, result.stop());
    Fault fault = result.fault().orElseThrow();
    assertEquals(0, fault.vector());
    assertEquals("#DE", fault.name());
    assertEquals("f7f1", fault.bytes());
    assertEquals("div cx", fault.disassembly());
    assertEquals((fault.cs() << 4) + fault.ip(), fault.linear());
    assertEquals(fault.ip(), result.get(Register.EIP));
    assertEquals(0xa000 - 4, result.get(Register.ESP), "the fault's own frame is not shown");
    assertEquals(OptionalLong.empty(), fault.errorCode());
  }

  @Test
  void breakpointIsReportedAtItsInstruction() {
    Fault fault = bad16(7).fault().orElseThrow();
    assertEquals("#BP", fault.name());
    assertEquals("cc", fault.bytes());
  }

  @Test
  void policyStopsBeforeThePort() {
    CallPolicy policy = CallPolicy.ports(List.of(), List.of(new PortRange(0x3c0, 0x3df)));
    CallResult denied = machine.call(BAD16, real(5).policy(policy).build());
    assertEquals(StopReason.POLICY, denied.stop());
    assertTrue(denied.reason().contains("0x3c8"), denied.reason());
    CallPolicy only = CallPolicy.ports(List.of(PortRange.of(0x3c9)), List.of());
    assertEquals(StopReason.POLICY, machine.call(BAD16, real(5).policy(only).build()).stop());
    CallPolicy fitting = CallPolicy.ports(List.of(PortRange.of(0x3c8)), List.of());
    CallResult allowed =
        machine.call(BAD16, real(5).policy(fitting).isolation(Isolation.ROLLBACK).build());
    assertEquals(StopReason.RETURNED, allowed.stop());
    assertEquals(1, allowed.ports().size(), "the way there and back is not counted");
    assertEquals(0x3c8, allowed.ports().get(0).port());
  }

  @Test
  void asksForAReset() {
    CallResult result = bad16(6);
    assertEquals(StopReason.SHUTDOWN, result.stop(), result::toString);
  }

  @Test
  void interruptsNobodyServesComeBack() {
    CallResult result = machine.call(BAD16, real(8).isolation(Isolation.ROLLBACK).build());
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    assertEquals(1, result.get(Register.AX));
  }

  @Test
  void theTimerTicksWhileARoutineWaits() {
    CallResult result = machine.call(BAD16, real(9).isolation(Isolation.ROLLBACK).build());
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    assertNotEquals(0, result.get(Register.AX), "ticks since midnight");
  }

  @Test
  void exceptionsOfFlatProgramsAreReportedWithTheirErrorCodes() {
    CallResult result = bad32(1);
    assertEquals(8, result.instructions(), "the one that faulted included, its handler not");
    Fault undefined = result.fault().orElseThrow();
    assertEquals("#UD", undefined.name());
    assertEquals("ud2", undefined.disassembly());
    Fault protection = bad32(2).fault().orElseThrow();
    assertEquals("#GP", protection.name());
    assertEquals(OptionalLong.of(0x1230), protection.errorCode());
    CallResult page = bad32(3);
    assertEquals(StopReason.FAULT, page.stop(), page::toString);
    assertEquals("#PF", page.fault().orElseThrow().name());
    assertEquals(OptionalLong.of(0x876543), page.fault().orElseThrow().cr2());
    assertEquals(0x60, page.get(Register.CS));
  }

  @Test
  void somebodyElseStopsIt() throws Exception {
    Thread other =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                machine.stop(StopReason.TIMEOUT, "took too long");
                Thread.onSpinWait();
              }
            });
    other.start();
    CallResult result =
        machine.call(BAD16, real(0).budget(Long.MAX_VALUE).isolation(Isolation.ROLLBACK).build());
    other.interrupt();
    other.join();
    assertEquals(StopReason.TIMEOUT, result.stop());
    assertTrue(result.reason().contains("took too long"), result.reason());
  }

  @Test
  void requestsThatDoNotFitAreRefusedBeforeAnythingHappens() {
    CallRequest flat = CallRequest.builder().buffer("b", Register.ESI, new byte[10]).build();
    assertThrows(InvalidRequestException.class, () -> machine.call(BAD16, flat));
    assertThrows(InvalidRequestException.class, () -> machine.call(BAD32, real(0).build()));
    CallRequest.Builder many = CallRequest.builder();
    Register[] offsets = {Register.DI, Register.SI, Register.BX, Register.DX};
    Register[] segments = {Register.ES, Register.DS, Register.FS, Register.GS};
    for (int i = 0; i < 4; i++) {
      many.buffer("b" + i, segments[i], offsets[i], 0x10000);
    }
    assertTrue(
        machine.call(new CallTarget.Interrupt(0x60), many.build()).returned(),
        "four times 64 KiB fit");
    CallRequest big = CallRequest.builder().buffer("big", Register.ESI, new byte[6 << 20]).build();
    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> machine.call(BAD32, big));
    assertTrue(refused.getMessage().contains("big"), refused.getMessage());
    NoSuchRoutineException none =
        assertThrows(
            NoSuchRoutineException.class,
            () -> machine.call(new CallTarget.ProgramEntry("good"), real(0).build()));
    assertTrue(none.getMessage().contains("bad16"), none.getMessage());
  }

  @Test
  void farCallsIntoTheVoidFault() {
    CallTarget nowhere = new CallTarget.FarCall(new FarPointer(0xd000, 0));
    CallResult result = machine.call(nowhere, CallRequest.builder().budget(200_000).build());
    assertEquals(StopReason.FAULT, result.stop(), result::toString);
  }
}
