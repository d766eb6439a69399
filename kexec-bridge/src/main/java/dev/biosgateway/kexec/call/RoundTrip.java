package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.PolicyRule;
import dev.biosgateway.api.Registers;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.context.LowMegabyte;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.trampoline.Trampoline;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.CpuException;
import dev.biosgateway.x86.cpu.DeliveredEvent;
import dev.biosgateway.x86.cpu.Trap;
import dev.biosgateway.x86.device.ResetKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * machine_kexec() with a routine in it: from the host's idle loop down to the routine, through it,
 * and up again. Traps of the machine mark the four places that matter: the instruction that enters
 * the routine, the one it returns to, the host's idle loop, and the handlers of exceptions that
 * nobody else handles.
 */
final class RoundTrip {
  /** Where on its way a call is. */
  private enum Stage {
    NONE,
    /** From the host to the routine. */
    DOWN,
    /** In the trampoline, with the rest of the way to the routine before it. */
    LANDED,
    /** In the routine. */
    ROUTINE,
    /** From the routine to the host. */
    UP,
    /** In the trampoline, with the registers of the routine in memory. */
    STORED,
    /** In the host's idle loop again. */
    HOME,
    /** At an exception nobody handles. */
    FAULT,
    /** At an exception of the host itself. */
    HOST_FAULT,
    /** At the reset vector, to which the routine has jumped. */
    RESET
  }

  /** Instructions for each page that is exchanged: three times 1024 doublewords, and the list. */
  private static final long PER_PAGE = 4096;

  /** Instructions for the rest of the way, generously. */
  private static final long WAY = 100_000;

  /**
   * How it ended.
   *
   * @param stop RETURNED if and only if the host is back, or certain to come back
   * @param reason in words; empty if it returned
   * @param fault with FAULT, and with TRIPLE_FAULT what began it; else null
   * @param registers of the processor where it stopped; null if it returned
   */
  record End(StopReason stop, String reason, FaultReport fault, Registers registers) {
    /** The results are where the routine left them, and the host is a way up from there. */
    static final End LANDED = new End(StopReason.RETURNED, "", null, null);

    /** The host is back. */
    private static final End HOME = new End(StopReason.RETURNED, "", null, null);

    boolean returned() {
      return stop == StopReason.RETURNED;
    }
  }

  /** A stop that somebody outside asked for. */
  record StopRequest(StopReason stop, String reason) {}

  private final Machine machine;
  private final Cpu cpu;
  private final HostContext host;
  private final LowMegabyte low;
  private final List<Integer> armed = new ArrayList<>();
  private Trampoline armedFor;
  private boolean armedToLand;
  private CallPlan plan;
  private Stage stage = Stage.NONE;
  private Stage faultedIn = Stage.NONE;
  private FaultReport fault;

  RoundTrip(Machine machine, HostContext host, LowMegabyte low) {
    this.machine = machine;
    this.cpu = machine.cpu();
    this.host = host;
    this.low = low;
    machine.setTrap(host.idle(), c -> come(Stage.UP, Stage.HOME));
    machine.setTrap(host.exception(), c -> hostFault());
    machine.setTrap(low.resetVector(), c -> come(Stage.ROUTINE, Stage.RESET));
    for (int handler : low.exceptionHandlers()) {
      machine.setTrap(handler, c -> realModeFault(handler));
    }
  }

  /**
   * Boots the host: from the reset vector to its idle loop.
   *
   * @throws IllegalStateException if it does not get there
   */
  void boot() {
    stage = Stage.UP;
    Stop stop = machine.run(WAY);
    if (stage != Stage.HOME) {
      throw new IllegalStateException("the host does not boot: " + stop);
    }
    stage = Stage.NONE;
  }

  /** Instructions for the way up or down, at most. */
  static long way(long pages) {
    return WAY + pages * PER_PAGE;
  }

