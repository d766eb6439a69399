package dev.biosgateway.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every case of a folder of single-instruction vectors, one test a file. Cases of instructions
 * that are not modelled yet are counted and named, and so are x87 stores that met a page fault and
 * that only an emulator vouches for, where it had IE, SF or C1 of the status word changed by then
 * and silicon, in other cases of the same instruction, has not; all others must agree.
 *
 * <p>Property {@code vectors.translated}: every how-manieth case is executed by the translator,
 * too, with the same outcome (default 200, 1 for all of them). Property {@code vectors}: the
 * folder; default {@code ${biosgateway.shared}/vectors}. Writes {@code target/vectors.tsv}, whose
 * last columns are a second figure: how many cases have flags that the manual leaves undefined, how
 * many of them end with these flags as recorded too, and which flags differ. The format's notes
 * call the rest of a case silicon; these flags are those of a P6 (AF is 0 after shifts and logic,
 * MUL takes SF, ZF and PF from the low half), where AMD's differ.
 */
class SiliconVectorsTest {
  /** Every how-manieth case is executed by the translator, too; 0 for none. */
  private static final int TRANSLATED = Integer.getInteger("vectors.translated", 200);

  /** Cases of one translated machine: code that changes too often is not translated any more. */
  private static final int TRANSLATED_TOGETHER = 5;

  private static final Path REPORT = Path.of("target", "vectors.tsv");
  private static PrintWriter report;
  private static final Set<String> NOT_MODELLED = new TreeSet<>();
  private static int cases;
  private static int agreeing;
  private static int notYet;
  private static int alsoTranslated;
  private static int faultedStores;
  private static int undefined;
  private static int undefinedAgreeing;

  @BeforeAll
  static void openReport() throws IOException {
    Files.createDirectories(REPORT.getParent());
    report = new PrintWriter(Files.newBufferedWriter(REPORT, StandardCharsets.UTF_8));
    report.println(
        "group\tmode\ttier\tcases\tagree\tnot yet\tstatus of faulted store\tfirst difference"
            + "\tundefined flags\tas recorded\tdiffering");
  }

  @AfterAll
  static void closeReport() {
    report.printf(
        "all\t\tinterpreter\t%d\t%d\t%d\t%d\t\t%d\t%d\t%n",
        cases, agreeing, notYet, faultedStores, undefined, undefinedAgreeing);
    NOT_MODELLED.forEach(what -> report.println("# not modelled yet: " + what));
    report.close();
    System.out.printf(
        "vectors: %,d cases, %,d agree, %,d of instructions that are not modelled yet, %,d of faulted"
            + " stores for which an emulator set status bits; see %s%n",
        cases, agreeing, notYet, faultedStores, REPORT.toAbsolutePath());
    System.out.printf("translated, too, with the same outcome: %,d cases%n", alsoTranslated);
    System.out.printf(
        "undefined flags: %,d cases, %,d as recorded (P6)%n", undefined, undefinedAgreeing);
  }

  @TestFactory
  Stream<DynamicTest> everyCaseAgrees() throws IOException {
    String given = System.getProperty("vectors", "");
    Path folder = given.isEmpty() ? Prerequisite.shared("vectors") : Path.of(given);
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(p -> p.toString().endsWith(".xv.gz")).sorted().toList();
    }
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(folder.relativize(file).toString(), () -> run(file)));
  }

  private static void run(Path path) throws IOException {
    int agree = 0;
    int missing = 0;
    int stores = 0;
    String first = "";
    boolean unexplained = false;
    int withUndefined = 0;
    int asRecorded = 0;
    int differing = 0;
    try (VectorFile file = new VectorFile(path)) {
      VectorMachine machine = new VectorMachine(file);
      VectorMachine translated = null;
      for (int n = 0; n < file.count; n++) {
        VectorCase c = file.next();
        List<String> differences = machine.run(c);
        if (TRANSLATED > 0 && n % TRANSLATED == 0) {
          if (n % (TRANSLATED * TRANSLATED_TOGETHER) == 0) {
            translated = new VectorMachine(file, TranslationPolicy.ALWAYS);
          }
          assertEquals(differences, translated.run(c), "translated, case %d".formatted(c.id));
          alsoTranslated++;
        }
        String absent = machine.notModelled();
        if (c.undefinedFlags != 0) {
          int off = machine.undefinedFlagsOff(c);
          withUndefined++;
          asRecorded += off == 0 ? 1 : 0;
          differing |= off;
        }
        if (differences.isEmpty()) {
          agree++;
        } else if (absent != null) {
          missing++;
          NOT_MODELLED.add(absent);
        } else {
          boolean explained = machine.differsInStatusOfFaultedStore(c);
          stores += explained ? 1 : 0;
          if (first.isEmpty() || !explained && !unexplained) {
            first = "#%d %s: %s".formatted(c.id, c.hex(), String.join("; ", differences));
          }
          unexplained |= !explained;
        }
      }
      report.printf(
          "%s\t%s\tinterpreter\t%d\t%d\t%d\t%d\t%s\t%d\t%d\t%s%n",
          file.form,
          file.modeName,
          file.count,
          agree,
          missing,
          stores,
          first,
          withUndefined,
          asRecorded,
          FlagNames.of(differing));
      undefined += withUndefined;
      undefinedAgreeing += asRecorded;
      cases += file.count;
      agreeing += agree;
      notYet += missing;
      faultedStores += stores;
      assertEquals(file.count, agree + missing + stores, first);
    }
  }
}
