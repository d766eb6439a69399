package dev.biosgateway.console;

import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.LoggedAccess;
import dev.biosgateway.api.PortAccess;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.UnmodelledAccess;
import dev.biosgateway.api.structure.Structure;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/** A result as people read it. */
final class CallReport {
  private static final List<Register> FIRST_ROW =
      List.of(Register.EAX, Register.EBX, Register.ECX, Register.EDX);
  private static final List<Register> SECOND_ROW =
      List.of(Register.ESI, Register.EDI, Register.EBP, Register.ESP);
  private static final List<Register> SEGMENTS =
      List.of(Register.CS, Register.DS, Register.ES, Register.FS, Register.GS, Register.SS);

  /** Flags by bit number, as debuggers abbreviate them (Intel SDM 1, figure 3-8). */
  private static final String[] FLAGS = {
    "CF", null, "PF", null, "AF", null, "ZF", "SF", "TF", "IF", "DF", "OF"
  };

  private final PrintWriter out;

  CallReport(PrintWriter out) {
    this.out = out;
  }

  /** Prints everything but the buffers. */
  void print(CallResult result) {
    out.printf(
        "%s: %s after %,d instructions in %.3f ms%n",
        result.routine(), result.stop(), result.instructions(), result.elapsed().toNanos() / 1e6);
    if (!result.reason().isEmpty()) {
      out.println("  " + result.reason());
    }
    row(result, FIRST_ROW);
    row(result, SECOND_ROW);
    row(result, SEGMENTS);
    out.printf(
        "  eip=%08x eflags=%08x %s%n",
        result.get(Register.EIP), result.get(Register.EFLAGS), flags(result.get(Register.EFLAGS)));
    if (!result.ports().isEmpty()) {
      StringBuilder text = new StringBuilder("  ports");
      for (PortAccess access : result.ports()) {
        text.append(
            String.format(" %03x:%s*%d", access.port(), access.direction(), access.count()));
      }
      out.println(text);
    }
    for (UnmodelledAccess access : result.unmodelled()) {
      out.printf("  not modelled: %s (%d times)%n", access.what(), access.count());
    }
    for (LoggedAccess access : result.logged()) {
      out.printf("  counted: %s (%d times)%n", access.rule(), access.count());
    }
    if (!result.console().isEmpty()) {
      out.println("  console:");
      result.console().lines().forEach(line -> out.println("    " + line));
    }
  }

  /** Prints one buffer: decoded if it is known what it holds, and in hexadecimal. */
  void show(
      String name, byte[] bytes, Optional<FarPointer> address, Optional<Structure> structure) {
    out.printf("%s (%d bytes%s)%n", name, bytes.length, address.map(a -> " at " + a).orElse(""));
    Optional<VbeInfoBlock> vbe = address.flatMap(at -> VbeInfoBlock.in(bytes, at));
    vbe.ifPresent(block -> block.lines().forEach(line -> out.println("  " + line)));
    if (vbe.isEmpty()) {
      structure.ifPresent(
          fields ->
              fields.texts().forEach((field, text) -> out.printf("  %-24s%s%n", field, text)));
    }
    Hexdump.lines(bytes).forEach(line -> out.println("  " + line));
  }

  private void row(CallResult result, List<Register> registers) {
    StringBuilder text = new StringBuilder(" ");
    for (Register register : registers) {
      text.append(' ').append(register.text()).append('=');
      text.append(register.format(result.get(register)).substring(2));
    }
    out.println(text);
  }

  private static String flags(long value) {
    StringBuilder text = new StringBuilder();
    for (int bit = FLAGS.length - 1; bit >= 0; bit--) {
      if (FLAGS[bit] != null && (value >> bit & 1) != 0) {
        text.append(text.isEmpty() ? "" : " ").append(FLAGS[bit]);
      }
    }
    return "[" + text + "]";
  }
}