  /**
   * Goes the whole way, or from a landing on and back to it.
   *
   * @param pages pages that are exchanged
   * @param requested asked whenever the machine was interrupted: what for, or null
   * @param landing where the call is to begin, or if it is not held yet, is to be held on the way
   *     down; null to go all the way
   * @throws IllegalStateException if the host or the trampoline fails: a mistake of ours
   */
  End travel(
      Kimage image,
      CallPlan callPlan,
      CallRequest request,
      long pages,
      RoutineMeter meter,
      Supplier<StopRequest> requested,
      Landing landing) {
    plan = callPlan;
    arm(landing != null);
    if (landing != null && landing.isHeld()) {
      stage = Stage.LANDED;
    } else {
      host.setImage(image);
      cpu.eip = host.kexecJumpVirtual();
      stage = Stage.DOWN;
    }
    long begin = machine.clock().retiredInstructions();
    long quota = request.policy().quota(PolicyRule.Resource.INSTRUCTIONS).orElse(Long.MAX_VALUE);
    long limit = Math.min(request.budget(), quota);
    long way = way(pages);
    try {
      while (true) {
        long used = machine.clock().retiredInstructions() - begin;
        long left =
            switch (stage) {
              case ROUTINE -> limit - meter.elapsed();
              case DOWN, LANDED -> way - used;
              default -> 2 * way - (used - meter.instructions());
            };
        Stop stop = machine.run(Math.max(0, left));
        switch (stop.reason()) {
          case TRAP -> {
            switch (stage) {
              case LANDED -> {
                if (landing != null) {
                  landing.hold();
                }
              }
              case ROUTINE -> meter.begin();
              case UP -> meter.end();
              case STORED -> {
                if (landing != null && landing.isClear()) {
                  return End.LANDED;
                }
                stage = Stage.UP;
              }
              case HOME -> {
                image.setStart(host.imageStart());
                return End.HOME;
              }
              case FAULT -> {
                stage = faultedIn;
                return strand(meter, StopReason.FAULT, fault.fault().toString(), fault);
              }
              case RESET -> {
                stage = Stage.ROUTINE;
                return strand(
                    meter, StopReason.SHUTDOWN, "jumped to the reset vector at " + where(), null);
              }
              case HOST_FAULT -> {
                if (isOnTheWayDown(faultedIn)) {
                  throw hostException();
                }
                // The routine runs in physical mode: it can overwrite the host, or enter it.
                stage = faultedIn;
                String text = "the routine left a host that took " + fault.fault();
                return strand(meter, StopReason.FAULT, text, fault);
              }
              default -> throw new IllegalStateException("a trap stopped at stage " + stage);
            }
          }
          case INTERRUPTED -> {
            StopRequest asked = requested.get();
            if (asked != null) {
              return strand(meter, asked.stop(), asked.reason(), null);
            }
          }
          case BUDGET -> {
            if (hasJustReturned()) {
              stage = Stage.UP;
              meter.end();
              continue;
            }
            if (stage == Stage.ROUTINE && quota < request.budget()) {
              String owner =
                  request.policy().layers().stream()
                      .filter(layer -> layer.rules().stream().anyMatch(r -> isQuota(r, quota)))
                      .findFirst()
                      .map(CallPolicy.Layer::source)
                      .orElseThrow();
              return strand(
                  meter,
                  StopReason.POLICY,
                  String.format(
                      "rule \"quota instructions %d\" of %s: used up at %s", quota, owner, where()),
                  null);
            }
            return strand(
                meter,
                StopReason.BUDGET,
                stage == Stage.ROUTINE
                    ? "budget of " + request.budget() + " instructions used up at " + where()
                    : stop.detail(),
                null);
          }
          case HALTED -> {
            return strand(meter, StopReason.HALTED, stop.detail(), null);
          }
          case TRIPLE_FAULT -> {
            FaultReport first = FaultReport.ofShutdown(cpu, stop.shutdown().orElseThrow());
            return strand(meter, StopReason.TRIPLE_FAULT, stop.detail(), first);
          }
          case RESET_REQUESTED, POWER_OFF -> {
            return strand(meter, StopReason.SHUTDOWN, stop.detail(), null);
          }
          case ACCESS_DENIED -> {
            return strand(meter, StopReason.POLICY, stop.detail(), null);
          }
        }
      }
    } finally {
      stage = Stage.NONE;
    }
  }

