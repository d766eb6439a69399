package dev.biosgateway.testkit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;

class PluginBundleTest {
  @Test
  void saysInItsManifestWhatItHolds() throws IOException {
    PluginBundle plugin =
        PluginBundle.named("hello.plugin", "1.2.3")
            .program("hello", "option-rom", (byte) 1, (byte) 2)
            .attribute("vectors:List<Long>", "96,97");

    try (JarInputStream jar = new JarInputStream(plugin.stream())) {
      Manifest manifest = jar.getManifest();
      assertEquals("hello.plugin", manifest.getMainAttributes().getValue("Bundle-SymbolicName"));
      assertEquals("1.2.3", manifest.getMainAttributes().getValue("Bundle-Version"));
      assertEquals(
          "biosgateway.program;biosgateway.program=\"hello\";version:Version=\"1.2.3\""
              + ";format=\"option-rom\";path=\"image/hello.bin\";vectors:List<Long>=\"96,97\"",
          manifest.getMainAttributes().getValue("Provide-Capability"));
      assertEquals("image/hello.bin", jar.getNextJarEntry().getName());
      assertArrayEquals(new byte[] {1, 2}, jar.readAllBytes());
      assertNull(jar.getNextJarEntry());
    }
  }

  @Test
  void canLieAndOmit() throws IOException {
    PluginBundle plugin =
        PluginBundle.named("liar", "1.0.0")
            .program("liar", "flat32", (byte) 0xc3)
            .attribute("path", "nowhere.bin")
            .without("format")
            .requirement("moon.phase;filter:=\"(full=true)\"");

    try (JarInputStream jar = new JarInputStream(plugin.stream())) {
      var headers = jar.getManifest().getMainAttributes();
      assertEquals(
          "biosgateway.program;biosgateway.program=\"liar\";version:Version=\"1.0.0\""
              + ";path=\"nowhere.bin\"",
          headers.getValue("Provide-Capability"));
      assertEquals(
          "osgi.extender;filter:=\"(&(osgi.extender=biosgateway.program)(version>=1.0.0)"
              + "(!(version>=2.0.0)))\",moon.phase;filter:=\"(full=true)\"",
          headers.getValue("Require-Capability"));
    }
  }

  @Test
  void wantsAProgramBeforeItsAttributes() {
    PluginBundle empty = PluginBundle.named("empty", "1.0.0");
    assertThrows(IllegalStateException.class, () -> empty.attribute("path", "x"));
  }
}
