package dev.biosgateway.itests.benchmarks;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * One guest on our machine in a process of its own: what the guest writes to port E9h goes to
 * standard output at once.
 *
 * <pre>GuestProcess IMAGE ITERATIONS LAPS</pre>
 */
final class GuestProcess {
  private GuestProcess() {}

  public static void main(String[] arguments) throws IOException {
    GuestImage guest = GuestImage.of(Path.of(arguments[0]));
    int iterations = Integer.parseInt(arguments[1]);
    int laps = Integer.parseInt(arguments[2]);
    Machine machine = machine(guest, iterations, laps);
    try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      machine.console().setListener(b -> pass(out, b));
      Stop stop = machine.run(Long.MAX_VALUE);
      if (stop.reason() != Stop.Reason.HALTED) {
        System.err.println(guest.title() + ": " + stop);
        System.exit(1);
      }
    }
  }

  /** The machine with the program loaded and entered as its header wants it. */
  static Machine machine(GuestImage guest, int iterations, int laps) throws IOException {
    Machine machine = new Machine(MachineConfig.DEFAULT.withBoard(Boards.named("micro")));
    machine.bus().load(GuestImage.ADDRESS, guest.patched(iterations, laps, GuestImage.PORT_E9));
    Cpu cpu = machine.cpu();
    boolean flat = guest.bits() == 32;
    for (int s = SegmentRegister.ES; s <= SegmentRegister.GS; s++) {
      SegmentRegister segment = cpu.segments[s];
      boolean code = s == SegmentRegister.CS;
      segment.selector = flat ? code ? 0x08 : 0x10 : GuestImage.ADDRESS >>> 4;
      segment.base = flat ? 0 : GuestImage.ADDRESS;
      segment.limit = flat ? -1 : 0xffff;
      segment.rights = (flat ? 0xc000 : 0) | (code ? 0x9b : 0x93);
    }
    cpu.cr0 |= flat ? Cpu.CR0_PE : 0;
    cpu.eip = flat ? GuestImage.ADDRESS : 0;
    cpu.idtrLimit = 0x3ff;
    cpu.registersWritten(0);
    return machine;
  }

  private static void pass(OutputStream out, int b) {
    try {
      out.write(b);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