  /**
   * Jumps to an image that has no routine to stop at: to the host again, or to where it stops.
   *
   * @param budget instructions for the whole way, the exchange of pages included
   */
  End jump(Kimage image, long budget) {
    host.setImage(image);
    End end = run(host.kexecJumpVirtual(), budget);
    if (end.returned()) {
      image.setStart(host.imageStart());
    }
    return end;
  }

  /**
   * The host switches the power off.
   *
   * @return SHUTDOWN; RETURNED on a machine that cannot
   */
  End powerOff() {
    return run(host.powerOffVirtual(), WAY);
  }

  /**
   * The host suspends the machine to RAM. What wakes it resets it, and the host comes up from the
   * reset vector to its idle loop.
   *
   * @param budget instructions, and events that come while it sleeps
   */
  End sleep(long budget) {
    End end = run(host.sleepVirtual(), budget);
    ResetKind woken = cpu.pins.requestedReset();
    if (woken == null) {
      return end;
    }
    machine.reset(woken);
    low.enterResetVector(cpu);
    return run(cpu.eip, WAY);
  }

  /** Lets the host run from an address until it is in its idle loop again, or stops. */
  private End run(int eip, long budget) {
    cpu.eip = eip;
    stage = Stage.UP;
    try {
      Stop stop = machine.run(budget);
      if (stage == Stage.HOME) {
        return End.HOME;
      }
      if (stage == Stage.HOST_FAULT) {
        throw hostException();
      }
      StopReason reason =
          switch (stop.reason()) {
            case BUDGET -> StopReason.BUDGET;
            case HALTED -> StopReason.HALTED;
            case TRIPLE_FAULT -> StopReason.TRIPLE_FAULT;
            case RESET_REQUESTED, POWER_OFF -> StopReason.SHUTDOWN;
            case INTERRUPTED -> StopReason.CANCELLED;
            case ACCESS_DENIED -> StopReason.POLICY;
            case TRAP -> StopReason.FAULT;
          };
      return new End(reason, stop.detail(), null, CpuRegisters.read(cpu));
    } finally {
      stage = Stage.NONE;
    }
  }

  /**
   * The host calls address 0, where nothing is mapped, and takes a page fault.
   *
   * @return its registers at the fault
   */
  Registers callNull() {
    cpu.eip = 0;
    stage = Stage.UP;
    try {
      Stop stop = machine.run(WAY);
      if (stage != Stage.HOST_FAULT) {
        throw new IllegalStateException("the host survived a call of address 0: " + stop);
      }
      return fault.registers();
    } finally {
      stage = Stage.NONE;
    }
  }

  /** Puts the processor before a jump of which nobody comes back, and takes every trap away. */
  void leave(Kimage image) {
    host.setImage(image);
    cpu.eip = host.kexecJumpVirtual();
    disarm();
  }

  /** Takes every trap away: nobody will jump any more. */
  void disarm() {
    armed.forEach(at -> machine.setTrap(at, null));
    machine.setTrap(host.idle(), null);
    machine.setTrap(host.exception(), null);
    machine.setTrap(low.resetVector(), null);
    low.exceptionHandlers().forEach(handler -> machine.setTrap(handler, null));
  }

