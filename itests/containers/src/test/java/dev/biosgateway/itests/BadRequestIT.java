package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.Register;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.osgi.framework.BundleException;

/** Requests that cannot be met: refused before anything runs, with words that help. */
@GatewayContainer
class BadRequestIT {
  private static final CallTarget INT60 = new CallTarget.Interrupt(0x60);
  private static final CallTarget PEEK = new CallTarget.ProgramEntry("peek");

  private static Witness witness;

  private final Gateway gateway;

  BadRequestIT(Gateway gateway) {
    this.gateway = gateway;
  }

  @BeforeAll
  static void remember(Container container) throws BundleException {
    witness = Witness.of(container);
  }

  @AfterEach
  void nothingIsLeft() {
    witness.assertNothingIsLeft();
  }

  private static void assertRefused(Executable request, String... words) {
    String message = assertThrows(InvalidRequestException.class, request).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void unknownRegisterNameListsThoseThatExist() {
    assertRefused(() -> Register.named("rax"), "rax", "eax");
  }

  @Test
  void valueThatIsTooWideSaysTheRange() {
    assertRefused(() -> CallRequest.builder().register(Register.AL, 0x1ff), "al", "0x1ff", "0xff");
  }

  @Test
  void bufferLargerThanASegmentIsRefused() {
    assertRefused(
        () -> CallRequest.builder().buffer("big", Register.ES, Register.DI, 0x10001),
        "big",
        "65537",
        "65536");
  }

  @Test
  void fourWholeSegmentsFit() {
    CallRequest request =
        CallRequest.builder()
            .buffer("first", Register.DS, Register.SI, 0x10000)
            .buffer("second", Register.ES, Register.DI, 0x10000)
            .buffer("third", Register.FS, Register.BX, 0x10000)
            .buffer("fourth", Register.GS, Register.DX, 0x10000)
            .build();
    assertEquals(Witness.ANSWER, gateway.call(INT60, request).get(Register.AX));
  }

  @Test
  void flatBufferLargerThanTheMachineIsRefused() {
    CallRequest.Builder request = CallRequest.builder();
    Register[] pointers = {
      Register.EAX, Register.EBX, Register.ECX, Register.EDX, Register.ESI, Register.EDI
    };
    for (Register pointer : pointers) {
      request.buffer(
          CallBuffer.of(pointer.text(), new BufferPointer.Flat(pointer), CallBuffer.MAX_FLAT_SIZE));
    }
    assertRefused(() -> gateway.call(PEEK, request.build()));
  }

  @Test
  void pointerOfTheOtherModeIsRefused() {
    CallRequest flat = CallRequest.builder().buffer("data", Register.ESI, (byte) 1).build();
    assertRefused(() -> gateway.call(INT60, flat), "data", "es:di");

    CallRequest far = CallRequest.builder().buffer("data", Register.ES, Register.DI, 16).build();
    assertRefused(() -> gateway.call(PEEK, far), "data", "esi");
  }

  @Test
  void segmentForFlatCodeIsRefused() {
    CallRequest request = CallRequest.builder().register(Register.ES, 0x1000).build();
    assertRefused(() -> gateway.call(PEEK, request), "es", "flat");
  }

  @Test
  void programThatIsNotThereIsNamedAndSoAreThoseThatAre() {
    CallRequest request = CallRequest.builder().build();
    String message =
        assertThrows(
                NoSuchRoutineException.class,
                () -> gateway.call(new CallTarget.ProgramEntry("poke"), request))
            .getMessage();
    assertTrue(message.contains("poke") && message.contains("peek"), message);
    assertThrows(NoSuchRoutineException.class, () -> gateway.routine("int99"));
  }
}
