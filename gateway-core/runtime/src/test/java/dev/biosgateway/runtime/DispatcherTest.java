package dev.biosgateway.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DispatcherTest {
  private static final CallTarget TARGET = new CallTarget.Interrupt(0x10);
  private static final GatewayLimits ONE_MACHINE =
      new GatewayLimits(0, 16, 4, Duration.ofMillis(50));
  private static final Runnable ADMITTED = () -> {};

  private final List<String> journal = Collections.synchronizedList(new ArrayList<>());
  private final List<ScriptedMachine> machines = Collections.synchronizedList(new ArrayList<>());
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final PrimaryMachine primary =
      new PrimaryMachine(
          () -> {
            ScriptedMachine machine = new ScriptedMachine(journal);
            machines.add(machine);
            return machine;
          },
          machine -> journal.add("told"));
  private final Dispatcher dispatcher = dispatcher(primary);

  private static Dispatcher dispatcher(PrimaryMachine primary) {
    return new Dispatcher(
        primary, standby -> null, ONE_MACHINE, new RunningCalls(), (result, waited) -> {});
  }

  @AfterEach
  void close() {
    callers.shutdownNow();
    dispatcher.close();
  }

  private static CallRequest.Builder eax(long value) {
    return CallRequest.builder().register(Register.EAX, value);
  }

  private CallResult call(CallRequest request) {
    return dispatcher.call(TARGET, request, null, ADMITTED);
  }

  @Test
  void aCallThatRunsTooLongIsStopped() {
    CallResult result = call(eax(ScriptedMachine.SPINS).timeout(Duration.ofMillis(5)).build());
    assertEquals(StopReason.TIMEOUT, result.stop());
    assertEquals("still running after 5 ms", result.reason());
    assertEquals(StopReason.RETURNED, call(eax(1).build()).stop(), "and the next one is not");
  }

  @Test
  void aCallThatBeginsWhenItsTimeIsUpIsStoppedToo() {
    CallRequest late = eax(ScriptedMachine.BEGINS_LATE).timeout(Duration.ofMillis(1)).build();
    assertEquals(StopReason.TIMEOUT, call(late).stop());
  }

  @Test
  void manyCallersGetTheirOwnAnswers() throws Exception {
    List<Future<Long>> answers = new ArrayList<>();
    for (long i = 0x1000; i < 0x1000 + 200; i++) {
      CallRequest request = eax(i).build();
      answers.add(callers.submit(() -> call(request).get(Register.EAX)));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(0x1000L + i, answers.get(i).get());
    }
    assertEquals(1, machines.size());
  }

  @Test
  void aBrokenMachineIsReplaced() {
    var error =
        assertThrows(
            GatewayException.class, () -> call(eax(ScriptedMachine.BREAKS_MACHINE).build()));
    assertTrue(error.getMessage().contains("has a bug"), error.getMessage());
    assertTrue(call(eax(1).build()).returned());
    assertEquals(List.of("on", "told", "off", "on", "told"), journal);
  }

  @Test
  void closingStopsTheRunningCallAndRefusesThoseThatWait() throws Exception {
    call(eax(1).build());
    Future<CallResult> running = callers.submit(() -> call(eax(ScriptedMachine.SPINS).build()));
    machines.get(0).spinning.await();
    CountDownLatch waiting = new CountDownLatch(1);
    Future<CallResult> queued =
        callers.submit(
            () -> {
              waiting.countDown();
              return call(eax(1).build());
            });
    waiting.await();
    dispatcher.close();
    assertEquals(StopReason.CANCELLED, running.get().stop());
    var refused = assertThrows(ExecutionException.class, queued::get);
    assertInstanceOf(GatewayClosedException.class, refused.getCause());
    assertThrows(GatewayClosedException.class, () -> call(eax(1).build()));
    assertEquals("off", journal.get(journal.size() - 1));
  }

  @Test
  void anInterruptedCallerStopsWaiting() throws Exception {
    call(eax(1).build());
    Future<CallResult> running =
        callers.submit(
            () -> call(eax(ScriptedMachine.SPINS).timeout(Duration.ofSeconds(30)).build()));
    machines.get(0).spinning.await();
    Thread.currentThread().interrupt();
    var error = assertThrows(GatewayException.class, () -> call(eax(1).build()));
    assertTrue(Thread.interrupted(), "the interrupt is kept");
    assertEquals("interrupted while waiting for the machine", error.getMessage());
    dispatcher.close();
    assertEquals(StopReason.CANCELLED, running.get().stop());
  }

  @Test
  void aMachineIsPoweredOnOnceAndReplacedOnDemand() {
    primary.power(false);
    primary.power(false);
    assertEquals(List.of("on", "told"), journal);
    primary.power(true);
    assertEquals(List.of("on", "told", "on", "off", "told"), journal);
    assertTrue(call(eax(1).build()).returned());
    assertEquals(2, machines.size());
  }

  @Test
  void settingsThatNoMachineHasAreNamed() {
    Dispatcher unpowered =
        dispatcher(
            new PrimaryMachine(
                () -> {
                  throw new IllegalArgumentException("board \"x\": expected pc");
                },
                machine -> journal.add("told")));
    var error =
        assertThrows(
            GatewayException.class, () -> unpowered.call(TARGET, eax(1).build(), null, ADMITTED));
    assertEquals("no machine with these settings: board \"x\": expected pc", error.getMessage());
    assertEquals(List.of(), journal);
    unpowered.close();
  }
}
