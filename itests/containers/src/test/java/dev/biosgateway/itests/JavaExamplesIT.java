package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Session;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;

/** The examples of plugins in Java do what they say. */
@GatewayContainer(bundles = {"dev.biosgateway.vga-rom", "dev.biosgateway.java-examples"})
class JavaExamplesIT {
  private static final int COUNT = 0x2c0;
  private static final int CONTROL = 0x2c4;

  private final Gateway gateway;

  JavaExamplesIT(Gateway gateway) {
    this.gateway = gateway;
  }

  @BeforeAll
  static void install(Container container) throws BundleException {
    Witness.of(container);
    Ports.install(container);
  }

  @AfterAll
  static void nothingFailed(Gateway gateway) {
    assertTrue(
        gateway.programs().stream().allMatch(p -> p.reason().isEmpty()),
        gateway.programs()::toString);
  }

  @Test
  void theStopwatchCountsVirtualMicrosecondsAndRings() {
    try (Session session = gateway.openSession()) {
      assertEquals(0, Ports.read(session, CONTROL, 1));
      Ports.write(session, COUNT, 4, 40);
      Ports.write(session, CONTROL, 1, 1);
      CallRequest pause = Ports.in(0x61, 1).isolation(Isolation.KEEP).build();
      for (int i = 0; i < 40 && Ports.read(session, CONTROL, 1) == 1; i++) {
        session.call(Ports.PROGRAM, pause);
      }
      assertEquals(0x81, Ports.read(session, CONTROL, 1), "it has rung");
      assertTrue(Ports.read(session, COUNT, 4) >= 40);
      Ports.write(session, CONTROL, 1, 2);
      assertEquals(0, Ports.read(session, CONTROL, 1));
      assertEquals(0, Ports.read(session, COUNT, 4));
    }
  }

  @Test
  void theGreetingFitsIntoTheRoomThereIs() {
    assertEquals("hello from Java\0\0\0\0\0", greeting(20, 20));
    assertEquals("hell\0", greeting(5, 5));
    CallResult none =
        gateway.call(
            new CallTarget.Interrupt(0x66), CallRequest.builder().register(Register.CX, 0).build());
    assertTrue(none.registers().carry());
  }

  private String greeting(int room, int size) {
    CallResult result =
        gateway.call(
            new CallTarget.Interrupt(0x66),
            CallRequest.builder()
                .register(Register.CX, room)
                .buffer("text", Register.ES, Register.DI, size)
                .build());
    assertTrue(result.returned(), result::toString);
    return new String(result.buffer("text"), StandardCharsets.US_ASCII);
  }

  @Test
  void capitalsAreOnTheScreenWhateverIsWritten() {
    try (Session session = gateway.openSession()) {
      CallResult result =
          session.call(
              new CallTarget.Interrupt(0x10),
              CallRequest.builder()
                  .register(Register.AX, 0x0e00 | 'q')
                  .isolation(Isolation.KEEP)
                  .build());
      assertTrue(result.returned(), result::toString);
      byte[] cell =
          session
              .call(new CallTarget.ProgramEntry("peek"), Witness.peek(0xb8000, 2))
              .buffer("memory");
      assertEquals('Q', cell[0]);
    }
  }

  @Test
  void postCodesPass() {
    CallResult result = gateway.call(Ports.PROGRAM, Ports.out(0x80, 1, 0x42).build());
    assertTrue(result.returned(), result::toString);
  }
}
