package dev.biosgateway.itests.conformance.captured;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.itests.conformance.FlagNames;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs single instructions captured on a real processor, in the public formats MOO (version 1) and
 * JSON, one test a file: property {@code captured} is the folder, {@code captured.model} the model,
 * if it is not to be the one that the files name. Not run without the folder.
 *
 * <p>Everything must agree but the flags that the folder's {@code metadata.json} calls undefined;
 * {@code target/captured.tsv} has as a second figure how many cases agree with those, too. Property
 * {@code captured.translated}: every how-manieth case is executed by the translator, too, with the
 * same outcome (default 200, 0 for none).
 */
class CapturedInstructionsTest {
  private static final int TRANSLATED = Integer.getInteger("captured.translated", 200);

  /** Cases of one translated machine: code that changes too often is not translated any more. */
  private static final int TRANSLATED_TOGETHER = 5;

  private static final Path REPORT = Path.of("target", "captured.tsv");
  private static final String FOLDER = System.getProperty("captured", "");
  private static PrintWriter report;
  private static final Count ALL = new Count();

  @BeforeAll
  static void openReport() throws IOException {
    Assumptions.assumeFalse(FOLDER.isEmpty(), "no folder of captured instructions: -Dcaptured=DIR");
    Files.createDirectories(REPORT.getParent());
    report = new PrintWriter(Files.newBufferedWriter(REPORT, StandardCharsets.UTF_8));
    report.println(
        "file\tmodel\tcases\tagree\tagree with undefined flags\tdiffering flags\tfirst difference");
  }

  @AfterAll
  static void closeReport() {
    if (report != null) {
      ALL.print("all", "");
      report.close();
      System.out.printf(
          "captured: %,d cases, %,d agree, %,d with undefined flags, %,d translated, too; see %s%n",
          ALL.cases, ALL.agree, ALL.exact, ALL.translated, REPORT.toAbsolutePath());
    }
  }

  @TestFactory
  Stream<DynamicTest> everyCaseAgrees() throws IOException {
    CapturedFolder folder = new CapturedFolder(Path.of(FOLDER));
    List<Path> files = folder.files();
    assertEquals(false, files.isEmpty(), () -> FOLDER + " has no files of captured instructions");
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(CapturedFolder.opcode(file), () -> run(folder, file)));
  }

  private static void run(CapturedFolder folder, Path path) throws IOException {
    CapturedFile file = CapturedFile.open(path);
    CpuModel model = folder.model(System.getProperty("captured.model", ""), file);
    Count count = new Count();
    count.defined = folder.definedFlags(path);
    CapturedMachine machine = new CapturedMachine(model, TranslationPolicy.OFF);
    file.forEach(c -> count.run(model, machine, c));
    count.print(CapturedFolder.opcode(path), model.id());
    ALL.add(count);
    assertEquals(count.cases, count.agree, count.first);
  }

  /** What became of the cases of a file, or of all. */
  private static final class Count {
    private int defined;
    private int cases;
    private int agree;
    private int exact;
    private int differing;
    private int translated;
    private String first = "";
    private CapturedMachine translating;

    void run(CpuModel model, CapturedMachine machine, CapturedCase c) {
      machine.run(c);
      int flags = machine.differingFlags();
      boolean same = machine.differences().isEmpty();
      boolean agrees = same && (flags & defined) == 0;
      if (TRANSLATED > 0 && cases % TRANSLATED == 0) {
        if (translated % TRANSLATED_TOGETHER == 0) {
          translating = new CapturedMachine(model, TranslationPolicy.ALWAYS);
        }
        translating.run(c);
        translated++;
        assertEquals(machine.differences(), translating.differences(), "translated " + c.title());
        assertEquals(flags, translating.differingFlags(), "flags, translated " + c.title());
      }
      cases++;
      agree += agrees ? 1 : 0;
      exact += same && flags == 0 ? 1 : 0;
      differing |= flags;
      if (first.isEmpty() && !(same && flags == 0)) {
        first =
            "%s: %s %s"
                .formatted(
                    c.title(), String.join("; ", machine.differences()), FlagNames.of(flags));
      }
    }

    void add(Count other) {
      cases += other.cases;
      agree += other.agree;
      exact += other.exact;
      differing |= other.differing;
      translated += other.translated;
    }

    void print(String name, String model) {
      report.printf(
          "%s\t%s\t%d\t%d\t%d\t%s\t%s%n",
          name, model, cases, agree, exact, FlagNames.of(differing), first.strip());
    }
  }
}
