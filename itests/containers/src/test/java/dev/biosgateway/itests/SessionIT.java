package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.image.PluginBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** A machine of one's own: kept over calls, cloned, saved, reopened, cancelled, ended. */
@Timeout(120)
@GatewayContainer
class SessionIT {
  private static final CallTarget PEEK = new CallTarget.ProgramEntry("peek");
  private static final CallTarget LOOP = new CallTarget.Interrupt(0x63);
  private static final int PLACE = 0x600;

  private static Witness witness;

  private final Container container;
  private final Gateway gateway;
  @TempDir private Path folder;

  SessionIT(Container container, Gateway gateway) {
    this.container = container;
    this.gateway = gateway;
  }

  @BeforeAll
  static void remember(Container container) throws BundleException {
    container.install(
        PluginBundle.named("stops", "1.0.0")
            .program("stops", "option-rom", GuestCode.stops().bytes())
            .attribute("vectors:List<Long>", "97")
            .stream());
    container.install(
        PluginBundle.named("endless", "1.0.0")
            .program("endless", "option-rom", GuestCode.hostile().bytes())
            .attribute("vectors:List<Long>", "99")
            .stream());
    witness = Witness.of(container);
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(List.of(), gateway.sessions());
    witness.assertNothingIsLeft();
  }

  /** Copies bytes into low memory by guest code, and keeps them or not. */
  private static void poke(Session session, Isolation isolation, byte... bytes) {
    CallResult result =
        session.call(
            PEEK,
            CallRequest.builder()
                .register(Register.EDI, PLACE)
                .register(Register.ECX, bytes.length)
                .buffer(
                    CallBuffer.of(
                        "from", new BufferPointer.Flat(Register.ESI), bytes.length, bytes))
                .isolation(isolation)
                .build());
    assertTrue(result.returned(), result::toString);
  }

  private static byte[] peek(Session session, int length) {
    return session.call(PEEK, Witness.peek(PLACE, length)).buffer("memory");
  }

  @Test
  void whatIsKeptIsThereForTheNextCallAndForNobodyElse() {
    try (Session session = gateway.openSession();
        Session other = gateway.openSession()) {
      poke(session, Isolation.KEEP, (byte) 1, (byte) 2, (byte) 3);
      assertArrayEquals(new byte[] {1, 2, 3}, peek(session, 3));
      poke(session, Isolation.ROLLBACK, (byte) 9, (byte) 9, (byte) 9);
      assertArrayEquals(new byte[] {1, 2, 3}, peek(session, 3));
      assertArrayEquals(new byte[3], peek(other, 3));
      assertArrayEquals(new byte[3], witness.read(PLACE, 3));
    }
  }

  @Test
  void keepingOutsideASessionIsRefusedWithTheWayToDoIt() {
    CallRequest keep = CallRequest.builder().isolation(Isolation.KEEP).build();
    var error =
        assertThrows(
            InvalidRequestException.class,
            () -> gateway.call(new CallTarget.Interrupt(0x60), keep));
    assertTrue(error.getMessage().contains("openSession"), error.getMessage());
  }

  @Test
  void aForkGoesItsOwnWay() {
    try (Session session = gateway.openSession()) {
      poke(session, Isolation.KEEP, (byte) 1);
      try (Session fork = session.fork()) {
        poke(session, Isolation.KEEP, (byte) 2);
        assertArrayEquals(new byte[] {1}, peek(fork, 1));
        poke(fork, Isolation.KEEP, (byte) 3);
        assertArrayEquals(new byte[] {2}, peek(session, 1));
        assertEquals(session.programs(), fork.programs());
      }
    }
  }

  @Test
  void aSavedSessionIsReopenedWhereItWas() throws IOException {
    Path file = folder.resolve("session");
    List<String> programs;
    try (Session session = gateway.openSession()) {
      poke(session, Isolation.KEEP, (byte) 0x5a, (byte) 0xa5);
      session.save(file);
      poke(session, Isolation.KEEP, (byte) 0, (byte) 0);
      programs = session.programs();
    }
    try (Session reopened = gateway.reopenSession(file)) {
      assertArrayEquals(new byte[] {0x5a, (byte) 0xa5}, peek(reopened, 2));
      assertEquals(programs, reopened.programs());
      CallResult answer =
          reopened.call(new CallTarget.Interrupt(0x60), CallRequest.builder().build());
      assertEquals(Witness.ANSWER, answer.get(Register.AX), answer::toString);
    }
    Files.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    var error = assertThrows(InvalidRequestException.class, () -> gateway.reopenSession(file));
    assertTrue(error.getMessage().contains("offset 0"), error.getMessage());
    Path missing = folder.resolve("missing");
    assertThrows(InvalidRequestException.class, () -> gateway.reopenSession(missing));
  }

