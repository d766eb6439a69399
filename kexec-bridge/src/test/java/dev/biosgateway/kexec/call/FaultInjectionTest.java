package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.kexec.jump.KexecListener;
import dev.biosgateway.kexec.jump.KexecStep;
import dev.biosgateway.kexec.load.Errno;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PageFrames;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every step of a jump fails in turn: all of memory and every register is as before. */
class FaultInjectionTest {
  @ParameterizedTest
  @EnumSource(KexecStep.class)
  void aStepThatFailsLeavesEverythingAsItWas(KexecStep failing) {
    try (BridgeMachine machine = Guests.machine()) {
      WholeState before = WholeState.of(machine.machine());
      List<KexecStep> entered = new ArrayList<>();
      List<KexecStep> left = new ArrayList<>();
      machine
          .kernelKexec()
          .setListener(
              new KexecListener() {
                @Override
                public void entering(KexecStep step) {
                  if (step == failing) {
                    throw new KexecException(Errno.EBUSY, step + " refused");
                  }
                  entered.add(step);
                }

                @Override
                public void left(KexecStep step) {
                  left.add(0, step);
                }
              });
      CallRequest keep = CallRequest.builder().isolation(Isolation.KEEP).build();
      CallTarget target = new CallTarget.Interrupt(0x60);
      GatewayException e = assertThrows(GatewayException.class, () -> machine.call(target, keep));
      assertTrue(e.getMessage().contains(failing + " refused"), e.getMessage());
      assertEquals(entered, left, "what was done is undone, in reverse");
      before.assertSame(WholeState.of(machine.machine()), false);

      machine.kernelKexec().setListener(KexecListener.NONE);
      assertTrue(machine.call(target, keep).returned(), "and it works when the step does");
    }
  }

  @Test
  void everyAllocationOfPrepareThatFailsLeavesEverythingAsItWas() {
    try (BridgeMachine machine = Guests.machine()) {
      PageFrames frames = machine.host().frames();
      KexecLoad load =
          machine
              .load()
              .add(KexecSegment.of("code", Guests.bytes("return32"), 0x20000))
              .add(KexecSegment.zeroed("memory", 0x300000, 0x5000));
      BitSet free = frames.snapshot();
      Kimage image = load.prepare(0x20000, true);
      int needed = free.cardinality() - frames.available();
      image.close();
      WholeState before = WholeState.of(machine.machine());
      for (int granted = 0; granted < needed; granted++) {
        while (frames.available() > granted) {
          frames.allocate(0, f -> true);
        }
        KexecException e = assertThrows(KexecException.class, () -> load.prepare(0x20000, true));
        assertEquals(Errno.ENOMEM, e.errno());
        assertEquals(granted, frames.available(), "nothing is taken");
        frames.reset(free);
        before.assertSame(WholeState.of(machine.machine()), false);
      }
      assertTrue(needed >= 6 + 3 + 1, "control, swap, tables, list, sources: " + needed);
    }
  }
}
