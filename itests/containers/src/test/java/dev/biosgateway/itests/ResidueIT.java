package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Routine;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.container.GatewayContainer;
import dev.biosgateway.testkit.image.PluginBundle;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * Nothing piles up. The first rounds are for caches and compilers to settle; over the others the
 * heap may not grow by as much as one image for each cycle, no class and no thread may be added for
 * good, and the metaspace, where the compiler also keeps what it has learned of hot methods, must
 * have stood still in one of them.
 */
@GatewayContainer
class ResidueIT {
  private static final int ROUNDS = 10;
  private static final int SETTLED = 2;

  /** In each round. */
  private static final int CYCLES = Integer.getInteger("endurance.cycles", 50);

  private static final int CALLS = 20;

  /** Bytes that one leaked image would take. */
  private static final long IMAGE = 512;

  /** Less than a leaked class loader takes. */
  private static final long LOADER = 1024;

  @Test
  void cyclesOfInstallCallUpdateAndUninstallLeaveNothing(Container container)
      throws BundleException {
    Witness witness = Witness.of(container);
    List<Footprint> footprints = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        Bundle bundle = container.install(plugin("1.0.0", cycle).stream());
        assertAnswers(container, cycle);
        bundle.update(plugin("1.0.1", cycle + 1).stream());
        assertAnswers(container, cycle + 1);
        bundle.uninstall();
      }
      footprints.add(Footprint.now());
    }
    witness.assertNothingIsLeft();
    assertSettled(footprints);
  }

  @Test
  void callsLeaveNothing(Container container) throws BundleException {
    Bundle bundle = container.install(plugin("1.0.0", 0x77).stream());
    List<Footprint> footprints = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        assertAnswers(container, 0x77);
      }
      footprints.add(Footprint.now());
    }
    bundle.uninstall();
    assertSettled(footprints);
  }

  private static PluginBundle plugin(String version, int answer) {
    return PluginBundle.named("passing", version)
        .program("passing", "option-rom", GuestCode.answer(0x62, answer).bytes())
        .attribute("vectors:List<Long>", "98");
  }

  private static void assertAnswers(Container container, int answer) {
    Routine routine = container.gateway().routine("int62");
    CallRequest request =
        CallRequest.builder().buffer("spare", Register.ES, Register.DI, 0x1000).build();
    for (int call = 0; call < CALLS; call++) {
      CallResult result = routine.call(request);
      assertEquals(answer, result.get(Register.AX), result::toString);
    }
  }

  private static void assertSettled(List<Footprint> rounds) {
    Footprint first = rounds.get(SETTLED);
    Footprint last = rounds.get(ROUNDS - 1);
    long cycles = (long) (ROUNDS - 1 - SETTLED) * CYCLES;
    assertTrue(last.heap - first.heap < cycles * IMAGE, () -> "heap of " + rounds);
    assertTrue(last.classes - first.classes < cycles / 10, () -> "classes of " + rounds);
    assertTrue(last.threads <= first.threads, () -> "threads of " + rounds);
    long quietest =
        IntStream.range(SETTLED, ROUNDS)
            .mapToLong(i -> rounds.get(i).metaspace - rounds.get(i - 1).metaspace)
            .min()
            .orElseThrow();
    assertTrue(quietest < CYCLES * LOADER, () -> "metaspace of " + rounds);
  }

  /** What is in use once the garbage is gone: bytes of heap and metaspace, classes, threads. */
  private record Footprint(long heap, long metaspace, int classes, int threads) {
    static Footprint now() {
      long heap = Long.MAX_VALUE;
      // What a cleaner frees after one collection only the next one sees.
      for (int i = 0; i < 3; i++) {
        ManagementFactory.getMemoryMXBean().gc();
        heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      }
      return new Footprint(
          heap,
          pool("Metaspace").getUsage().getUsed(),
          ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
          ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static MemoryPoolMXBean pool(String name) {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getName().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("this VM has no memory pool " + name));
    }
  }
}
