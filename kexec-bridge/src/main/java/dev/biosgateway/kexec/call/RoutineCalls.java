package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.context.LowMegabyte;
import dev.biosgateway.kexec.jump.KernelKexec;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.kexec.program.ProgramFormat;
import dev.biosgateway.kexec.trampoline.CallSite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.device.uart.Uart16550;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of routines in one machine, each from the placing of its trampoline to its result. One
 * thread calls; {@link #stop} is for any other.
 */
final class RoutineCalls {
  private static final Logger LOG = LoggerFactory.getLogger(RoutineCalls.class);

  private final Machine machine;
  private final HostContext host;
  private final LowMegabyte low;
  private final KernelKexec kernelKexec;
  private final RoundTrip roundTrip;
  private final StateAtRest atRest;
  private final JavaExtensions extensions;
  private final List<Mapping> mappings;
  private final List<Uart16550> serialPorts;

  private final Landings landings;
  private final Object stopLock = new Object();
  private boolean calling;
  private RoundTrip.StopRequest stopRequest;
  private long calls;

  /** Of all calls, the way there and back included; what a call counts is rolled back with it. */
  private final AtomicLong instructions = new AtomicLong();

  /**
   * The calls of a machine.
   *
   * @param mappings the programs that are mapped, whenever they are looked at
   */
  RoutineCalls(
      Machine machine,
      HostContext host,
      LowMegabyte low,
      KernelKexec kernelKexec,
      RoundTrip roundTrip,
      StateAtRest atRest,
      JavaExtensions extensions,
      List<Mapping> mappings) {
    this.machine = machine;
    this.host = host;
    this.low = low;
    this.kernelKexec = kernelKexec;
    this.roundTrip = roundTrip;
    this.atRest = atRest;
    this.extensions = extensions;
    this.mappings = mappings;
    landings = new Landings(kernelKexec, extensions, atRest);
    serialPorts =
        machine.devices().stream()
            .filter(Uart16550.class::isInstance)
            .map(Uart16550.class::cast)
            .toList();
  }

  /**
   * Places a call.
   *
   * @throws NoSuchRoutineException if the target names a program that is not mapped, or has no
   *     entry
   * @throws InvalidRequestException if the request does not fit the target or the memory
   */
  CallPlan plan(CallTarget target, CallRequest request) {
    if (target instanceof CallTarget.Interrupt interrupt) {
      return plan(CallMode.REAL, new CallSite.Interrupt(interrupt.vector()), request, List.of());
    }
    if (target instanceof CallTarget.FarCall far) {
      return plan(CallMode.REAL, new CallSite.FarCall(far.address()), request, List.of());
    }
    Mapping mapping = mapping(((CallTarget.ProgramEntry) target).name());
    long entry =
        mapping
            .entry()
            .orElseThrow(
                () ->
                    new NoSuchRoutineException(
                        mapping.image().name()
                            + " has no entry of its own: it serves interrupts "
                            + mapping.vectorsHooked()));
    int offset = (int) (entry - mapping.address());
    CallSite site =
        mapping.mode() == CallMode.REAL
            ? new CallSite.FarCall(ProgramFormat.of(mapping.image()).realEntry(entry, offset))
            : new CallSite.NearCall((int) entry);
    return plan(mapping.mode(), site, request, mapping.segments());
  }

  private CallPlan plan(
      CallMode mode, CallSite site, CallRequest request, List<LoadedSegment> program) {
    if (mode == CallMode.FLAT) {
      landings.leave(); // buffers are placed among the frames that are free at rest
    }
    return new CallPlan(mode, false, site, request, program, host.frames());
  }

  private Mapping mapping(String name) {
    return mappings.stream()
        .filter(m -> m.image().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new NoSuchRoutineException(
                    "no program "
                        + name
                        + " is mapped; there are "
                        + mappings.stream().map(m -> m.image().name()).toList()));
  }

  /**
   * Runs a placed call. Unless it returned and wanted to keep what it did, all is as it was before.
   *
   * @throws InvalidRequestException if its memory does not fit the machine
   * @throws GatewayException if the jump is refused
   */
  CallResult run(CallTarget target, CallPlan plan, CallRequest request) {
    synchronized (stopLock) {
      calling = true;
      stopRequest = null;
    }
    try {
      return jump(target, plan, request);
    } finally {
      synchronized (stopLock) {
        calling = false;
      }
    }
  }

  /**
   * Brings the machine to rest, if a jump is held for further calls. Within a call nothing happens.
   */
  void comeHome() {
    if (!calling) {
      landings.leave();
    }
  }

  /** Instructions that all calls have executed, the way there and back included; any thread. */
  long instructions() {
    return instructions.get();
  }

  /** Ends the call that runs; without one, nothing happens. */
  void stop(StopReason stop, String reason) {
    synchronized (stopLock) {
      if (calling) {
        stopRequest = new RoundTrip.StopRequest(stop, reason);
        machine.interrupt();
      }
    }
  }

  private RoundTrip.StopRequest stopRequest() {
    synchronized (stopLock) {
      return stopRequest;
    }
  }

  private CallResult jump(CallTarget target, CallPlan plan, CallRequest request) {
    long began = System.nanoTime();
    long number = ++calls;
    RoutineMeter meter =
        new RoutineMeter(machine, serialPorts, guard(plan, request), extensions, request.console());
    boolean kept = false;
    Landing held = landings.heldFor(plan, request);
    Landing landing = held;
    try {
      boolean unserved =
          target instanceof CallTarget.Interrupt interrupt
              && low.serves(interrupt.vector(), machine.bus());
      long retired = machine.clock().retiredInstructions();
      long pages = plan.pages();
      Kimage image;
      RoundTrip.End end;
      if (held == null) {
        image = prepare(plan);
        if (landings.wantsToHold(plan, request)) {
          landing = new Landing(machine, plan, image, nanos(RoundTrip.way(pages)));
        }
        Landing wanted = landing;
        end =
            kernelKexec.execute(
                () ->
                    roundTrip.travel(
                        image, plan, request, pages, meter, this::stopRequest, wanted));
      } else {
        image = held.image();
        held.begin(plan);
        end =
            kernelKexec.goOn(
                () ->
                    roundTrip.travel(image, plan, request, pages, meter, this::stopRequest, held));
      }
      long total = machine.clock().retiredInstructions() - retired;
      instructions.lazySet(instructions.get() + total);
      CallResult.Builder result = CallResult.builder(target.text(), end.stop());
      meter.report(result);
      if (end.returned()) {
        if (end == RoundTrip.End.LANDED) {
          CallReport.landed(result, plan, machine.bus());
        } else {
          CallReport.returned(result, plan, image);
        }
        if (unserved) {
          result.reason("no program serves " + target.text() + "; the default handler answered");
        }
      } else {
        CallReport.stranded(result, plan, end, machine.bus());
      }
      if (end.returned() && request.isolation() == Isolation.KEEP) {
        if (plan.trampoline().mode() == CallMode.REAL) {
          atRest.setLegacy(plan.trampoline().legacyState(image.segments().get(0)));
        }
        image.close();
        atRest.keep();
        kept = true;
      }
      if (LOG.isDebugEnabled()) {
        LOG.debug(
            "call {}: {} {} after {} instructions, {} with the jump, {} pages exchanged",
            number,
            target.text(),
            end.stop(),
            meter.instructions(),
            total,
            pages);
      }
      return result.elapsed(Duration.ofNanos(System.nanoTime() - began)).build();
    } catch (KexecException e) {
      throw new GatewayException(
          "call " + number + ", " + target.text() + ": " + e.getMessage(), e);
    } finally {
      if (!kept) {
        landings.rewind(landing);
      }
    }
  }

  private long nanos(long instructions) {
    return instructions * machine.config().nanosPerInstruction();
  }

  private PolicyGuard guard(CallPlan plan, CallRequest request) {
    CallPolicy policy = request.policy();
    if (policy.layers().isEmpty()) {
      return new PolicyGuard(machine, policy, List.of(), List.of(), plan);
    }
    List<PolicyGuard.Range> roms =
        mappings.stream()
            .filter(Mapping::stays)
            .map(m -> new PolicyGuard.Range(m.address(), m.address() + m.size()))
            .toList();
    return new PolicyGuard(machine, policy, plan.own(), roms, plan);
  }

  private Kimage prepare(CallPlan plan) {
    KexecLoad load =
        new KexecLoad(machine.bus(), host.frames(), host.paging(), host.controlPages());
    plan.addTo(load, atRest.legacy());
    try {
      return load.prepare(plan.start(), true);
    } catch (KexecException e) {
      throw new InvalidRequestException("the call does not fit the machine: " + e.getMessage());
    }
  }
}
