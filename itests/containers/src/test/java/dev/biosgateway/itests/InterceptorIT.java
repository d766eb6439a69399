package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.Extension;
import dev.biosgateway.api.extension.MemoryInterceptor;
import dev.biosgateway.api.extension.PortInterceptor;
import dev.biosgateway.testkit.container.Container;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** Who stands in front of ports and memory sees, changes and answers; and goes again. */
class InterceptorIT extends PluginsTest {
  private static final CallTarget PEEK = new CallTarget.ProgramEntry("peek");
  private static final int SCRATCH = 0x4f8;

  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
  private Bundle ports;

  InterceptorIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  @BeforeEach
  void installPorts() throws BundleException {
    ports = Ports.install(container);
  }

  @AfterEach
  void unregister() throws BundleException {
    registrations.forEach(ServiceRegistration::unregister);
    registrations.clear();
    assertEquals(0xff, Ports.answer(in(0x2f0, 1)), "nobody in front of it any more");
    ports.uninstall();
  }

  private <E extends Extension> void register(
      Class<E> type, E interceptor, String name, String property, String value, int ranking) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(Extension.PROGRAM, name);
    properties.put(property, value);
    properties.put(Constants.SERVICE_RANKING, ranking);
    registrations.add(container.context().registerService(type, interceptor, properties));
  }

  private void atPorts(PortInterceptor interceptor, String name, String where, int ranking) {
    register(PortInterceptor.class, interceptor, name, PortInterceptor.PORTS, where, ranking);
  }

  private void atMemory(MemoryInterceptor interceptor, String where) {
    register(MemoryInterceptor.class, interceptor, "watch", MemoryInterceptor.MEMORY, where, 0);
  }

  private CallResult in(int port, int size) {
    return gateway.call(Ports.PROGRAM, Ports.in(port, size).build());
  }

  /** Notes what passes. */
  private static final class Journal implements PortInterceptor, MemoryInterceptor {
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    @Override
    public int in(int port, int size, Responder behind) {
      int value = behind.read(port, size);
      seen.add(String.format("in %x.%d %x", port, size, value));
      return value;
    }

    @Override
    public void out(int port, int size, int value, Responder behind) {
      seen.add(String.format("out %x.%d %x", port, size, value));
      behind.write(port, size, value);
    }

    @Override
    public int read(long address, int size, Responder behind) {
      int value = behind.read((int) address, size);
      seen.add(String.format("read %x.%d %x", address, size, value));
      return value;
    }

    @Override
    public void write(long address, int size, int value, Responder behind) {
      seen.add(String.format("write %x.%d %x", address, size, value));
      behind.write((int) address, size, value);
    }
  }

  @Test
  void itSeesEachAccessWithItsWidthAndNothingOfTheJump() {
    Journal journal = new Journal();
    atPorts(journal, "journal", "0-0xffff", 0);
    try (Session session = gateway.openSession()) {
      Ports.write(session, 0xcf8, 4, 0x80000000L);
      assertEquals(0x80000000L, Ports.read(session, 0xcf8, 4));
      assertEquals(0x80, Ports.read(session, 0xcfd, 1), "of the host bridge's vendor");
    }
    assertEquals(List.of("out cf8.4 80000000", "in cf8.4 80000000", "in cfd.1 80"), journal.seen);
  }

  @Test
  void itChangesWhatPassesAndAnswersInPlaceOfDevices() {
    atPorts(
        new PortInterceptor() {
          @Override
          public int in(int port, int size, Responder behind) {
            return 0x1234;
          }

          @Override
          public void out(int port, int size, int value, Responder behind) {
            behind.write(0x80, 1, value + 1);
          }
        },
        "answers",
        "0x2f0-0x2f1, 752",
        0);
    assertEquals(0x1234, Ports.answer(in(0x2f0, 2)));
    assertEquals(0x34, Ports.answer(in(0x2f1, 1)), "as wide as the access is");
    assertEquals(0x1234, Ports.answer(in(0x2ef, 2)), "one byte of it is enough");
    assertEquals(0xff, Ports.answer(in(0x2ef, 1)));
    CallResult out = gateway.call(Ports.PROGRAM, Ports.out(0x2f0, 1, 7).build());
    assertTrue(out.returned(), out::toString);
  }

  @Test
  void theHigherRankedOneIsNearerToTheGuest() {
    atPorts(adding(1), "behind", "0x2f0", 0);
    atPorts(adding(16), "front", "0x2f0", 5);
    assertEquals(0xff + 1 + 16 & 0xff, Ports.answer(in(0x2f0, 1)));
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    atPorts(noting(order, "far"), "farther", "0x2f4", -1);
    atPorts(noting(order, "near"), "near", "0x2f4", 9);
    in(0x2f4, 1);
    assertEquals(List.of("near", "far"), order);
  }

  private static PortInterceptor adding(int number) {
    return new PortInterceptor() {
      @Override
      public int in(int port, int size, Responder behind) {
        return behind.read(port, size) + number;
      }
    };
  }

  private static PortInterceptor noting(List<String> order, String name) {
    return new PortInterceptor() {
      @Override
      public int in(int port, int size, Responder behind) {
        order.add(name);
        return behind.read(port, size);
      }
    };
  }

  @Test
  void policiesAreAskedFirst() {
    Journal journal = new Journal();
    atPorts(journal, "journal", "0x2f0", 0);
    CallResult result =
        gateway.call(
            Ports.PROGRAM,
            Ports.in(0x2f0, 1)
                .policy(CallPolicy.parse("test", List.of("deny ports 0x2f0")))
                .build());
    assertEquals(StopReason.POLICY, result.stop(), result::toString);
    assertEquals(List.of(), journal.seen);
  }

  @Test
  void whatItThrowsEndsTheCallWithItsWords() {
    atPorts(
        new PortInterceptor() {
          @Override
          public int in(int port, int size, Responder behind) {
            throw new IllegalStateException("out of ink");
          }
        },
        "pen",
        "0x2f0",
        0);
    CallResult result = in(0x2f0, 1);
    assertEquals(StopReason.FAULT, result.stop(), result::toString);
    assertTrue(result.reason().contains("interceptor pen threw"), result.reason());
    assertTrue(result.reason().contains("out of ink"), result.reason());
  }

  @Test
  void inFrontOfMemoryItSeesReadsOfItsBytesOnly() {
    Journal journal = new Journal();
    atMemory(journal, String.format("0x%x-0x%x", SCRATCH, SCRATCH + 1));
    CallResult result = gateway.call(PEEK, Witness.peek(SCRATCH - 2, 6));
    assertTrue(result.returned(), result::toString);
    assertEquals(List.of("read 4f8.1 0", "read 4f9.1 0"), journal.seen, "as REP MOVSB reads them");
  }

  @Test
  void inFrontOfMemoryItAnswersAndChangesWhatIsWritten() {
    atMemory(
        new MemoryInterceptor() {
          @Override
          public int read(long address, int size, Responder behind) {
            return (int) address + 1;
          }
        },
        "0x4f8-0x4ff");
    CallResult result = gateway.call(PEEK, Witness.peek(0x4f6, 12));
    assertArrayEquals(
        new byte[] {
          0,
          0,
          (byte) 0xf9,
          (byte) 0xfa,
          (byte) 0xfb,
          (byte) 0xfc,
          (byte) 0xfd,
          (byte) 0xfe,
          (byte) 0xff,
          0,
          0,
          0
        },
        result.buffer("memory"),
        result::toString);
  }

  @Test
  void inFrontOfADevicesMemoryToo() {
    Journal journal = new Journal();
    atMemory(journal, "0xb8000");
    CallResult result = gateway.call(PEEK, Witness.peek(0xb8000, 2));
    assertTrue(result.returned(), result::toString);
    assertEquals(1, journal.seen.size(), journal.seen::toString);
    assertTrue(journal.seen.get(0).startsWith("read b8000.1"), journal.seen::toString);
  }

  @Test
  void codeInItsPagesRunsOn() {
    Journal journal = new Journal();
    atMemory(journal, "0xc0000-0xfffff");
    assertEquals(
        Witness.ANSWER,
        gateway
            .call(new CallTarget.Interrupt(0x60), CallRequest.builder().build())
            .get(dev.biosgateway.api.Register.AX));
    assertTrue(journal.seen.size() > 2, journal.seen::toString);
  }

  @Test
  void withoutItsAddressesItFailedAndSaysSo() {
    register(PortInterceptor.class, new Journal(), "aimless", "some.other", "property", 0);
    Program program = program("aimless");
    assertEquals(Program.State.FAILED, program.state());
    assertTrue(
        program.reason().orElseThrow().contains("expected ranges as 0x60-0x64"), program::toString);
    register(
        MemoryInterceptor.class, new Journal(), "backwards", MemoryInterceptor.MEMORY, "9-4", 0);
    assertTrue(program("backwards").reason().orElseThrow().contains("found \"9-4\""));
  }
}
