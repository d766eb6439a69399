package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.spi.MappedProgram;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Calls and mappings use up nothing: no page frames, no heap. */
class LeakTest {
  private static final CallTarget UNSERVED = new CallTarget.Interrupt(0x60);

  /** What one call may leave on the heap for good, by far less than a page of it. */
  private static final long BYTES_PER_CALL = 64;

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void tenThousandCalls() {
    try (BridgeMachine machine = Guests.machine()) {
      CallRequest rollback =
          CallRequest.builder().buffer("b", Register.ES, Register.DI, 512).build();
      CallRequest keep = CallRequest.builder().isolation(Isolation.KEEP).build();
      int frames = machine.host().frames().available();
      call(machine, rollback, keep, 1000);
      long before = usedHeap();
      call(machine, rollback, keep, 5000);
      long grown = usedHeap() - before;
      assertTrue(grown < 10_000 * BYTES_PER_CALL, () -> grown + " bytes more after 10,000 calls");
      assertEquals(frames, machine.host().frames().available());
    }
  }

  private static void call(
      BridgeMachine machine, CallRequest rollback, CallRequest keep, int times) {
    for (int i = 0; i < times; i++) {
      assertTrue(machine.call(UNSERVED, rollback).returned());
      assertTrue(machine.call(UNSERVED, keep).returned());
    }
  }

  @Test
  void mappingAndUnmapping() {
    try (BridgeMachine machine = Guests.machine()) {
      WholeState before = WholeState.of(machine.machine());
      int frames = machine.host().frames().available();
      for (int i = 0; i < 100; i++) {
        MappedProgram program = machine.map(Guests.program("counter32"));
        CallRequest keep = CallRequest.builder().isolation(Isolation.KEEP).build();
        assertEquals(
            1, machine.call(new CallTarget.ProgramEntry("counter32"), keep).get(Register.EAX));
        machine.unmap(program);
      }
      before.assertSame(WholeState.of(machine.machine()), false);
      assertEquals(frames, machine.host().frames().available());
    }
  }
}
