package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.PortAccess;
import dev.biosgateway.api.UnmodelledAccess;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.bus.PortFilter;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.device.uart.Uart16550;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what the routine does, and nothing of the way there and back: instructions, ports, console
 * output, unmodelled accesses; and holds it to its policy meanwhile.
 */
final class RoutineMeter {
  private final Machine machine;
  private final List<Uart16550> serialPorts;
  private final List<PortAccess> ports = new ArrayList<>();
  private final List<UnmodelledAccess> unmodelled = new ArrayList<>();
  private String console = "";
  private long begin;
  private long instructions;

  /**
   * A meter for one call.
   *
   * @param serialPorts those whose output is the console's
   */
  RoutineMeter(Machine machine, List<Uart16550> serialPorts) {
    this.machine = machine;
    this.serialPorts = serialPorts;
  }

  /** The routine begins with the next instruction. */
  void begin(CallPolicy policy) {
    begin = machine.clock().retiredInstructions();
    machine.ports().clearCounts();
    machine.console().clear();
    machine.unmodelled().clear();
    machine.ports().setFilter(filter(policy));
  }

  private static PortFilter filter(CallPolicy policy) {
    if (policy.allowedPorts().isEmpty() && policy.deniedPorts().isEmpty()) {
      return null;
    }
    return (port, size, out) -> {
      for (int i = 0; i < size; i++) {
        String refusal = policy.refusal(port + i & 0xffff).orElse(null);
        if (refusal != null) {
          return (out ? "OUT to " : "IN from ") + refusal;
        }
      }
      return null;
    };
  }

  /** Instructions since the routine began. */
  long elapsed() {
    return machine.clock().retiredInstructions() - begin;
  }

  /** The routine has returned, or is given up. */
  void end() {
    machine.ports().setFilter(null);
    instructions = elapsed();
    for (PortMap.Touched t : machine.ports().touched()) {
      ports.add(
          new PortAccess(
              t.port(), t.out() ? PortAccess.Direction.OUT : PortAccess.Direction.IN, t.count()));
    }
    // What is written is the routine's output, even if the last characters are still on their way.
    serialPorts.forEach(Uart16550::drain);
    console = machine.console().text();
    machine
        .unmodelled()
        .entries()
        .forEach(e -> unmodelled.add(new UnmodelledAccess(e.what(), e.count())));
    long others = machine.unmodelled().beyondMax();
    if (others > 0) {
      unmodelled.add(new UnmodelledAccess("others, which are not kept apart", others));
    }
  }

  long instructions() {
    return instructions;
  }

  /** Puts what was counted into a result. */
  void report(CallResult.Builder result) {
    result.instructions(instructions).ports(ports).console(console).unmodelled(unmodelled);
  }
}
