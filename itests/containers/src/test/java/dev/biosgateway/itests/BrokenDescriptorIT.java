package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Gateway;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.Program;
import dev.biosgateway.testkit.container.Container;
import dev.biosgateway.testkit.image.PluginBundle;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** A bundle whose descriptor is wrong: its program failed and says why, the rest goes on. */
class BrokenDescriptorIT extends PluginsTest {
  BrokenDescriptorIT(Container container, Gateway gateway) {
    super(container, gateway);
  }

  private static PluginBundle good() {
    return PluginBundle.named("broken", "1.0.0").program("broken", "flat32", (byte) 0xc3);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments("no path", good().without("path"), "path"),
        arguments("path not in the bundle", good().attribute("path", "rom/none.bin"), "path"),
        arguments("path is a folder", good().attribute("path", "image/"), "path"),
        arguments("path leaves the bundle", good().attribute("path", "../broken.bin"), "path"),
        arguments("path leaves it later", good().attribute("path", "image/../../x"), "path"),
        arguments("path is absolute", good().attribute("path", "/etc/passwd"), "path"),
        arguments("path of another system", good().attribute("path", "image\\\\x"), "path"),
        arguments("no format", good().without("format"), "format"),
        arguments("unknown format", good().attribute("format", "punched-card"), "format"),
        arguments(
            "version is no version",
            good().without("version:Version").attribute("version", "one"),
            "version"),
        arguments("vector above 255", good().attribute("vectors:List<Long>", "16,256"), "vectors"),
        arguments("vector below 0", good().attribute("vectors:List<Long>", "-1"), "vectors"),
        arguments("vectors in words", good().attribute("vectors", "ten"), "vectors"),
        arguments("address in words", good().attribute("address", "high"), "address"),
        arguments("address above 4 GiB", good().attribute("address:Long", "4294967296"), "address"),
        arguments("address below 0", good().attribute("address:Long", "-4096"), "address"),
        arguments("entry below 0", good().attribute("entry:Long", "-1"), "entry"),
        arguments("entry behind the image", good().attribute("entry:Long", "1"), "entry"),
        arguments("name is a path", good().attribute("biosgateway.program", "a/b"), "program"),
        arguments(
            "name is a routine's", good().attribute("biosgateway.program", "int10"), "program"),
        arguments(
            "empty image",
            PluginBundle.named("broken", "1.0.0").program("broken", "flat32"),
            "size"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void programFailsAndNamesTheAttribute(String what, PluginBundle plugin, String field)
      throws BundleException {
    List<Program> before = gateway.programs();

    Bundle bundle = container.install(plugin.stream());

    assertEquals(Bundle.ACTIVE, bundle.getState());
    List<Program> added =
        gateway.programs().stream().filter(program -> !before.contains(program)).toList();
    assertEquals(1, added.size(), added::toString);
    Program program = added.get(0);
    assertEquals(Program.State.FAILED, program.state(), program::toString);
    String reason = program.reason().orElseThrow();
    assertTrue(reason.contains(field), reason);
    assertTrue(reason.contains("expected"), reason);
    assertTrue(reason.contains("found"), reason);
    assertThrows(
        NoSuchRoutineException.class,
        () ->
            gateway.call(
                new CallTarget.ProgramEntry(program.name()), CallRequest.builder().build()));
    bundle.uninstall();
    assertEquals(before, gateway.programs());
  }

  @Test
  void goodProgramOfTheSameBundleIsMapped() throws BundleException {
    Bundle bundle =
        container.install(
            good()
                .attribute("path", "rom/none.bin")
                .program("sound", "flat32", (byte) 0xc3)
                .stream());

    assertTrue(container.awaitRoutine("sound").call(CallRequest.builder().build()).returned());
    bundle.uninstall();
  }

  @Test
  void updateRepairsAndUpdateBreaks() throws BundleException {
    Bundle bundle = container.install(good().attribute("path", "rom/none.bin").stream());
    assertThrows(NoSuchRoutineException.class, () -> gateway.routine("broken"));

    bundle.update(good().stream());
    assertTrue(container.awaitRoutine("broken").call(CallRequest.builder().build()).returned());

    bundle.update(good().attribute("format", "punched-card").stream());
    assertThrows(NoSuchRoutineException.class, () -> gateway.routine("broken"));
    bundle.uninstall();
  }

  @Test
  void manifestThatNoFrameworkReadsIsRefusedAtOnce() {
    assertThrows(
        BundleException.class,
        () -> container.install(good().attribute("version:Version", "one").stream()));
    assertThrows(
        BundleException.class,
        () -> container.install(good().attribute("vectors:List<Long>", "ten").stream()));
  }
}
