package dev.biosgateway.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.biosgateway.itests.GatewayProcess.Outcome;
import dev.biosgateway.itests.GuestCode.Way;
import dev.biosgateway.testkit.host.Prerequisite;
import dev.biosgateway.testkit.image.OptionRomImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line as scripts rely on it: the runnable jar as a process. */
class CommandLineIT {
  /** {@code "VESA"} and version 3.0, as the first six bytes of an information block. */
  private static final String VBE3 = "56455341" + "0003";

  private static final String[] VBE_INFORMATION = {
    "call", "int", "0x10", "ax=0x4f00", "es:di=info:512"
  };

  @TempDir private Path folder;
  private GatewayProcess gateway;

  @BeforeEach
  void newUser() {
    gateway = new GatewayProcess(folder);
  }

  @AfterEach
  void nothingIsLeft() {
    gateway.assertNoTemporaryFiles();
  }

  private static String[] with(String[] arguments, String... more) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private Path file(String name, byte... content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private JsonObject stopped(Way way, String... options) throws IOException {
    Path rom = file("stops.rom", GuestCode.stops().bytes());
    String[] call = {
      "call", "int", "0x61", "al=" + way.ordinal(), "--rom", rom.toString(), "--json"
    };
    return gateway.run(with(call, options)).json(1);
  }

  @Nested
  class Call {
    @Test
    void firstLineOfTheReadmeAnswersWithAnInformationBlock() {
      Outcome outcome = gateway.run(with(VBE_INFORMATION, "--show", "info"));

      assertEquals(0, outcome.status(), outcome::toString);
      assertEquals("", outcome.err());
      assertTrue(outcome.out().contains("VESA"), outcome.out());
      assertTrue(outcome.out().contains(" 0101 "), outcome.out());
    }

    @Test
    void jsonHasItsMembersInTheirOrder() {
      JsonObject result = gateway.run(with(VBE_INFORMATION, "--json")).json(0);

      assertEquals(
          List.of(
              "routine",
              "stop",
              "registers",
              "buffers",
              "structures",
              "instructions",
              "elapsedNanos",
              "console",
              "ports"),
          result.keySet().stream().filter(name -> !name.equals("unmodelled")).toList());
      assertEquals("int 0x10", result.get("routine").getAsString());
      assertEquals("RETURNED", result.get("stop").getAsString());
      JsonObject registers = result.getAsJsonObject("registers");
      assertEquals(
          Set.of(
              "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "cs", "ds", "es", "fs", "gs",
              "ss", "eip", "eflags"),
          registers.keySet());
      assertEquals("0x0000004f", registers.get("eax").getAsString());
      assertTrue(registers.get("es").getAsString().matches("0x[0-9a-f]{4}"), registers::toString);
      String info = result.getAsJsonObject("buffers").get("info").getAsString();
      assertEquals(1024, info.length());
      assertTrue(info.startsWith(VBE3), info);
      assertTrue(result.get("instructions").getAsLong() > 0);
      assertTrue(result.get("elapsedNanos").getAsLong() > 0);
      assertEquals("", result.get("console").getAsString());
      for (JsonElement port : result.getAsJsonArray("ports")) {
        assertEquals(
            List.of("port", "direction", "count"), List.copyOf(port.getAsJsonObject().keySet()));
      }
    }

    @Test
    void sameCallTakesTheSameInstructionsInEachProcess() {
      long first =
          gateway.run(with(VBE_INFORMATION, "--json")).json(0).get("instructions").getAsLong();
      long second =
          gateway.run(with(VBE_INFORMATION, "--json")).json(0).get("instructions").getAsLong();
      assertEquals(first, second);
    }

    @ParameterizedTest
    @CsvSource({"''", "@0xc0000"})
    void vendorRomServesInPlaceOfTheEmbeddedOne(String address) {
      Path rom = Prerequisite.seabios("vgabios-stdvga.bin");

      JsonObject result =
          gateway.run(with(VBE_INFORMATION, "--rom", rom + address, "--json")).json(0);

      assertEquals("RETURNED", result.get("stop").getAsString());
      assertTrue(result.getAsJsonObject("buffers").get("info").getAsString().startsWith(VBE3));
    }

    @Test
    void flatProgramReadsABufferFromAFile() throws IOException {
      Path data = file("data", "123456789".getBytes(StandardCharsets.US_ASCII));

      JsonObject result =
          gateway
              .run("call", "checksum32", "eax=0", "ecx=9", "esi=data:9@" + data, "--json")
              .json(0);

      assertEquals("0xcbf43926", result.getAsJsonObject("registers").get("eax").getAsString());
    }

    @Test
    void bufferIsWrittenToAFile() throws IOException {
      Path out = folder.resolve("info.bin");
      JsonObject result =
          gateway.run(with(VBE_INFORMATION, "--out", "info=" + out, "--json")).json(0);

      assertArrayEquals(
          HexFormat.of().parseHex(result.getAsJsonObject("buffers").get("info").getAsString()),
          Files.readAllBytes(out));
    }

    @Test
    void farProcedureIsCalledByItsAddress() {
      JsonObject result = gateway.run("call", "far", "c000:0003", "--json").json(0);
      assertEquals("far c000:0003", result.get("routine").getAsString());
    }

    @Test
    void twoProcessesAtATimeDoNotMind() {
      List<GatewayProcess.Running> running = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        running.add(gateway.start("", with(VBE_INFORMATION, "--json")));
      }
      for (GatewayProcess.Running process : running) {
        assertEquals("RETURNED", process.outcome().json(0).get("stop").getAsString());
      }
    }
  }

