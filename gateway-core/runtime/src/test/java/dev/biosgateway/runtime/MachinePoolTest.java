package dev.biosgateway.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.GatewayBusyException;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.spi.GuestMachine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MachinePoolTest {
  private final List<String> journal = Collections.synchronizedList(new ArrayList<>());
  private final ScriptedMachine template = new ScriptedMachine(journal);
  private final Generation first = new Generation(template.freeze(), Set.of());
  private final MachinePool pool = new MachinePool(2, 2);
  private final ExecutorService callers = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    callers.shutdownNow();
    pool.close(() -> {});
  }

  private GuestMachine machine(Generation generation) {
    return pool.lease(() -> generation, MachinePool.Member::machine);
  }

  /** Takes a machine until the latch opens. */
  private Future<GuestMachine> hold(CountDownLatch until) throws InterruptedException {
    CountDownLatch taken = new CountDownLatch(1);
    Future<GuestMachine> holder =
        callers.submit(
            () ->
                pool.lease(
                    () -> first,
                    member -> {
                      taken.countDown();
                      await(until);
                      return member.machine();
                    }));
    taken.await();
    return holder;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitWaiting(int callers) {
    while (pool.waiting() < callers) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aMachineThatComesBackIsUsedAgain() {
    assertSame(machine(first), machine(first));
    assertEquals(1, template.clones.size());
  }

  @Test
  void aStuckCallHoldsUpNobodyElse() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    Future<GuestMachine> holder = hold(stuck);
    GuestMachine other = machine(first);
    stuck.countDown();
    assertNotSame(holder.get(), other);
  }

  @Test
  void callersGetMachinesInTheOrderInWhichTheyCame() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    List<Future<GuestMachine>> holders = List.of(hold(end), hold(end));
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Future<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int number = i;
      waiting.add(callers.submit(() -> pool.lease(() -> first, member -> order.add(number))));
      awaitWaiting(i + 1);
    }
    end.countDown();
    for (Future<Boolean> caller : waiting) {
      caller.get();
    }
    for (Future<GuestMachine> holder : holders) {
      holder.get();
    }
    assertEquals(Set.of(0, 1), Set.copyOf(order));
    assertEquals(4, pool.leases());
  }

  /**
   * From asking to being served, a caller sees those served who came before, and not the same one
   * again and again. One turn in ten may be late: its thread may not have run.
   */
  @Test
  void callersWhoComeAgainAndAgainAreServedInTurn() throws Exception {
    int many = 6;
    int turns = 100;
    MachinePool single = new MachinePool(1, many);
    AtomicLong served = new AtomicLong();
    List<Future<List<Long>>> others = new ArrayList<>();
    CountDownLatch start = new CountDownLatch(1);
    for (int i = 0; i < many; i++) {
      others.add(
          callers.submit(
              () -> {
                List<Long> seen = new ArrayList<>();
                start.await();
                for (int turn = 0; turn < turns; turn++) {
                  long asked = served.get();
                  seen.add(single.lease(() -> first, member -> serve(served)) - asked);
                }
                return seen;
              }));
    }
    start.countDown();
    for (Future<List<Long>> caller : others) {
      List<Long> seen = caller.get();
      Collections.sort(seen);
      long most = seen.get(turns * 9 / 10);
      assertTrue(most <= 2 * many, () -> most + " others were served before one: " + seen);
    }
    single.close(() -> {});
  }

  /** A call that takes long enough for all others to come; gives how many there were before. */
  private static long serve(AtomicLong served) {
    LockSupport.parkNanos(100_000);
    return served.getAndIncrement();
  }

  @Test
  void tooManyWhoWaitAreRefusedAndTheOthersAreServed() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    hold(end);
    hold(end);
    List<Future<GuestMachine>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(callers.submit(() -> machine(first)));
      awaitWaiting(i + 1);
    }
    var error = assertThrows(GatewayBusyException.class, () -> machine(first));
    assertEquals(
        "all 2 machines are in use and 2 callers wait already; try again later, or raise"
            + " biosgateway.machines or biosgateway.queue",
        error.getMessage());
    assertEquals(1, pool.refusals());
    end.countDown();
    for (Future<GuestMachine> caller : waiting) {
      caller.get();
    }
  }

  @Test
  void machinesOfARetiredGenerationGiveWayWhenTheyComeBack() {
    Generation second = new Generation(template.freeze(), Set.of());
    GuestMachine old = machine(first);
    pool.lease(
        () -> first,
        member -> {
          pool.retire(first);
          return null;
        });
    assertNotSame(old, machine(second));
    assertEquals(1, pool.idle(), "the old one is gone");
    assertTrue(journal.contains("off"), journal::toString);
  }

  @Test
  void thereAreNeverMoreMachinesThanTheSizeOfThePool() {
    List<Generation> generations = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      generations.add(new Generation(template.freeze(), Set.of()));
    }
    generations.forEach(this::machine);
    assertEquals(2, pool.idle());
    assertEquals(5, pool.opened());
    assertEquals(3, Collections.frequency(journal, "off"));
  }

  @Test
  void whatMachinesHaveExecutedStaysCountedWhenTheyHaveGone() {
    ((ScriptedMachine) machine(first)).executed = 5;
    assertThrows(
        GatewayException.class,
        () ->
            pool.lease(
                () -> first,
                member -> {
                  throw new IllegalStateException("a bug");
                }));
    ((ScriptedMachine) machine(first)).executed = 7;
    assertEquals(Map.of("instructions", 12L), pool.execution());
  }

  @Test
  void aMachineThatFailsIsReplaced() {
    GuestMachine broken = machine(first);
    var error =
        assertThrows(
            GatewayException.class,
            () ->
                pool.lease(
                    () -> first,
                    member -> {
                      throw new IllegalStateException("a bug");
                    }));
    assertTrue(error.getMessage().contains("a bug"), error.getMessage());
    assertNotSame(broken, machine(first));
  }

  @Test
  void closingRefusesThoseWhoWait() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    hold(end);
    hold(end);
    Future<GuestMachine> waiting = callers.submit(() -> machine(first));
    awaitWaiting(1);
    pool.close(end::countDown);
    var refused = assertThrows(ExecutionException.class, waiting::get);
    assertInstanceOf(GatewayClosedException.class, refused.getCause());
    assertThrows(GatewayClosedException.class, () -> machine(first));
    assertEquals(0, pool.idle());
  }
}
