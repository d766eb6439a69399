package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.Register;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;

/**
 * Very many calls from eight threads: each gets its own answer, and nothing grows. {@code
 * -Dendurance=1000000} makes a million of them; the build makes twenty thousand.
 */
@GatewayContainer
class EnduranceIT {
  private static final int THREADS = 8;
  private static final int CALLS = Integer.getInteger("endurance", 20_000);

  /** What a million calls may leave on the heap: about one byte for each. */
  private static final long GROWTH = 1 << 20;

  /**
   * What the JVM's own profiles of hot methods may still grow by; a class for each call is more.
   */
  private static final long METASPACE_GROWTH = 4 << 20;

  private static final CallTarget WITNESS = new CallTarget.Interrupt(0x60);

  @Test
  void manyCallsFromEightThreadsGrowNothing(Container container, Gateway gateway) throws Exception {
    Witness witness = witness(container);
    run(gateway, CALLS / 4);
    long before = used();
    long classesBefore = metaspace();
    run(gateway, CALLS);
    long after = used();
    long classesAfter = metaspace();
    System.out.printf(
        "%,d calls: heap %,d to %,d bytes, metaspace %,d to %,d bytes%n",
        CALLS, before, after, classesBefore, classesAfter);
    assertTrue(after - before < GROWTH, () -> before + " bytes before, " + after + " after");
    assertTrue(
        classesAfter - classesBefore < METASPACE_GROWTH,
        () -> "metaspace: " + classesBefore + " bytes before, " + classesAfter + " after");
    assertTrue(gateway.metrics().calls() >= CALLS);
    witness.assertNothingIsLeft();
  }

  private static Witness witness(Container container) throws BundleException {
    return Witness.of(container);
  }

  private static void run(Gateway gateway, int calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Void>> done = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int first = thread << 16;
      done.add(
          threads.submit(
              () -> {
                for (int call = 0; call < calls / THREADS; call++) {
                  int mark = first | call & 0xffff;
                  CallResult result =
                      gateway.call(
                          WITNESS, CallRequest.builder().register(Register.EBX, mark).build());
                  assertEquals(Witness.ANSWER, result.get(Register.AX), result::toString);
                  assertEquals(mark, result.get(Register.EBX), result::toString);
                }
                return null;
              }));
    }
    for (Future<Void> future : done) {
      future.get();
    }
    threads.shutdown();
  }

  private static long metaspace() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals("Metaspace"))
        .mapToLong(pool -> pool.getUsage().getUsed())
        .findFirst()
        .orElseThrow();
  }

  private static long used() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      ManagementFactory.getMemoryMXBean().gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