  /** The call is given up where it is. */
  private End strand(RoutineMeter meter, StopReason reason, String text, FaultReport report) {
    boolean asked = reason == StopReason.TIMEOUT || reason == StopReason.CANCELLED;
    if (isOnTheWayDown(stage) && !asked) {
      throw new IllegalStateException(
          "on the way to " + plan.trampoline() + ": " + reason + ": " + text);
    }
    String at = text;
    if (stage == Stage.ROUTINE) {
      meter.end();
    } else if (stage == Stage.UP) {
      at = "after the routine had returned: " + text;
    }
    Registers registers = report == null ? CpuRegisters.read(cpu) : report.registers();
    return new End(reason, at, report, registers);
  }

  private static boolean isOnTheWayDown(Stage stage) {
    return stage == Stage.DOWN || stage == Stage.LANDED;
  }

  private static boolean isQuota(PolicyRule rule, long quota) {
    return rule.action() == PolicyRule.Action.QUOTA
        && rule.resource() == PolicyRule.Resource.INSTRUCTIONS
        && rule.first() == quota;
  }

  private IllegalStateException hostException() {
    DeliveredEvent event = cpu.interrupts.lastEvent();
    return new IllegalStateException(
        String.format(
            "the host took %s(0x%x) at %04x:%08x, CR2 %08x",
            CpuException.name(event.vector()),
            event.errorCode(),
            event.cs(),
            event.eip(),
            cpu.cr2));
  }

  /** The budget was just enough: the next instruction is the one with the trap. */
  private boolean hasJustReturned() {
    return stage == Stage.ROUTINE
        && !cpu.paging()
        && machine.bus().gated(cpu.cs.base + cpu.eip) == plan.returnSite();
  }

  /** As faults name a place. */
  private String where() {
    return String.format("%04x:%04x", cpu.cs.selector, cpu.eip);
  }

  // ---- traps

  /** Puts traps on the call's trampoline, unless they are there. */
  private void arm(boolean toLand) {
    Trampoline trampoline = plan.trampoline();
    int call = plan.callSite();
    int back = plan.returnSite();
    if (armedFor == trampoline
        && (armedToLand || !toLand)
        && !armed.isEmpty()
        && armed.get(0) == call
        && armed.get(1) == back) {
      return;
    }
    armed.forEach(at -> machine.setTrap(at, null));
    armed.clear();
    armedFor = trampoline;
    armedToLand = toLand;
    trap(call, c -> come(isOnTheWayDown(stage) ? stage : Stage.DOWN, Stage.ROUTINE));
    trap(back, c -> come(Stage.ROUTINE, Stage.UP));
    if (toLand) {
      trap(plan.trampolineAddress() + trampoline.landed(), c -> come(Stage.DOWN, Stage.LANDED));
      trap(plan.trampolineAddress() + trampoline.stored(), c -> come(Stage.UP, Stage.STORED));
    }
    if (trampoline.mode() == CallMode.FLAT) {
      for (int vector = 0; vector < Trampoline.EXCEPTIONS; vector++) {
        trap(
            plan.trampolineAddress() + trampoline.exception(vector),
            c -> faulted(FaultReport.inFlatMode(c)));
      }
    }
  }

  private void trap(int at, Trap trap) {
    armed.add(at);
    machine.setTrap(at, trap);
  }

  private Trap.Outcome come(Stage from, Stage to) {
    if (stage != from) {
      return Trap.Outcome.EXECUTE;
    }
    stage = to;
    return Trap.Outcome.STOP;
  }

  private Trap.Outcome realModeFault(int handler) {
    if (!low.unhandled(handler, cpu.interrupts.lastEvent())) {
      return Trap.Outcome.EXECUTE; // INT n to a vector nobody serves: the IRET that is there
    }
    return faulted(FaultReport.inRealMode(cpu));
  }

  private Trap.Outcome faulted(FaultReport report) {
    fault = report;
    faultedIn = stage;
    stage = Stage.FAULT;
    return Trap.Outcome.STOP;
  }

  private Trap.Outcome hostFault() {
    faulted(FaultReport.inHost(cpu));
    stage = Stage.HOST_FAULT;
    return Trap.Outcome.STOP;
  }
}
