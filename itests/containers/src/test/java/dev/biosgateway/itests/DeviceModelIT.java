package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.extension.DeviceModel;
import dev.biosgateway.api.extension.DeviceState;
import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.Extension;
import dev.biosgateway.api.extension.GuestDevice;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.image.PluginBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;

/** Devices in Java: guest code finds them at ports, in memory and on PCI, and they go again. */
class DeviceModelIT extends PluginsTest {
  private static final int CONFIG_ADDRESS = 0xcf8;
  private static final int CONFIG_DATA = 0xcfc;
  private static final int FIRST_FREE = 0x80000000 | 3 << 11;

  private ServiceRegistration<DeviceModel> registration;
  private Bundle ports;
  @TempDir private Path folder;

  DeviceModelIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  @BeforeEach
  void installPorts() throws BundleException {
    ports = Ports.install(container);
  }

  @AfterEach
  void unregister() throws BundleException {
    if (registration != null) {
      registration.unregister();
      registration = null;
    }
    assertEquals(0xffffffffL, Ports.answer(call(Ports.in(CounterCard.SUM, 4))), "the port floats");
    ports.uninstall();
  }

  private void register(DeviceModel model) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(Extension.PROGRAM, "counter");
    registration = container.context().registerService(DeviceModel.class, model, properties);
  }

  private CallResult call(CallRequest.Builder request) {
    return gateway.call(Ports.PROGRAM, request.build());
  }

  private static CallRequest.Builder command(int command) {
    return Ports.out(CounterCard.COMMAND, 1, command);
  }

  @Test
  void guestCodeReachesItAtItsPortsAndWhatItDoesIsRolledBack() {
    register(CounterCard.model());
    assertEquals(Program.State.MAPPED, program("counter").state(), program("counter")::toString);
    assertEquals("java-device", program("counter").format());
    CallResult result = call(Ports.out(CounterCard.SUM, 4, 41));
    assertTrue(result.returned(), result::toString);
    assertEquals(0, Ports.answer(call(Ports.in(CounterCard.SUM, 4))));
  }

  @Test
  void aSessionKeepsItsStateForksItAndSavesIt() {
    register(CounterCard.model());
    Path file = folder.resolve("session");
    try (Session session = gateway.openSession()) {
      Ports.write(session, CounterCard.SUM, 4, 0x12345);
      assertEquals(0x12345, Ports.read(session, CounterCard.SUM, 4));
      assertEquals(0x23, Ports.read(session, CounterCard.SUM + 1, 1));
      try (Session fork = session.fork()) {
        Ports.write(fork, CounterCard.SUM, 4, 1);
        assertEquals(0x12346, Ports.read(fork, CounterCard.SUM, 4));
      }
      assertEquals(0x12345, Ports.read(session, CounterCard.SUM, 4));
      session.save(file);
    }
    try (Session reopened = gateway.reopenSession(file)) {
      assertEquals(0x12345, Ports.read(reopened, CounterCard.SUM, 4));
    }
    registration.unregister();
    registration = null;
    var error = assertThrows(InvalidRequestException.class, () -> gateway.reopenSession(file));
    assertTrue(error.getMessage().contains("counter"), error.getMessage());
    assertTrue(error.getMessage().contains("expected its plugin"), error.getMessage());
  }

  @Test
  void itsTimerFiresInVirtualTimeAndIsPartOfTheState() {
    register(CounterCard.model());
    try (Session session = gateway.openSession()) {
      session.call(Ports.PROGRAM, command(CounterCard.ARM).isolation(Isolation.KEEP).build());
      try (Session fork = session.fork()) {
        assertEquals(CounterCard.BONUS, Ports.read(fork, CounterCard.SUM, 4));
      }
      assertEquals(CounterCard.BONUS, Ports.read(session, CounterCard.SUM, 4));
    }
  }

  @Test
  void itsFunctionIsOnThePciBusWithItsWindowAndRegisters() {
    register(CounterCard.model());
    try (Session session = gateway.openSession()) {
      Ports.write(session, CONFIG_ADDRESS, 4, FIRST_FREE & 0xffffffffL);
      assertEquals(
          (long) CounterCard.DEVICE << 16 | CounterCard.VENDOR,
          Ports.read(session, CONFIG_DATA, 4));
      Ports.write(session, CONFIG_ADDRESS, 4, (FIRST_FREE | 0x40) & 0xffffffffL);
      assertEquals(0x12, Ports.read(session, CONFIG_DATA, 1));
      Ports.write(session, CONFIG_DATA, 1, 0x34);
      assertEquals(0x34, Ports.read(session, CONFIG_DATA, 1));
      byte[] text = {'w', 'i', 'n', 'd', 'o', 'w'};
      CallResult poke =
          session.call(
              new CallTarget.ProgramEntry("peek"),
              CallRequest.builder()
                  .register(Register.EDI, CounterCard.WINDOW)
                  .register(Register.ECX, text.length)
                  .buffer(
                      CallBuffer.of(
                          "from", new BufferPointer.Flat(Register.ESI), text.length, text))
                  .isolation(Isolation.KEEP)
                  .build());
      assertTrue(poke.returned(), poke::toString);
      CallResult peek =
          session.call(
              new CallTarget.ProgramEntry("peek"), Witness.peek(CounterCard.WINDOW, text.length));
      assertArrayEquals(text, peek.buffer("memory"));
    }
    registration.unregister();
    registration = null;
    try (Session session = gateway.openSession()) {
      Ports.write(session, CONFIG_ADDRESS, 4, FIRST_FREE & 0xffffffffL);
      assertEquals(0xffffffffL, Ports.read(session, CONFIG_DATA, 4), "nobody is there");
    }
  }

  @Test
  void policiesKnowItByItsNameAndHoldItsBusMastering() {
    register(CounterCard.model());
    CallResult port =
        call(
            Ports.in(CounterCard.SUM, 4)
                .policy(CallPolicy.parse("test", List.of("deny devices counter"))));
    assertEquals(StopReason.POLICY, port.stop(), port::toString);
    assertTrue(port.reason().contains("device counter"), port.reason());
    CallResult window =
        gateway.call(
            new CallTarget.ProgramEntry("peek"),
            CallRequest.builder()
                .register(Register.ESI, CounterCard.WINDOW)
                .register(Register.ECX, 4)
                .buffer(CallBuffer.of("memory", new BufferPointer.Flat(Register.EDI), 4))
                .policy(CallPolicy.parse("test", List.of("deny devices counter")))
                .build());
    assertEquals(StopReason.POLICY, window.stop(), window::toString);
    CallResult master =
        call(
            command(CounterCard.COPY)
                .policy(CallPolicy.parse("test", List.of("deny memory 0x600-0x6ff"))));
    assertEquals(StopReason.POLICY, master.stop(), master::toString);
    assertTrue(master.reason().contains("0x00000600"), master.reason());
  }

  @Test
  void whatItThrowsEndsTheCallWithItsWords() {
    register(CounterCard.model());
    CallResult result = call(command(CounterCard.FAIL));
    assertEquals(StopReason.FAULT, result.stop(), result::toString);
    assertTrue(result.reason().contains("device counter threw"), result.reason());
    assertTrue(result.reason().contains("no command 4"), result.reason());
  }

  @Test
  void aDeviceThatWantsWhatIsTakenFailsAndSaysWhoHasIt() {
    register(
        slot -> {
          slot.ports(0x300, 1, 1, new Silent());
          slot.ports(0x3f8, 8, 1, new Silent());
          return new Stateless();
        });
    assertFailed("port 0x3f8: expected it to be free, found device com1");
  }

  @Test
  void aDeviceThatCannotBeBuiltFailsWithItsWords() {
    register(
        slot -> {
          slot.ports(0x300, 1, 1, new Silent());
          throw new IllegalStateException("no firmware file");
        });
    assertFailed("no firmware file");
    registration.unregister();
    register(slot -> null);
    assertFailed("found null");
  }

  @Test
  void aDeviceWhoseStateIsLostFailsBeforeItIsUsed() {
    register(
        slot ->
            new Stateless() {
              private int saved;

              @Override
              public void save(DeviceState out) {
                out.put("saved", saved++);
              }

              @Override
              public void restore(DeviceState in) {
                in.number("saved");
              }
            });
    assertFailed("restore() to take what save() has written");
    registration.unregister();
    register(
        slot ->
            new Stateless() {
              @Override
              public void save(DeviceState out) {
                out.put("a", 1);
              }

              @Override
              public void restore(DeviceState in) {
                in.number("b");
              }
            });
    assertFailed("expected field b");
  }

  private void assertFailed(String words) {
    Program program = program("counter");
    assertEquals(Program.State.FAILED, program.state(), program::toString);
    assertTrue(program.reason().orElseThrow().contains(words), program::toString);
  }

  @Test
  void aRomThatRequiresItWaitsForItAndGoesWithIt() throws BundleException {
    Bundle rom =
        container.install(
            PluginBundle.named("needs-counter", "1.0.0")
                .program("driver", "option-rom", GuestCode.answer(0x62, 0x77).bytes())
                .attribute("vectors:List<Long>", "98")
                .requirement("biosgateway.machine;filter:=\"(device=counter)\";effective:=active")
                .stream());
    assertEquals(Program.State.UNRESOLVED, program("driver").state());
    assertTrue(
        program("driver").reason().orElseThrow().contains("(device=counter)"),
        program("driver")::toString);
    register(CounterCard.model());
    assertEquals(Program.State.MAPPED, program("driver").state(), program("driver")::toString);
    assertEquals(
        0x77, container.awaitRoutine("int62").call(CallRequest.builder().build()).get(Register.AX));
    registration.unregister();
    registration = null;
    assertEquals(Program.State.UNRESOLVED, program("driver").state());
    assertFalse(
        container.hasService(dev.biosgateway.api.Routine.class, "(biosgateway.routine=int62)"));
    rom.uninstall();
  }

  @Test
  void manyMachinesEachHaveTheirOwn() throws Exception {
    register(CounterCard.model());
    ExecutorService callers = Executors.newFixedThreadPool(4);
    List<Callable<Long>> calls = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      int number = i;
      calls.add(
          () -> {
            try (Session session = gateway.openSession()) {
              for (int k = 0; k < 5; k++) {
                Ports.write(session, CounterCard.SUM, 4, number);
              }
              return Ports.read(session, CounterCard.SUM, 4);
            }
          });
    }
    List<Future<Long>> answers = callers.invokeAll(calls);
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(5L * (i + 1), answers.get(i).get());
    }
    callers.shutdown();
  }

  /** Answers with zeros. */
  private static final class Silent implements Responder {
    @Override
    public int read(int at, int size) {
      return 0;
    }

    @Override
    public void write(int at, int size, int value) {}
  }

  /** Has no registers. */
  private static class Stateless implements GuestDevice {
    @Override
    public void reset() {}

    @Override
    public void save(DeviceState out) {}

    @Override
    public void restore(DeviceState in) {}
  }
}
