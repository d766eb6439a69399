package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.LoggedAccess;
import dev.biosgateway.api.PendingCall;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.image.PluginBundle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Calls that run when their plugin goes, and what is heard of a call while it runs. */
@Timeout(120)
@GatewayContainer(
    bundles = "dev.biosgateway.boot-media",
    properties = {"biosgateway.drain=1", "biosgateway.machines=2"})
class DrainIT extends PluginsTest {
  DrainIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  private static PluginBundle plugin(String version) {
    return PluginBundle.named("endless", version)
        .program("endless", "option-rom", GuestCode.hostile().bytes())
        .attribute("vectors:List<Long>", "99");
  }

  /** Writes to the console for ever. */
  private static CallRequest.Builder endless(CountDownLatch began) {
    return CallRequest.builder()
        .register(Register.AL, HostileWay.STORM_SERIAL.ordinal())
        .console(text -> began.countDown())
        .budget(Long.MAX_VALUE)
        .timeout(Duration.ofHours(1));
  }

  @Test
  void anUpdateStopsTheRunningCallAtTheDeadlineAndNotBefore() throws Exception {
    Bundle bundle = container.install(plugin("1.0.0").stream());
    CountDownLatch running = new CountDownLatch(1);
    PendingCall call = container.awaitRoutine("int63").submit(endless(running).build());
    assertTrue(running.await(30, TimeUnit.SECONDS));
    long began = System.nanoTime();
    bundle.update(plugin("1.1.0").stream());
    long millis = (System.nanoTime() - began) / 1_000_000;
    CallResult result = call.result().getValue();
    assertEquals(StopReason.CANCELLED, result.stop(), result::toString);
    assertTrue(result.reason().contains("endless 1.0.0 of endless"), result.reason());
    assertTrue(result.reason().contains("is being removed"), result.reason());
    assertTrue(millis >= 1000, millis + " ms: the second it was given");
    CallResult after =
        container
            .awaitRoutine("int63")
            .call(CallRequest.builder().register(Register.AL, 0xff).build());
    assertTrue(after.returned(), after::toString);
    bundle.uninstall();
  }

  @Test
  void aCallThatEndsInTimeIsNotStopped() throws Exception {
    Bundle bundle = container.install(plugin("1.0.0").stream());
    CountDownLatch running = new CountDownLatch(1);
    PendingCall call =
        container.awaitRoutine("int63").submit(endless(running).budget(300_000).build());
    assertTrue(running.await(30, TimeUnit.SECONDS));
    bundle.uninstall();
    assertEquals(StopReason.BUDGET, call.result().getValue().stop());
  }

  /** Two run, on the two machines there are; the others wait for one. */
  @Test
  void promisesThatWaitWhenTheirPluginGoesAreResolvedAllTheSame() throws Exception {
    Bundle bundle = container.install(plugin("1.0.0").stream());
    Routine routine = container.awaitRoutine("int63");
    CountDownLatch running = new CountDownLatch(2);
    List<PendingCall> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      CountDownLatch began = new CountDownLatch(1);
      CallRequest request =
          endless(began)
              .console(
                  text -> {
                    if (began.getCount() > 0) {
                      began.countDown();
                      running.countDown();
                    }
                  })
              .build();
      calls.add(routine.submit(request));
    }
    assertTrue(running.await(30, TimeUnit.SECONDS));
    bundle.uninstall();
    int cancelled = 0;
    for (PendingCall call : calls) {
      Throwable failure = call.result().timeout(30_000).getFailure();
      if (failure == null) {
        CallResult result = call.result().getValue();
        assertEquals(StopReason.CANCELLED, result.stop(), result::toString);
        cancelled++;
      } else {
        assertEquals(GatewayClosedException.class, failure.getClass(), failure::toString);
        assertTrue(failure.getMessage().contains("has gone"), failure::toString);
      }
    }
    assertTrue(cancelled >= 2, cancelled + " were cancelled");
    CallResult next = gateway.call(new CallTarget.Interrupt(0x11), CallRequest.builder().build());
    assertTrue(next.returned(), next::toString);
  }

  @Test
  void theConsoleIsHeardWhileTheCallRuns() throws InterruptedException {
    StringBuffer heard = new StringBuffer();
    CountDownLatch first = new CountDownLatch(1);
    CallResult result =
        container
            .awaitRoutine("hello-sector")
            .call(
                CallRequest.builder()
                    .register(Register.DL, 0)
                    .console(
                        text -> {
                          heard.append(text);
                          first.countDown();
                        })
                    .build());
    assertTrue(first.await(1, TimeUnit.SECONDS));
    assertEquals(StopReason.HALTED, result.stop());
    assertEquals(result.console(), heard.toString());
    assertEquals("hello from drive A0\r\n", heard.toString());
  }

  @Test
  void rulesThatLogCountAndLetPass() throws BundleException {
    Bundle ports = Ports.install(container);
    CallResult result =
        gateway.call(
            Ports.PROGRAM,
            Ports.in(0x80, 1)
                .policy(
                    CallPolicy.parse(
                        CallPolicy.CALLER, List.of("log ports 0x80-0x81", "log memory 0-0xff")))
                .build());
    assertTrue(result.returned(), result::toString);
    assertEquals(List.of(new LoggedAccess("log ports 0x80-0x81", 1)), result.logged());
    ports.uninstall();
  }
}
