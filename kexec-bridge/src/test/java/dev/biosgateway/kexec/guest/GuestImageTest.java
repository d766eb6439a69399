package dev.biosgateway.kexec.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Committed images are what their sources say, and their symbol tables can be trusted. */
class GuestImageTest {
  /** Folder of this module; Maven runs tests in it. */
  private static final Path MODULE = Path.of("").toAbsolutePath();

  private static final String IMAGES = "resources/dev/biosgateway/kexec/guest";

  @TempDir Path temporary;

  @TestFactory
  Stream<DynamicTest> imagesAreWhatTheirSourcesSay() throws IOException {
    requireNasm();
    return Stream.of("main", "test")
        .flatMap(side -> sources(MODULE.resolve("src").resolve(side)))
        .map(
            source ->
                DynamicTest.dynamicTest(source.getFileName().toString(), () -> check(source)));
  }

  private static Stream<Path> sources(Path side) {
    try (Stream<Path> files = Files.list(side.resolve("nasm"))) {
      List<Path> found = files.filter(f -> f.toString().endsWith(".asm")).sorted().toList();
      assertTrue(!found.isEmpty(), () -> "no sources in " + side);
      return found.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void check(Path source) throws Exception {
    String name = source.getFileName().toString().replace(".asm", ".bin");
    Path image = source.getParent().resolveSibling(IMAGES).resolve(name);
    Path assembled = temporary.resolve(name);
    String said =
        run(
            "nasm",
            "-f",
            "bin",
            "-I" + source.getParent() + "/",
            "-I" + MODULE.resolve("src/main/nasm") + "/",
            "-o",
            assembled.toString(),
            source.toString());
    assertEquals("", said);
    assertArrayEquals(
        Files.readAllBytes(assembled),
        Files.readAllBytes(image),
        () -> image + " is not what " + source + " says: run build.sh beside it");
  }

  private static void requireNasm() {
    try {
      run("nasm", "-v");
    } catch (Exception e) {
      String reason = "nasm does not start (" + e.getMessage() + "): install Debian's nasm";
      if (Boolean.parseBoolean(System.getenv("CI"))) {
        Assertions.fail(reason);
      }
      Assumptions.abort(reason);
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  @Test
  void namesHaveTheOffsetsTheAssemblerGaveThem() {
    GuestImage host = GuestImage.named("host");
    byte[] code = host.code();
    int idle = host.offset("idle");
    assertEquals(0xf4, code[idle] & 0xff, "HLT at idle");
    assertEquals(0x60, code[host.offset("kexec_jump")] & 0xff, "PUSHAD at kexec_jump");
    assertEquals(0x2000, host.size());
  }

  @Test
  void unknownNamesAndDamagedTablesAreRefused() {
    GuestImage host = GuestImage.named("host");
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> host.offset("start"));
    assertTrue(unknown.getMessage().contains("startup_32"), unknown.getMessage());
    assertThrows(IllegalStateException.class, () -> GuestImage.named("nothing"));
    assertThrows(IllegalStateException.class, () -> GuestImage.parse("short", new byte[4]));
    byte[] lies = new byte[16];
    lies[4] = 100; // size of the code
    System.arraycopy("SYMS".getBytes(StandardCharsets.US_ASCII), 0, lies, 12, 4);
    assertThrows(IllegalStateException.class, () -> GuestImage.parse("lies", lies));
  }
}
