package dev.biosgateway.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.UnmodelledAccess;
import dev.biosgateway.api.boot.BootClock;
import dev.biosgateway.api.boot.BootEnd;
import dev.biosgateway.api.boot.BootGoal;
import dev.biosgateway.api.boot.BootRequest;
import dev.biosgateway.api.boot.BootResult;
import dev.biosgateway.api.boot.BootService;
import dev.biosgateway.api.boot.BootSession;
import dev.biosgateway.api.boot.BootWatcher;
import dev.biosgateway.api.boot.Medium;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Version;

/** What reaches the machine of {@code boot}, and what comes back, by a machine that pretends. */
class BootCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Script script = new Script();

  @TempDir Path folder;

  private int run(String... words) {
    CommandLineMain main =
        new CommandLineMain(null, null, script, null, null, Version.parseVersion("1.2.3"));
    return main.run(new PrintWriter(out), new PrintWriter(err), words);
  }

  @Test
  void programsOfPluginsArePutIntoTheMachine() {
    ScriptedGateway gateway = new ScriptedGateway((target, request) -> null);
    CommandLineMain main =
        new CommandLineMain(gateway, gateway, script, null, null, Version.parseVersion("1.2.3"));
    int status =
        main.run(
            new PrintWriter(out), new PrintWriter(err), "boot", "bios", "disk", "--cpu", "486");
    assertEquals(0, status, err::toString);
    BootRequest request = script.request;
    assertEquals(Optional.of(Path.of("bios.rom")), request.firmware());
    assertEquals(List.of(Medium.of(Path.of("disk.img"))), request.disks());
    assertEquals("pc-i440fx", request.machine().board());
    assertEquals("486", request.machine().cpu());
    status = main.run(new PrintWriter(out), new PrintWriter(err), "boot", "nothing");
    assertEquals(2, status);
    assertTrue(err.toString().contains("no program nothing"), err::toString);
    status =
        main.run(
            new PrintWriter(out), new PrintWriter(err), "boot", "disk", "--bios", "program:bios");
    assertEquals(0, status, err::toString);
    assertEquals(Optional.of(Path.of("bios.rom")), script.request.firmware());
  }

  @Test
  void everyOptionReachesTheRequestAndTheGoal() {
    int status =
        run(
            ("boot --bios b.bin --vga-bios v.bin --rom r.bin --kernel k --initrd i --append a=1"
                    + " --disk d1 --disk d2,write --floppy f --cdrom c --memory 64M --cpu 486"
                    + " --until x+ --timeout 5s --budget 1000 --clock wall --no-reboot")
                .split(" "));
    assertEquals(0, status, err::toString);
    BootRequest request = script.request;
    assertEquals(Optional.of(Path.of("b.bin")), request.firmware());
    assertEquals(Optional.of(Path.of("v.bin")), request.displayFirmware());
    assertEquals(List.of(Path.of("r.bin")), request.optionRoms());
    assertEquals(Optional.of(Path.of("k")), request.kernel());
    assertEquals(Optional.of(Path.of("i")), request.initrd());
    assertEquals("a=1", request.commandLine());
    assertEquals(
        List.of(Medium.of(Path.of("d1")), new Medium(Path.of("d2"), Medium.Access.WRITE_THROUGH)),
        request.disks());
    assertEquals(List.of(Medium.of(Path.of("f"))), request.floppies());
    assertEquals(Medium.Access.READ_ONLY, request.cdroms().get(0).access());
    assertEquals("pc-i440fx", request.machine().board());
    assertEquals("486", request.machine().cpu());
    assertEquals(64 << 20, request.machine().memoryBytes());
    assertEquals(BootClock.WALL, request.clock());
    assertEquals(false, request.restartable());
    BootGoal goal = script.goals.get(0);
    assertEquals("x+", goal.text().orElseThrow().pattern());
    assertEquals(Duration.ofSeconds(5), goal.timeout());
    assertEquals(1000, goal.budget());
  }

  @ParameterizedTest
  @CsvSource({"MATCHED,0", "POWER_OFF,0", "RESET,0", "TRIPLE_FAULT,1", "TIMEOUT,1", "HALTED,1"})
  void theStatusSaysHowItEnded(BootEnd end, int status) {
    script.end = end;
    assertEquals(status, run("boot", "--kernel", "k"));
    assertTrue(out.toString().startsWith("boot: " + end + " after 12,345 instr"), out::toString);
    assertEquals("pc", script.request.machine().board());
    assertEquals(Duration.ofSeconds(60), script.goals.get(0).timeout());
  }

  @Test
  void keysAndCharactersGoInWhenTheirTimeHasCome() {
    assertEquals(
        0, run("boot", "--bios", "b", "--keys", "menu:=>1\\n", "--send", "ls\\r", "--keys", "\\e"));
    assertEquals(
        List.of("run menu:", "type 1\n", "type \u001b", "send ls\r", "run"), script.journal);
  }

  @Test
  void whatDoesNotShowInTimeEndsItThere() {
    script.end = BootEnd.TIMEOUT;
    assertEquals(1, run("boot", "--bios", "b", "--keys", "menu:=>1"));
    assertEquals(List.of("run menu:"), script.journal);
  }

  @Test
  void filesAreWrittenAtTheEnd() throws IOException {
    Path serial = folder.resolve("serial");
    Path log = folder.resolve("log");
    Path picture = folder.resolve("p.png");
    Path image = folder.resolve("image");
    assertEquals(
        0,
        run(
            "boot",
            "--kernel",
            "k",
            "--serial",
            "" + serial,
            "--debug-port",
            "0x402=" + log,
            "--screenshot",
            "" + picture,
            "--save",
            "" + image,
            "--digest",
            "--screen"));
    assertEquals("hello", Files.readString(serial));
    assertEquals("log", Files.readString(log));
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(picture));
    assertEquals(List.of("run", "save " + image), script.journal);
    assertTrue(out.toString().startsWith("the screen"), out::toString);
    assertTrue(out.toString().contains("state sha256:d1ge57"), out::toString);
  }

  @Test
  void jsonHasItAll() {
    assertEquals(0, run("boot", "--kernel", "k", "--json", "--digest"));
    assertEquals(
        """
        {
          "end": "MATCHED",
          "reason": "because",
          "match": "x",
          "instructions": 12345,
          "guestNanos": 123450,
          "elapsedNanos": 1000000,
          "resets": 0,
          "instructionsSincePowerOn": 99999,
          "sha256": "d1ge57",
          "serial": "hello",
          "screen": [
            "the screen",
            "two"
          ],
          "unmodelled": [
            {
              "what": "port 1",
              "count": 2
            }
          ]
        }
        """,
        out.toString());
  }

  @Test
  void aSavedMachineGoesOn() {
    assertEquals(0, run("boot", "--restore", "image", "--disk", "d"));
    assertEquals(List.of("restore image", "run"), script.journal);
    assertEquals(1, script.request.disks().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--until [ | --until [: no regular expression",
        "--clock sun | --clock sun: expected virtual or wall",
        "--debug-port e9 | --debug-port e9: expected PORT=FILE",
        "--serial stdio --json | --json with --serial stdio",
        "--keys a\\q | expected \\n, \\r, \\t, \\b, \\e or \\\\, found \\q",
        "--budget 0 | out of range, expected 1 or more",
        "--screenshot /none/x.png | cannot write /none/x.png",
        "--initrd i | initrd i: expected a kernel with it",
      })
  void badInputIsSaidInOneLine(String words, String message) {
    String[] line = ("boot " + words).split(" ");
    assertEquals(2, run(line));
    assertTrue(err.toString().contains(message), err::toString);
    assertEquals(1, err.toString().lines().count());
  }

  /** A machine that writes down what it is told, and ends as it should. */
  private static final class Script implements BootService, BootSession {
    private final List<String> journal = new ArrayList<>();
    private final List<BootGoal> goals = new ArrayList<>();
    private BootRequest request;
    private BootEnd end = BootEnd.MATCHED;

    @Override
    public BootSession open(BootRequest wanted) {
      request = wanted;
      return this;
    }

    @Override
    public BootSession restore(Path file, BootRequest wanted) {
      journal.add("restore " + file);
      request = wanted;
      return this;
    }

    @Override
    public BootResult run(BootGoal goal, BootWatcher watcher) {
      goals.add(goal);
      journal.add(("run " + goal.text().map(Object::toString).orElse("")).strip());
      try {
        if (request.serial().isPresent()) {
          request.serial().get().write("hello".getBytes(StandardCharsets.US_ASCII));
        }
        if (request.debugPorts().containsKey(0x402)) {
          request.debugPorts().get(0x402).write("log".getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new BootResult(
          end,
          "because",
          end == BootEnd.MATCHED ? Optional.of("x") : Optional.empty(),
          12_345,
          Duration.ofNanos(123_450),
          Duration.ofMillis(1),
          0);
    }

    @Override
    public String serialText() {
      return "hello";
    }

    @Override
    public Optional<String> screenText() {
      return Optional.of("the screen\ntwo");
    }

    @Override
    public byte[] screenshot() {
      return new byte[] {1, 2, 3};
    }

    @Override
    public void send(byte[] characters) {
      journal.add("send " + new String(characters, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void type(String keys) {
      journal.add("type " + keys);
    }

    @Override
    public long instructions() {
      return 99_999;
    }

    @Override
    public Duration guestTime() {
      return Duration.ZERO;
    }

    @Override
    public List<UnmodelledAccess> unmodelled() {
      return List.of(new UnmodelledAccess("port 1", 2));
    }

    @Override
    public String digest() {
      return "d1ge57";
    }

    @Override
    public void save(Path file) {
      journal.add("save " + file);
    }

    @Override
    public void stop() {
      journal.add("stop");
    }

    @Override
    public void close() {}
  }
}
