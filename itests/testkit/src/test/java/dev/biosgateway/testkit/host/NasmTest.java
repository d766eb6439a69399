package dev.biosgateway.testkit.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NasmTest {
  @TempDir private Path folder;

  @Test
  void assemblesASourceThatIncludesItsNeighbour() throws IOException {
    Files.writeString(folder.resolve("answer.inc"), "%define ANSWER 42\n");
    Path source =
        Files.writeString(
            folder.resolve("a.asm"), "bits 16\n%include \"answer.inc\"\nmov al, ANSWER\niret\n");

    assertArrayEquals(new byte[] {(byte) 0xb0, 42, (byte) 0xcf}, Nasm.assemble(source));
  }

  @Test
  void mistakesInTheSourceAreReportedAsTheAssemblerSaysThem() throws IOException {
    Path source = Files.writeString(folder.resolve("a.asm"), "mov al\n");
    AssertionError refused = assertThrows(AssertionError.class, () -> Nasm.assemble(source));
    assertTrue(refused.getMessage().contains("a.asm:1"), refused::getMessage);
  }

  @Test
  void imageThatIsNotItsSourceIsNamed() throws IOException {
    Path source = Files.writeString(folder.resolve("a.asm"), "nop\n");
    Path image = Files.write(folder.resolve("a.bin"), new byte[] {(byte) 0xc3});
    AssertionError stale =
        assertThrows(AssertionError.class, () -> Nasm.assertAssembles(source, image));
    assertTrue(stale.getMessage().contains("a.bin"), stale::getMessage);
  }
}
