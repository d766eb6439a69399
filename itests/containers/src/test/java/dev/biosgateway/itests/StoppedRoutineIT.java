package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Fault;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.PortAccess;
import dev.biosgateway.api.PortRange;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.itests.GuestCode.Way;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.image.PluginBundle;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Routines that do not come back: each stop has its reason, and the next caller its machine. */
@GatewayContainer
class StoppedRoutineIT {
  private static Witness witness;

  private final Container container;

  StoppedRoutineIT(Container container) {
    this.container = container;
  }

  @BeforeAll
  static void installAndRemember(Container container) throws BundleException {
    container.install(
        PluginBundle.named("stops", "1.0.0")
            .program("stops", "option-rom", GuestCode.stops().bytes())
            .attribute("vectors:List<Long>", "97")
            .stream());
    witness = Witness.of(container);
  }

  @AfterEach
  void nothingIsLeft() {
    witness.assertNothingIsLeft();
  }

  private CallResult call(Way way, CallRequest.Builder request) {
    return container
        .awaitRoutine("int61")
        .call(request.register(Register.AL, way.ordinal()).build());
  }

  @Test
  void routineThatReturnsReturns() {
    CallResult result = call(Way.RETURNS, CallRequest.builder());
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    assertEquals(0x600d, result.get(Register.AX));
    assertEquals("", result.reason());
  }

  @ParameterizedTest
  @EnumSource(names = {"LOOPS", "LOOPS_WITH_INTERRUPTS_ON"})
  void endlessLoopEndsWithTheBudget(Way way) {
    CallResult result = call(way, CallRequest.builder().budget(10_000));
    assertEquals(StopReason.BUDGET, result.stop(), result::toString);
    assertEquals(10_000, result.instructions());
  }

  @ParameterizedTest
  @EnumSource(names = {"LOOPS", "LOOPS_WITH_INTERRUPTS_ON"})
  void endlessLoopEndsWithTheTimeout(Way way) {
    CallResult result =
        call(way, CallRequest.builder().budget(Long.MAX_VALUE).timeout(Duration.ofMillis(50)));
    assertEquals(StopReason.TIMEOUT, result.stop(), result::toString);
    assertTrue(result.reason().contains("50 ms"), result.reason());
  }

  @Test
  void haltWithoutInterruptsIsNoticedAtOnce() {
    CallResult result = call(Way.HALTS, CallRequest.builder());
    assertEquals(StopReason.HALTED, result.stop(), result::toString);
    assertTrue(result.instructions() < 100, result::toString);
  }

  @ParameterizedTest
  @EnumSource(names = {"TRIPLE_FAULTS", "OVERRUNS_STACK"})
  void tripleFaultIsAResult(Way way) {
    CallResult result = call(way, CallRequest.builder());
    assertEquals(StopReason.TRIPLE_FAULT, result.stop(), result::toString);
    assertFalse(result.reason().isEmpty());
  }

  /** Empty adapter memory holds zeroes, ADD [BX+SI],AL: they end where the segment does. */
  @Test
  void jumpIntoEmptyMemoryRunsOffItsSegment() {
    Fault fault = fault(Way.JUMPS_INTO_NOTHING);
    assertEquals("#GP", fault.name(), fault::toString);
    assertEquals(0xe000, fault.cs());
  }

  @Test
  void jumpToWhereNothingIsIsAFaultThere() throws BundleException {
    Bundle stray =
        container.install(
            PluginBundle.named("stray", "1.0.0")
                .program("stray", "flat32", GuestCode.jumpTo(0xa0000000))
                .stream());
    CallResult result = container.awaitRoutine("stray").call(CallRequest.builder().build());
    stray.uninstall();

    assertEquals(StopReason.FAULT, result.stop(), result::toString);
    Fault fault = result.fault().orElseThrow();
    assertEquals("#UD", fault.name(), fault::toString);
    assertEquals(0xa0000000L, fault.linear());
    assertTrue(fault.bytes().startsWith("ffff"), fault::toString);
  }

  @Test
  void divisionByZeroIsAFaultAtItsInstruction() {
    Fault fault = fault(Way.DIVIDES_BY_ZERO);
    assertEquals(0, fault.vector());
    assertEquals("#DE", fault.name());
    assertTrue(fault.bytes().startsWith("f7f1"), fault::toString);
    assertTrue(fault.disassembly().toLowerCase().contains("div"), fault::toString);
  }

  @Test
  void undefinedOpcodeIsAFaultAtItsInstruction() {
    Fault fault = fault(Way.EXECUTES_UNDEFINED_OPCODE);
    assertEquals(6, fault.vector());
    assertTrue(fault.bytes().startsWith("0f0b"), fault::toString);
  }

  private Fault fault(Way way) {
    CallResult result = call(way, CallRequest.builder());
    assertEquals(StopReason.FAULT, result.stop(), result::toString);
    return result.fault().orElseThrow();
  }

  @Test
  void resetOfTheMachineIsAResult() {
    CallResult result = call(Way.RESETS, CallRequest.builder());
    assertEquals(StopReason.SHUTDOWN, result.stop(), result::toString);
  }

  @Test
  void deniedPortIsRefusedByNameAndAllowedPortIsCounted() {
    CallPolicy noPost = CallPolicy.ports(List.of(), List.of(new PortRange(0x80, 0x80)));
    CallResult refused = call(Way.WRITES_POST_CODE, CallRequest.builder().policy(noPost));
    assertEquals(StopReason.POLICY, refused.stop(), refused::toString);
    assertTrue(refused.reason().contains("0x80"), refused.reason());

    CallResult allowed = call(Way.WRITES_POST_CODE, CallRequest.builder());
    assertEquals(0x600d, allowed.get(Register.AX), allowed::toString);
    assertEquals(List.of(new PortAccess(0x80, PortAccess.Direction.OUT, 1)), allowed.ports());
  }

  /** What a call that did not return has changed is taken back even from a caller who keeps. */
  @ParameterizedTest
  @EnumSource(names = {"TRIPLE_FAULTS", "DIVIDES_BY_ZERO", "HALTS", "RESETS"})
  void keepingKeepsNothingOfACallThatDidNotReturn(Way way) {
    byte[] before = witness.interruptVectors();
    try (Session session = container.gateway().openSession()) {
      CallResult result =
          session.call(
              new CallTarget.Interrupt(0x61),
              CallRequest.builder()
                  .register(Register.AL, way.ordinal())
                  .isolation(Isolation.KEEP)
                  .build());
      assertFalse(result.returned(), result::toString);
      CallResult vectors =
          session.call(new CallTarget.ProgramEntry("peek"), Witness.peek(0, before.length));
      assertArrayEquals(before, vectors.buffer("memory"));
    }
  }
}
