package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.PortAccess;
import dev.biosgateway.api.UnmodelledAccess;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.device.ConsoleSink;
import dev.biosgateway.x86.device.uart.Uart16550;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Counts what the routine does, and nothing of the way there and back: instructions, ports, console
 * output, unmodelled accesses; and holds it to its policy meanwhile.
 */
final class RoutineMeter {
  private static final ConsoleSink SILENT = b -> {};

  private final Machine machine;
  private final List<Uart16550> serialPorts;
  private final PolicyGuard guard;
  private final JavaExtensions extensions;
  private final Optional<Consumer<String>> listener;
  private final List<PortAccess> ports = new ArrayList<>();
  private final List<UnmodelledAccess> unmodelled = new ArrayList<>();
  private String console = "";
  private long begin;
  private long instructions;

  /**
   * A meter for one call.
   *
   * @param serialPorts those whose output is the console's
   * @param guard of its policy
   * @param extensions that stand in front of ports and memory meanwhile
   * @param listener who hears what is written to the console
   */
  RoutineMeter(
      Machine machine,
      List<Uart16550> serialPorts,
      PolicyGuard guard,
      JavaExtensions extensions,
      Optional<Consumer<String>> listener) {
    this.machine = machine;
    this.serialPorts = serialPorts;
    this.guard = guard;
    this.extensions = extensions;
    this.listener = listener;
  }

  /** The routine begins with the next instruction. */
  void begin() {
    begin = machine.clock().retiredInstructions();
    machine.ports().clearCounts();
    machine.console().clear();
    machine.unmodelled().clear();
    listener.ifPresent(heard -> machine.console().setListener(b -> heard.accept(text(b))));
    guard.begin();
    extensions.begin();
  }

  private static String text(int b) {
    return String.valueOf((char) (b & 0xff));
  }

  /** Instructions since the routine began. */
  long elapsed() {
    return machine.clock().retiredInstructions() - begin;
  }

  /** The routine has returned, or is given up. */
  void end() {
    extensions.end();
    guard.end();
    instructions = elapsed();
    for (PortMap.Touched t : machine.ports().touched()) {
      ports.add(
          new PortAccess(
              t.port(), t.out() ? PortAccess.Direction.OUT : PortAccess.Direction.IN, t.count()));
    }
    // What is written is the routine's output, even if the last characters are still on their way.
    serialPorts.forEach(Uart16550::drain);
    console = machine.console().text();
    machine.console().setListener(SILENT);
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
    result.logged(guard.logged());
  }
}
