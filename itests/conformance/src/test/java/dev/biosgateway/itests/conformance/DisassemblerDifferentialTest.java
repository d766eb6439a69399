package dev.biosgateway.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Disassembler;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Instruction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random bytes through our disassembler and through ndisasm (length, name, operands) and objdump
 * (length, name). Every difference must have its explanation in {@code
 * disassembler-differences.tsv}: a pattern of the bytes behind the prefixes, patterns of both
 * texts, and the reason.
 *
 * <p>Property {@code disassembler.samples}: how many for each tool and code size, 10,000 unless
 * told. Writes {@code target/disassembler-differences-TOOL.tsv} with the count and an example for
 * each explanation.
 */
class DisassemblerDifferentialTest {
  private static final int SAMPLES = Integer.getInteger("disassembler.samples", 10_000);

  /** Random bytes, and NOPs behind them that let the others find the next sample again. */
  private static final int SLOT = 32;

  private static final int RANDOM_BYTES = 15;
  private static final int BATCH = 50_000;

  /** Between them they have every instruction. */
  private final Decoder newest = new Decoder(CpuModel.PENTIUM_PRO);

  private final Decoder withMmx = new Decoder(CpuModel.PENTIUM_MMX);

  @TempDir Path folder;

  private record Explanation(
      String tool, Pattern bytes, Pattern ours, Pattern theirs, String reason) {
    boolean covers(PeerDisassembler peer, String code, String our, String their) {
      return (tool.equals("*") || tool.equals(peer.program()))
          && bytes.matcher(code).lookingAt()
          && ours.matcher(our).lookingAt()
          && theirs.matcher(their).lookingAt();
    }
  }

  private static final class Tally {
    int count;
    String example = "";
  }

  @ParameterizedTest
  @EnumSource(PeerDisassembler.class)
  void everyDifferenceIsExplained(PeerDisassembler peer) throws Exception {
    List<Explanation> table = table();
    Map<String, Tally> tallies = new TreeMap<>();
    List<String> unexplained = new ArrayList<>();
    for (boolean code32 : new boolean[] {false, true}) {
      Random random = new Random(code32 ? 32 : 16);
      for (int done = 0; done < SAMPLES; done += BATCH) {
        byte[] image = image(random, Math.min(BATCH, SAMPLES - done));
        Path file = Files.write(folder.resolve("samples.bin"), image);
        Map<Integer, PeerDisassembler.Line> lines = peer.disassemble(file, code32);
        for (int at = 0; at < image.length; at += SLOT) {
          compare(peer, image, at, code32, lines.get(at), table, tallies, unexplained);
        }
      }
    }
    report(peer, tallies);
    assertTrue(
        unexplained.isEmpty(),
        () -> unexplained.size() + " without explanation:\n" + String.join("\n", unexplained));
  }

  private static byte[] image(Random random, int samples) {
    byte[] image = new byte[samples * SLOT];
    random.nextBytes(image);
    for (int n = 0; n < samples; n++) {
      int from = n * SLOT;
      Arrays.fill(image, from + RANDOM_BYTES, from + SLOT, (byte) 0x90);
      if (n % 4 == 0) {
        image[from] = 0x0f;
      }
    }
    return image;
  }

  private void compare(
      PeerDisassembler peer,
      byte[] image,
      int at,
      boolean code32,
      PeerDisassembler.Line line,
      List<Explanation> table,
      Map<String, Tally> tallies,
      List<String> unexplained) {
    Insn insn = decode(image, at, code32);
    boolean known = insn.row.opcode() >= 0;
    String our = known ? Disassembler.text(insn, at, code32) : "undefined";
    String their = line != null && peer.knows(line.text()) ? line.text() : "undefined";
    boolean same = known != their.equals("undefined");
    if (known && same) {
      int mask = insn.is32() ? -1 : 0xffff;
      AssemblyText ours = AssemblyText.parse(our, mask, insn.addressMask);
      AssemblyText theirs = AssemblyText.parse(their, mask, insn.addressMask);
      same =
          insn.length == line.length()
              && ours.name().equals(theirs.name())
              && (peer == PeerDisassembler.OBJDUMP || ours.operands().equals(theirs.operands()));
    }
    if (same) {
      return;
    }
    String bytes = hex(image, at, RANDOM_BYTES);
    String code = bytes.replaceFirst("^(26|2e|36|3e|64|65|66|67|f0|f2|f3)*", "");
    String example =
        "%s\t%d\t%s\t%s".formatted(bytes, code32 ? 32 : 16, our, their.replace('\t', ' '));
    for (Explanation e : table) {
      if (e.covers(peer, code, our, their)) {
        Tally tally = tallies.computeIfAbsent(e.reason, r -> new Tally());
        tally.count++;
        tally.example = example;
        return;
      }
    }
    unexplained.add(example);
  }

  private Insn decode(byte[] image, int at, boolean code32) {
    Insn insn = newest.decode(i -> image[at + i] & 0xff, code32);
    return insn.row == Instruction.UNDEFINED
        ? withMmx.decode(i -> image[at + i] & 0xff, code32)
        : insn;
  }

  private static List<Explanation> table() throws IOException {
    List<Explanation> table = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                DisassemblerDifferentialTest.class.getResourceAsStream(
                    "disassembler-differences.tsv"),
                StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.startsWith("#") && !line.isBlank()) {
          String[] f = line.split("\t+");
          table.add(
              new Explanation(
                  f[0], Pattern.compile(f[1]), Pattern.compile(f[2]), Pattern.compile(f[3]), f[4]));
        }
      }
    }
    return table;
  }

  private static void report(PeerDisassembler peer, Map<String, Tally> tallies) throws IOException {
    Path report = Path.of("target", "disassembler-differences-" + peer.program() + ".tsv");
    Files.createDirectories(report.getParent());
    try (PrintWriter out =
        new PrintWriter(Files.newBufferedWriter(report, StandardCharsets.UTF_8))) {
      out.println("reason\tcount\tbytes\tcode size\tours\t" + peer.program());
      tallies.forEach((reason, t) -> out.printf("%s\t%d\t%s%n", reason, t.count, t.example));
      out.printf("samples\t%d%n", 2 * SAMPLES);
    }
  }

  private static String hex(byte[] image, int at, int length) {
    StringBuilder out = new StringBuilder();
    for (int i = at; i < at + length; i++) {
      out.append("%02x".formatted(image[i]));
    }
    return out.toString();
  }
}
