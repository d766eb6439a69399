package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.extension.InterruptHandler;
import dev.biosgateway.api.extension.InterruptHandler.Outcome;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.image.PluginBundle;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;

/** Interrupt handlers in Java, reached by guest code through the vector table. */
class JavaHandlerIT extends PluginsTest {
  private static final CallTarget INT_66 = new CallTarget.Interrupt(0x66);

  private ServiceRegistration<InterruptHandler> registration;

  JavaHandlerIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  @AfterEach
  void unregister() {
    if (registration != null) {
      registration.unregister();
    }
  }

  private void register(InterruptHandler handler) {
    register(handler, 0x66);
  }

  private void register(InterruptHandler handler, Object vector) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(InterruptHandler.PROGRAM, "java");
    properties.put(InterruptHandler.VECTOR, vector);
    registration = container.context().registerService(InterruptHandler.class, handler, properties);
  }

  private static CallRequest request(int bx, int cx) {
    return CallRequest.builder()
        .register(Register.BX, bx)
        .register(Register.CX, cx)
        .buffer("text", Register.ES, Register.DI, 16)
        .build();
  }

  @Test
  void javaAnswersThroughTheGuestsVectorTable() {
    register(
        guest -> {
          guest.set(Register.AX, guest.get(Register.BX) + guest.get(Register.CX));
          guest.set(Register.DL, guest.vector());
          guest.write(
              new FarPointer((int) guest.get(Register.ES), (int) guest.get(Register.DI)),
              (byte) 'h',
              (byte) 'i');
          guest.setCarry(true);
          return Outcome.DONE;
        });
    Routine routine = container.awaitRoutine("int66");
    CallResult result = routine.call(request(40, 2));
    assertEquals(StopReason.RETURNED, result.stop(), result::toString);
    assertEquals(42, result.get(Register.AX));
    assertEquals(0x66, result.get(Register.DL));
    assertTrue(result.registers().carry());
    assertEquals('h', result.buffer("text")[0]);
    assertEquals(2, result.instructions(), "INT and IRET");
    registration.unregister();
    registration = null;
    assertThrows(GatewayClosedException.class, () -> routine.call(request(1, 1)));
  }

  @Test
  void itChainsToTheGuestsHandlerBeforeIt() throws BundleException {
    Bundle guestCode =
        container.install(
            PluginBundle.named("before", "1.0.0")
                .program("before", "option-rom", GuestCode.answer(0x66, 0x1234).bytes())
                .attribute("vectors:List<Long>", "102")
                .attribute("address:Long", Integer.toString(0xd8000))
                .stream());
    AtomicInteger calls = new AtomicInteger();
    register(
        guest -> {
          calls.incrementAndGet();
          guest.set(Register.BX, 7);
          return Outcome.CHAIN;
        });
    CallResult result = gateway.call(INT_66, request(0, 0));
    assertEquals(0x1234, result.get(Register.AX), result::toString);
    assertEquals(7, result.get(Register.BX));
    assertEquals(1, calls.get());
    registration.unregister();
    registration = null;
    assertEquals(0x1234, gateway.call(INT_66, request(0, 0)).get(Register.AX));
    guestCode.uninstall();
  }

  @Test
  void whatItThrowsEndsTheCallWithItsWords() {
    register(
        guest -> {
          throw new IllegalStateException("no such drive");
        });
    CallResult result = gateway.call(INT_66, request(0, 0));
    assertEquals(StopReason.FAULT, result.stop(), result::toString);
    assertTrue(result.reason().contains("no such drive"), result.reason());
    assertTrue(result.reason().contains("handler java of int 0x66"), result.reason());
  }

  @Test
  void wrongPropertiesAreShownWithTheirReason() {
    register(guest -> Outcome.DONE, "sixty");
    Program program =
        gateway.programs().stream().filter(p -> p.name().equals("java")).findFirst().orElseThrow();
    assertEquals(Program.State.FAILED, program.state());
    assertTrue(program.reason().orElse("").contains("vectors"), program::toString);
    assertFalse(container.hasService(Routine.class, "(" + Routine.NAME + "=int66)"));
  }

  @Test
  void manyMachinesShareIt() throws Exception {
    register(
        guest -> {
          guest.set(Register.EAX, guest.get(Register.BX) * guest.get(Register.CX));
          return Outcome.DONE;
        });
    ExecutorService callers = Executors.newFixedThreadPool(4);
    List<Future<Long>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int number = i;
      answers.add(callers.submit(() -> gateway.call(INT_66, request(number, 3)).get(Register.EAX)));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(3L * i, answers.get(i).get());
    }
    callers.shutdown();
    try (Session session = gateway.openSession()) {
      assertEquals(15, session.call(INT_66, request(5, 3)).get(Register.EAX));
      assertArrayEquals(new byte[16], session.call(INT_66, request(5, 3)).buffer("text"));
    }
  }
}
