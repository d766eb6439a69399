package dev.biosgateway.itests;

import dev.biosgateway.testkit.host.Nasm;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The images are what their sources say. */
class GuestCodeTest {
  @ParameterizedTest
  @ValueSource(strings = {"answer", "stops", "peek", "ports", "fwcfgdma", "hostile"})
  void imageIsWhatItsSourceSays(String name) {
    Nasm.assertAssembles(
        Path.of("src/test/nasm", name + ".asm"),
        Path.of("src/test/resources/guest", name + ".bin"));
  }
}
