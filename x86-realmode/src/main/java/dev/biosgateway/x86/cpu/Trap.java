package dev.biosgateway.x86.cpu;

/**
 * Java that is called when the CPU comes to an address: a return point of the host, an interrupt
 * handler written in Java, a breakpoint. It is called before the instruction at that address, with
 * {@link Cpu#eip} there.
 */
@FunctionalInterface
public interface Trap {
  /** How the CPU goes on. */
  enum Outcome {
    /** Executes the instruction that is at the address. */
    EXECUTE,
    /** Goes on where {@link Cpu#eip} and the other registers say now. */
    MOVED,
    /** Stops in front of the instruction; running again executes it. */
    STOP
  }

  /** Called on the machine's thread, between two instructions. */
  Outcome reached(Cpu cpu);
}