  /** Writes to the console for ever; the latch opens when it does. */
  private static CallRequest loop(CountDownLatch began) {
    return CallRequest.builder()
        .register(Register.AL, HostileWay.STORM_SERIAL.ordinal())
        .console(text -> began.countDown())
        .budget(Long.MAX_VALUE)
        .timeout(Duration.ofHours(1))
        .build();
  }

  @Test
  void aPromisedCallIsCancelledAtOnce() throws Exception {
    CountDownLatch runs = new CountDownLatch(1);
    PendingCall call = gateway.submit(LOOP, loop(runs));
    assertFalse(call.result().isDone());
    runs.await();
    long began = System.nanoTime();
    call.cancel("enough");
    CallResult result = call.result().getValue();
    long millis = (System.nanoTime() - began) / 1_000_000;
    assertEquals(StopReason.CANCELLED, result.stop(), result::toString);
    assertEquals("enough", result.reason());
    assertEquals(call.id(), result.id());
    assertTrue(millis < 2000, millis + " ms");
  }

  @Test
  void aCallThatIsCancelledBeforeItBeganNeverBegins() throws Exception {
    try (Session session = gateway.openSession()) {
      CountDownLatch firstRuns = new CountDownLatch(1);
      CountDownLatch secondRuns = new CountDownLatch(1);
      PendingCall first = session.submit(LOOP, loop(firstRuns));
      firstRuns.await();
      PendingCall second = session.submit(LOOP, loop(secondRuns));
      second.cancel("not wanted");
      first.cancel("enough");
      assertEquals(StopReason.CANCELLED, first.result().getValue().stop());
      CallResult result = second.result().getValue();
      assertEquals(StopReason.CANCELLED, result.stop());
      assertEquals("not wanted", result.reason());
      assertEquals(1, secondRuns.getCount(), "it has written something");
    }
  }

  @Test
  void aPromiseIsKept() throws Exception {
    PendingCall call = container.awaitRoutine("int60").submit(CallRequest.builder().build());
    assertEquals(Witness.ANSWER, call.result().getValue().get(Register.AX));
  }

  @Test
  void closingASessionEndsItsRunningCall() throws Exception {
    Session session = gateway.openSession();
    CountDownLatch runs = new CountDownLatch(1);
    PendingCall call = session.submit(LOOP, loop(runs));
    runs.await();
    session.close();
    assertEquals(StopReason.CANCELLED, call.result().getValue().stop());
    var error =
        assertThrows(
            GatewayClosedException.class, () -> session.call(PEEK, Witness.peek(PLACE, 1)));
    assertTrue(error.getMessage().contains("it was closed"), error.getMessage());
    session.close();
  }

  @Test
  void aSessionEndsWithAProgramThatIsUninstalledAndNotWithOneThatComes() throws Exception {
    Bundle bundle =
        container.install(
            PluginBundle.named("guest", "1.0.0")
                .program("guest", "option-rom", GuestCode.answer(0x66, 0x1234).bytes())
                .attribute("vectors:List<Long>", "102")
                .stream());
    Session session = gateway.openSession();
    Bundle later =
        container.install(
            PluginBundle.named("later", "1.0.0")
                .program("later", "option-rom", GuestCode.answer(0x67, 0x1234).bytes())
                .attribute("vectors:List<Long>", "103")
                .stream());
    CallResult answer = session.call(new CallTarget.Interrupt(0x66), CallRequest.builder().build());
    assertEquals(0x1234, answer.get(Register.AX));
    later.uninstall();
    assertTrue(session.programs().contains("guest 1.0.0"), session.programs()::toString);
    bundle.uninstall();
    var error =
        assertThrows(
            GatewayClosedException.class, () -> session.call(PEEK, Witness.peek(PLACE, 1)));
    assertTrue(error.getMessage().contains("guest 1.0.0 of guest"), error.getMessage());
  }
}
