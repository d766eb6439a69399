package dev.biosgateway.itests.conformance;

import dev.biosgateway.testkit.host.Prerequisite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Another disassembler of this computer, as a command over a file of code. */
enum PeerDisassembler {
  NDISASM("nasm") {
    @Override
    List<String> command(Path program, Path image, boolean code32) {
      return List.of(program.toString(), "-b", code32 ? "32" : "16", image.toString());
    }

    @Override
    boolean knows(String text) {
      return !text.startsWith("db ") && !AssemblyText.isPrefixes(text);
    }
  },
  OBJDUMP("binutils") {
    @Override
    List<String> command(Path program, Path image, boolean code32) {
      String machine = "intel," + (code32 ? "i386" : "i8086");
      return List.of(
          program.toString(), "-D", "-w", "-b", "binary", "-m", "i386", "-M", machine, "" + image);
    }

    @Override
    boolean knows(String text) {
      return !text.contains("(bad)") && !AssemblyText.isPrefixes(text);
    }
  };

  /** What it makes of the bytes at one place. */
  record Line(int length, String text) {}

  /** Offset, colon or blanks, bytes with or without blanks between them, text. */
  private static final Pattern LINE =
      Pattern.compile("\\s*([0-9a-fA-F]+):?\\s+((?:[0-9a-fA-F]{2} ?)+)\\s+(\\S.*)");

  /** More bytes of the line before. */
  private static final Pattern MORE = Pattern.compile("\\s+-([0-9a-fA-F]+)");

  private final String debianPackage;

  PeerDisassembler(String debianPackage) {
    this.debianPackage = debianPackage;
  }

  abstract List<String> command(Path program, Path image, boolean code32);

  /** Whether it took the bytes for an instruction. */
  abstract boolean knows(String text);

  /** Property and program: ndisasm or objdump. */
  String program() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Every line by offset; without the program the test is skipped. */
  Map<Integer, Line> disassemble(Path image, boolean code32)
      throws IOException, InterruptedException {
    Path program =
        Prerequisite.file(
            program(), "/usr/bin/" + program(), "install Debian's package " + debianPackage);
    Process process =
        new ProcessBuilder(command(program, image, code32)).redirectErrorStream(true).start();
    Map<Integer, Line> lines = new HashMap<>();
    int last = -1;
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String text = out.readLine(); text != null; text = out.readLine()) {
        Matcher more = MORE.matcher(text);
        Matcher line = LINE.matcher(text);
        if (more.matches() && last >= 0) {
          Line before = lines.get(last);
          int length = before.length + more.group(1).length() / 2;
          lines.put(last, new Line(length, before.text));
        } else if (line.matches()) {
          last = Integer.parseInt(line.group(1), 16);
          int length = line.group(2).replace(" ", "").length() / 2;
          lines.put(last, new Line(length, line.group(3).strip()));
        }
      }
    }
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command(program, image, code32)) + " failed");
    }
    return lines;
  }
}
