package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.PolicyRule;
import dev.biosgateway.kexec.jump.KernelKexec;

/**
 * Where the calls of a machine begin: at the host's idle loop, or, when many that are placed alike
 * have come one after the other, where the jump of one of them is held. What is observed step by
 * step, keeps what it did, or counts the pages that the way has written, begins at the host.
 */
final class Landings {
  /** Calls that are placed alike before a jump is held: to hold one costs as much as some calls. */
  private static final int ALIKE = 32;

  private final KernelKexec kernelKexec;
  private final JavaExtensions extensions;
  private final StateAtRest atRest;
  private CallPlan last;
  private int alike;
  private Landing held;

  Landings(KernelKexec kernelKexec, JavaExtensions extensions, StateAtRest atRest) {
    this.kernelKexec = kernelKexec;
    this.extensions = extensions;
    this.atRest = atRest;
  }

  /**
   * The landing where a jump is held at which this call may begin; null when there is none, and the
   * machine stands at the host's idle loop.
   */
  Landing heldFor(CallPlan plan, CallRequest request) {
    if (held != null && mayBeHeld(plan, request) && held.suits(plan)) {
      return held;
    }
    leave();
    return null;
  }

  /** Whether the jump of a call that begins at the host is to be held. */
  boolean wantsToHold(CallPlan plan, CallRequest request) {
    if (!mayBeHeld(plan, request)) {
      last = null;
      return false;
    }
    alike = last != null && plan.isPlacedAs(last) ? alike + 1 : 1;
    last = plan;
    return alike > ALIKE;
  }

  private boolean mayBeHeld(CallPlan plan, CallRequest request) {
    return request.isolation() == Isolation.ROLLBACK
        && plan.trampoline().canHold()
        && !kernelKexec.isObserved()
        && !extensions.hasDevices()
        && request.policy().quota(PolicyRule.Resource.MEMORY).isEmpty();
  }

  /** A call has ended and leaves nothing: goes back to where the next one begins. */
  void rewind(Landing landing) {
    if (landing != null && landing.isHeld()) {
      held = landing;
      landing.rewind();
    } else {
      atRest.rollback();
    }
  }

  /** Gives up the jump that is held, if there is one: the machine is at rest. */
  void leave() {
    if (held != null) {
      held.leave();
      held = null;
      alike = 0;
      atRest.rollback();
    }
  }
}
