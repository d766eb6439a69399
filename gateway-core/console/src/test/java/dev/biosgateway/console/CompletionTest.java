package dev.biosgateway.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.Plugin;
import dev.biosgateway.api.Program;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

/** What the last word of a line of the shell could be. */
class CompletionTest {
  private final ScriptedGateway gateway = new ScriptedGateway((target, request) -> null);
  private final CommandLineMain main =
      new CommandLineMain(gateway, gateway, null, null, null, Version.parseVersion("1.2.3"));

  private List<String> complete(String line) {
    return main.complete(line, List.of("bios:call", "lb"));
  }

  @Test
  void commandsOfOursAndOfTheShell() {
    assertEquals(List.of("call"), complete("ca"));
    assertEquals(List.of("lb"), complete("l"));
    assertEquals(List.of("bios:call"), complete("bios"));
    assertTrue(complete("").containsAll(List.of("boot", "plugins", "kexec", "lb")));
    assertFalse(complete("").contains("shell"));
  }

  @Test
  void commandsOfCommandsAndOptions() {
    assertEquals(List.of("uninstall", "update"), complete("plugins u"));
    assertEquals(List.of("--json"), complete("plugins list --j"));
    assertEquals(List.of("--deny-ports", "--debug"), sorted(complete("bios:call int 0x10 --de")));
    assertEquals(List.of(), complete("nothing --x"));
  }

  private static List<String> sorted(List<String> words) {
    return words.stream().sorted((a, b) -> b.compareTo(a)).toList();
  }

  @Test
  void namesOfWhatThereIs() {
    gateway.plugins.add(
        new Plugin(
            1,
            "com.example.hello",
            "1.0.0",
            Plugin.Origin.INSTALLED,
            true,
            "",
            List.of(
                new Program(
                    "hello-disk",
                    "1.0.0",
                    "disk-image",
                    "",
                    List.of(),
                    "here",
                    Program.State.MAPPED,
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty()))));
    assertEquals(List.of("com.example.hello"), complete("plugins uninstall c"));
    assertEquals(List.of("hello-disk"), complete("boot hel"));
    assertEquals(List.of("far", "int"), complete("call "));
    assertEquals(
        List.of("esi="), complete("call int 0x10 es").stream().filter("esi="::equals).toList());
  }

  @Test
  void bashLearnsAllOfIt() {
    StringWriter out = new StringWriter();
    int status = main.run(new PrintWriter(out), new PrintWriter(out), "completion");
    assertEquals(0, status, out::toString);
    for (String word : List.of("complete -F", "plugins", "uninstall", "--bios", "snapshot")) {
      assertTrue(out.toString().contains(word), word);
    }
  }
}
