package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.PortAccess;
import dev.biosgateway.api.UnmodelledAccess;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a result counts is the routine's: nothing of the jump, nothing of the call before. */
class RoutineMeterTest {
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void everyCallHasAnAccountOfItsOwn(Isolation isolation) {
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(Guests.program("hello16"));
      CallRequest request = CallRequest.builder().isolation(isolation).build();
      for (int i = 0; i < 3; i++) {
        CallResult result = machine.call(new CallTarget.ProgramEntry("hello16"), request);
        assertEquals("hi!", result.console());
        assertEquals(22, result.instructions(), "CALL, the program, RETF");
        assertEquals(
            List.of(
                new PortAccess(0x61, PortAccess.Direction.IN, 1),
                new PortAccess(0xe9, PortAccess.Direction.OUT, 2),
                new PortAccess(0x3f8, PortAccess.Direction.OUT, 2),
                new PortAccess(0x3fb, PortAccess.Direction.OUT, 2),
                new PortAccess(0x402, PortAccess.Direction.OUT, 2)),
            result.ports());
        assertEquals(List.of(new UnmodelledAccess("out port 0x0402", 2)), result.unmodelled());
        CallResult nothing = machine.call(new CallTarget.Interrupt(0x60), request);
        assertEquals("", nothing.console());
        assertEquals(List.of(), nothing.ports());
        assertEquals(List.of(), nothing.unmodelled());
      }
    }
  }
}