  @Nested
  class Stop {
    @Test
    void budget() throws IOException {
      JsonObject result = stopped(Way.LOOPS, "--budget", "1000");
      assertEquals("BUDGET", result.get("stop").getAsString());
      assertEquals(1000, result.get("instructions").getAsLong());
    }

    @Test
    void timeout() throws IOException {
      JsonObject result = stopped(Way.LOOPS, "--budget", "1000000000000", "--timeout", "100ms");
      assertEquals("TIMEOUT", result.get("stop").getAsString());
    }

    @Test
    void halt() throws IOException {
      assertEquals("HALTED", stopped(Way.HALTS).get("stop").getAsString());
    }

    @Test
    void tripleFault() throws IOException {
      assertEquals("TRIPLE_FAULT", stopped(Way.TRIPLE_FAULTS).get("stop").getAsString());
    }

    @Test
    void faultSaysWhatAndWhere() throws IOException {
      JsonObject result = stopped(Way.DIVIDES_BY_ZERO);
      assertEquals("FAULT", result.get("stop").getAsString());
      JsonObject fault = result.getAsJsonObject("fault");
      assertEquals("0x00", fault.get("vector").getAsString());
      assertEquals("#DE", fault.get("name").getAsString());
      assertTrue(fault.get("bytes").getAsString().startsWith("f7f1"), fault::toString);
      assertFalse(fault.get("disassembly").getAsString().isEmpty());
      long cs = Long.decode(fault.get("cs").getAsString());
      long ip = Long.decode(fault.get("ip").getAsString());
      assertEquals((cs << 4) + ip, Long.decode(fault.get("linear").getAsString()));
    }

    @Test
    void withoutJsonTheReasonIsReadable() throws IOException {
      Path rom = file("stops.rom", GuestCode.stops().bytes());
      Outcome outcome =
          gateway.run(
              "call",
              "int",
              "0x61",
              "al=" + Way.EXECUTES_UNDEFINED_OPCODE.ordinal(),
              "--rom",
              rom.toString());
      assertEquals(1, outcome.status(), outcome::toString);
      assertTrue(outcome.out().contains("FAULT") && outcome.out().contains("#UD"), outcome.out());
    }
  }

  @Nested
  class BadInput {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "call int 0x10 rax=1 | rax",
          "call int 0x10 ax=0x10000 | 0x10000",
          "call int 0x100 | 0x100",
          "call nonsense | nonsense",
          "call int 0x10 es:di=big:65537 | 65537",
          "call int 0x10 --show info | info",
          "call int 0x10 --rom /none/there.bin | there.bin",
          "call int 0x10 --nonsense | nonsense",
          "plugins uninstall none | none",
          "dance | dance"
        })
    void isOneClearLine(String arguments, String word) {
      gateway.run(arguments.split(" ")).assertRefused(word);
    }

    @Test
    void romThatIsTruncated() throws IOException {
      Path rom = file("bad.rom", OptionRomImage.withInit(4, (byte) 0xcb).truncatedTo(1000).bytes());
      gateway.run("call", "int", "0x10", "--rom", rom.toString()).assertRefused("bad", "size");
    }

    @Test
    void romWithAWrongChecksum() throws IOException {
      Path rom = file("bad.rom", OptionRomImage.withInit(1, (byte) 0xcb).missealed().bytes());
      gateway.run("call", "int", "0x10", "--rom", rom.toString()).assertRefused("checksum");
    }

    @Test
    void fileThatIsNoImage() throws IOException {
      Path rom = file("bad.rom", "no image".getBytes(StandardCharsets.US_ASCII));
      gateway.run("call", "int", "0x10", "--rom", rom.toString()).assertRefused("bad.rom");
    }
  }

  @Nested
  class Plugins {
    @Test
    void embeddedOnesAreListed() {
      JsonObject list = gateway.run("plugins", "list", "--json").json(0);
      List<String> programs = new ArrayList<>();
      for (JsonElement plugin : list.getAsJsonArray("plugins")) {
        for (JsonElement program : plugin.getAsJsonObject().getAsJsonArray("programs")) {
          assertEquals(
              "MAPPED", program.getAsJsonObject().get("state").getAsString(), list::toString);
          programs.add(program.getAsJsonObject().get("name").getAsString());
        }
      }
      assertTrue(programs.containsAll(List.of("vga", "system-services", "checksum32")));
    }

    @Test
    void romIsInstalledCalledUpdatedAndUninstalledAcrossProcesses() throws IOException {
      Path rom = file("hello.rom", GuestCode.answer(0x62, 0x0100).bytes());
      assertEquals(0, gateway.run("plugins", "install", rom.toString()).status());
      assertEquals("0x00000100", int62());

      file("hello.rom", GuestCode.answer(0x62, 0x0200).bytes());
      assertEquals(0, gateway.run("plugins", "update", "hello", rom.toString()).status());
      assertEquals("0x00000200", int62());

      assertEquals(0, gateway.run("plugins", "uninstall", "hello").status());
      gateway.run("call", "int62").assertRefused("int62");
    }

    private String int62() {
      return gateway
          .run("call", "int62", "--json")
          .json(0)
          .getAsJsonObject("registers")
          .get("eax")
          .getAsString();
    }
  }

  @Test
  void helpNamesTheCommands() {
    Outcome help = gateway.run("--help");
    assertEquals(0, help.status(), help::toString);
    for (String command : List.of("call", "plugins", "shell")) {
      assertTrue(help.out().contains(command), help.out());
    }
  }

  @Test
  void shellHasTheSameCommands() {
    Outcome shell =
        gateway.start("bios:call int 0x12\nbios:plugins list\nexit\n", "shell").outcome();
    assertEquals(0, shell.status(), shell::toString);
    assertTrue(shell.out().contains("RETURNED"), shell.out());
    assertTrue(shell.out().contains("checksum32"), shell.out());
  }
}
