package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupts that end in a handler of the system ROM return, and say who answered. */
class UnservedInterruptTest {
  private static final CallRequest NOTHING = CallRequest.builder().budget(10_000).build();

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x08, 0x09, 0x10, 0x1c, 0x60, 0x70, 0xff})
  void theDefaultHandlerIsNamed(int vector) {
    try (BridgeMachine machine = Guests.machine()) {
      CallResult result = machine.call(new CallTarget.Interrupt(vector), NOTHING);
      assertTrue(result.returned(), result::toString);
      assertEquals(
          String.format("no program serves int 0x%02x; the default handler answered", vector),
          result.reason());
    }
  }

  @Test
  void aHookedVectorIsServed() {
    try (BridgeMachine machine = Guests.machine()) {
      machine.machine().bus().write8(0x600, 0xcf); // IRET
      machine.machine().bus().write32(4 * 0x60, 0x600);
      CallResult result = machine.call(new CallTarget.Interrupt(0x60), NOTHING);
      assertTrue(result.returned(), result::toString);
      assertEquals("", result.reason());
    }
  }

  @Test
  void aFarCallIsNoInterrupt() {
    try (BridgeMachine machine = Guests.machine()) {
      machine.machine().bus().write8(0x600, 0xcb); // RETF
      CallResult result = machine.call(new CallTarget.FarCall(new FarPointer(0, 0x600)), NOTHING);
      assertTrue(result.returned(), result::toString);
      assertEquals("", result.reason());
    }
  }
}
