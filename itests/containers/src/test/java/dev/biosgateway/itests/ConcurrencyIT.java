package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.itests.GuestCode.Way;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.image.PluginBundle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Many callers, plugins that come and go, and a gateway that goes, all at one time. */
@GatewayContainer
class ConcurrencyIT {
  private static final int CALLERS = 8;
  private static final int CALLS = 50;

  private static Witness witness;

  private final Container container;
  private ExecutorService callers;

  ConcurrencyIT(Container container) {
    this.container = container;
  }

  @BeforeAll
  static void remember(Container container) throws BundleException {
    witness = Witness.of(container);
  }

  @BeforeEach
  void start() {
    callers = Executors.newFixedThreadPool(CALLERS);
  }

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    callers.shutdown();
    callers.awaitTermination(Container.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    witness.assertNothingIsLeft();
  }

  private Bundle install(int vector, int answer) throws BundleException {
    String name = "rom" + Integer.toHexString(vector);
    return container.install(
        PluginBundle.named(name, "1.0.0")
            .program(name, "option-rom", GuestCode.answer(vector, answer).bytes())
            .attribute("vectors:List<Long>", Integer.toString(vector))
            .stream());
  }

  @Test
  void eachOfManyCallersGetsItsOwnAnswerWhilePluginsComeAndGo() throws Exception {
    List<Bundle> bundles = new ArrayList<>();
    List<Future<Void>> calls = new ArrayList<>();
    AtomicBoolean calling = new AtomicBoolean(true);
    for (int i = 0; i < CALLERS - 1; i++) {
      int answer = 0x1000 + i;
      bundles.add(install(0x62 + i, answer));
      Routine routine = container.awaitRoutine("int" + Integer.toHexString(0x62 + i));
      calls.add(
          callers.submit(
              () -> {
                for (int call = 0; call < CALLS; call++) {
                  CallResult result = routine.call(CallRequest.builder().build());
                  assertEquals(answer, result.get(Register.AX), result::toString);
                }
                return null;
              }));
    }
    Callable<Void> comingAndGoing =
        () -> {
          while (calling.get()) {
            install(0x78, 0x2000).uninstall();
          }
          return null;
        };
    Future<Void> guest = callers.submit(comingAndGoing);

    for (Future<Void> call : calls) {
      call.get();
    }
    calling.set(false);
    guest.get();
    for (Bundle bundle : bundles) {
      bundle.uninstall();
    }
  }

  @Test
  void gatewayThatIsStoppedEndsTheRunningCallAndRefusesThoseThatWait() throws Exception {
    Bundle stops =
        container.install(
            PluginBundle.named("stops", "1.0.0")
                .program("stops", "option-rom", GuestCode.stops().bytes())
                .attribute("vectors:List<Long>", "97")
                .stream());
    Routine routine = container.awaitRoutine("int61");
    CallRequest endless =
        CallRequest.builder()
            .register(Register.AL, Way.LOOPS.ordinal())
            .budget(Long.MAX_VALUE)
            .timeout(Duration.ofHours(1))
            .build();
    List<Future<CallResult>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(callers.submit(() -> routine.call(endless)));
    }

    Bundle runtime = runtime();
    runtime.stop();

    int cancelled = 0;
    for (Future<CallResult> call : calls) {
      try {
        CallResult result = call.get();
        assertEquals(StopReason.CANCELLED, result.stop(), result::toString);
        cancelled++;
      } catch (ExecutionException e) {
        assertEquals(GatewayClosedException.class, e.getCause().getClass(), e::toString);
      }
    }
    int machines = Runtime.getRuntime().availableProcessors();
    assertTrue(cancelled <= machines, "as many at one time as there are machines");
    assertFalse(container.hasService(Routine.class, "(" + Routine.NAME + "=int61)"));

    runtime.start();
    container.awaitRoutine("int61");
    stops.uninstall();
  }

  private Bundle runtime() {
    return Arrays.stream(container.context().getBundles())
        .filter(bundle -> bundle.getSymbolicName().equals("dev.biosgateway.gateway-runtime"))
        .findFirst()
        .orElseThrow();
  }
}
