package dev.biosgateway.plugins.checksum;

import dev.biosgateway.testkit.host.Nasm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The image of the checksum program is what its source says. */
class Checksum32ImageTest {
  @Test
  void isWhatItsSourceSays() {
    Nasm.assertAssembles(
        Path.of("src/main/nasm/checksum32.asm"),
        Path.of("src/main/resources/program/checksum32.bin"));
  }
}
