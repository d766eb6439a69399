package dev.biosgateway.itests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.testkit.host.Prerequisite;
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
 * that are not modelled yet are counted and named, all others must agree.
 *
 * <p>Property {@code vectors}: the folder; default {@code ${biosgateway.shared}/vectors}. Writes
 * {@code target/vectors.tsv}.
 */
class SiliconVectorsTest {
  private static final Path REPORT = Path.of("target", "vectors.tsv");
  private static PrintWriter report;
  private static final Set<String> NOT_MODELLED = new TreeSet<>();
  private static int cases;
  private static int agreeing;
  private static int notYet;

  @BeforeAll
  static void openReport() throws IOException {
    Files.createDirectories(REPORT.getParent());
    report = new PrintWriter(Files.newBufferedWriter(REPORT, StandardCharsets.UTF_8));
    report.println("group\tmode\ttier\tcases\tagree\tnot yet\tfirst difference");
  }

  @AfterAll
  static void closeReport() {
    report.printf("all\t\tinterpreter\t%d\t%d\t%d\t%n", cases, agreeing, notYet);
    NOT_MODELLED.forEach(what -> report.println("# not modelled yet: " + what));
    report.close();
    System.out.printf(
        "vectors: %,d cases, %,d agree, %,d of instructions that are not modelled yet; see %s%n",
        cases, agreeing, notYet, REPORT.toAbsolutePath());
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
    String first = "";
    try (VectorFile file = new VectorFile(path)) {
      VectorMachine machine = new VectorMachine(file);
      for (int n = 0; n < file.count; n++) {
        VectorCase c = file.next();
        List<String> differences = machine.run(c);
        String absent = machine.notModelled();
        if (differences.isEmpty()) {
          agree++;
        } else if (absent != null) {
          missing++;
          NOT_MODELLED.add(absent);
        } else if (first.isEmpty()) {
          first = "#%d %s: %s".formatted(c.id, c.hex(), String.join("; ", differences));
        }
      }
      report.printf(
          "%s\t%s\tinterpreter\t%d\t%d\t%d\t%s%n",
          file.form, file.modeName, file.count, agree, missing, first);
      cases += file.count;
      agreeing += agree;
      notYet += missing;
      assertEquals(file.count, agree + missing, first);
    }
  }
}
