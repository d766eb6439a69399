package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Session;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.image.PluginBundle;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Port accesses by guest code, {@code ports.asm}. */
final class Ports {
  /** The program of that guest code. */
  static final CallTarget PROGRAM = new CallTarget.ProgramEntry("ports");

  private Ports() {}

  /** Installs the guest code. */
  static Bundle install(Container container) throws BundleException {
    return container.install(
        PluginBundle.named("ports", "1.0.0")
            .program("ports", "flat32", GuestCode.ports())
            .stream());
  }

  /** Reads {@code size} bytes: 1, 2 or 4. */
  static CallRequest.Builder in(int port, int size) {
    return CallRequest.builder().register(Register.EAX, way(size)).register(Register.DX, port);
  }

  /** Writes {@code size} bytes: 1, 2 or 4. */
  static CallRequest.Builder out(int port, int size, long value) {
    return CallRequest.builder()
        .register(Register.EAX, 3L + way(size))
        .register(Register.DX, port)
        .register(Register.ECX, value);
  }

  private static int way(int size) {
    return size == 4 ? 2 : size - 1;
  }

  /** What a read gets in a session. */
  static long read(Session session, int port, int size) {
    return answer(session.call(PROGRAM, in(port, size).build()));
  }

  /** Writes in a session, which keeps it. */
  static void write(Session session, int port, int size, long value) {
    answer(session.call(PROGRAM, out(port, size, value).isolation(Isolation.KEEP).build()));
  }

  /** What came in; the call must have returned. */
  static long answer(CallResult result) {
    assertTrue(result.returned(), result::toString);
    return result.get(Register.EAX);
  }
}
