package dev.biosgateway.dist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar as users run it: a process of its own each time. */
@Timeout(300)
class RunnableJarIT {
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  @TempDir Path folder;

  private record Outcome(int status, String out, String err) {
    JsonObject json() {
      return JsonParser.parseString(out).getAsJsonObject();
    }
  }

  @BeforeEach
  void makeFolders() throws IOException {
    Files.createDirectory(folder.resolve("tmp"));
  }

  @AfterEach
  void everyProcessCleansUp() throws IOException {
    try (var left = Files.list(folder.resolve("tmp"))) {
      assertEquals(
          List.of(),
          left.filter(p -> p.getFileName().toString().contains("bios-gateway")).toList());
    }
  }

  private Process start(String line, Path out, Path err, String... properties) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(JAVA.toString());
    // Coverage is counted in there too, when it is counted here.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-javaagent:"))
        .forEach(command::add);
    command.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
    command.addAll(List.of(properties));
    command.add("-jar");
    command.add(System.getProperty("biosgateway.jar"));
    command.addAll(List.of(line.split(" ")));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("BIOS_GATEWAY_HOME", folder.resolve("home").toString());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
  }

  private Outcome run(String line, String input) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process = start(line, out, err);
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    int status = process.waitFor();
    return new Outcome(status, Files.readString(out), Files.readString(err));
  }

  private Outcome run(String line) throws Exception {
    return run(line, "");
  }

  private static void assertQuiet(Outcome outcome) {
    assertEquals("", outcome.err);
    assertEquals(0, outcome.status);
  }

  @Test
  void theMainJobIsDoneByOneLine() throws Exception {
    Outcome outcome = run("call int 0x10 ax=0x4f00 es:di=info:512 --show info");
    assertQuiet(outcome);
    assertTrue(outcome.out.startsWith("int 0x10: RETURNED"), outcome.out);
    assertTrue(outcome.out.contains("|VESA"), outcome.out);
    assertTrue(outcome.out.contains("modes"), outcome.out);
  }

  @Test
  void scriptsGetJson() throws Exception {
    Path written = folder.resolve("info.bin");
    Outcome outcome = run("call int 0x10 ax=0x4f00 es:di=info:512 --json --out info=" + written);
    assertQuiet(outcome);
    JsonObject json = outcome.json();
    assertEquals("int 0x10", json.get("routine").getAsString());
    assertEquals("RETURNED", json.get("stop").getAsString());
    assertEquals("0x0000004f", json.getAsJsonObject("registers").get("eax").getAsString());
    String info = json.getAsJsonObject("buffers").get("info").getAsString();
    assertTrue(info.startsWith("564553410003"), info);
    assertArrayEquals(HexFormat.of().parseHex(info), Files.readAllBytes(written));
    assertTrue(json.get("instructions").getAsLong() > 0);
    assertTrue(json.get("elapsedNanos").getAsLong() > 0);
  }

  @Test
  void aFlatProgramComputesOverAFile() throws Exception {
    byte[] data = "The quick brown fox".getBytes(StandardCharsets.US_ASCII);
    Path file = Files.write(folder.resolve("data"), data);
    CRC32 crc = new CRC32();
    crc.update(data);
    Outcome outcome =
        run(
            "call checksum32 eax=0 ebx=0 ecx="
                + data.length
                + " esi=data:"
                + data.length
                + "@"
                + file
                + " --json");
    assertQuiet(outcome);
    assertEquals(
        String.format("0x%08x", crc.getValue()),
        outcome.json().getAsJsonObject("registers").get("eax").getAsString());
  }

  @Test
  void aGuestThatDoesNotReturnIsStatusOne() throws Exception {
    Outcome outcome = run("call int 0x10 ax=0x4f00 es:di=info:512 --budget 10 --json");
    assertEquals("", outcome.err);
    assertEquals(1, outcome.status);
    assertEquals("BUDGET", outcome.json().get("stop").getAsString());
    assertEquals(10, outcome.json().get("instructions").getAsLong());
  }

  @Test
  void badInputIsStatusTwoAndOneLine() throws Exception {
    for (String line : List.of("call int 0x10 --rom " + folder.resolve("none"), "call nothing")) {
      Outcome outcome = run(line);
      assertEquals(2, outcome.status, line);
      assertEquals("", outcome.out, line);
      assertEquals(1, outcome.err.lines().count(), outcome.err);
      assertTrue(outcome.err.startsWith("bios-gateway: "), outcome.err);
    }
  }

  @Test
  void theMachineIsChosenOnTheCommandLine() throws Exception {
    Outcome outcome = run("call int 0x15 ax=0xe801 --board pc-vmware --cpu 486 --memory 8M --json");
    assertQuiet(outcome);
    // E801 counts the KiB between 1 and 16 MB.
    String eax = outcome.json().getAsJsonObject("registers").get("eax").getAsString();
    assertEquals(String.format("0x%08x", 7 << 10), eax);
    for (String wrong : List.of("--board nope", "--cpu z80", "--memory 1M", "--memory much")) {
      Outcome refused = run("call int 0x10 " + wrong);
      assertEquals(2, refused.status, wrong);
      assertEquals("", refused.out, wrong);
      assertEquals(1, refused.err.lines().count(), refused.err);
    }
    assertTrue(run("call int 0x10 --board nope").err.contains("pc-bochs-display, pc-vmware"));
  }

  @Test
  void anInterruptThatNobodyServesSaysSo() throws Exception {
    Outcome outcome = run("call int 0x60 --json");
    assertQuiet(outcome);
    assertEquals("RETURNED", outcome.json().get("stop").getAsString());
    assertEquals(
        "no program serves int 0x60; the default handler answered",
        outcome.json().get("reason").getAsString());
  }

  @Test
  void aCallerOfVbe2GetsTheStrings() throws Exception {
    Outcome outcome = run("call int 0x10 ax=0x4f00 es:di=info:512=VBE2 --show info");
    assertQuiet(outcome);
    assertTrue(outcome.out.contains("vendor   \"BIOS Gateway\""), outcome.out);
  }

  @Test
  void aKilledProcessLeavesNothingForLongAndALivingOneKeepsItsOwn() throws Exception {
    Path out = folder.resolve("out.0");
    Process living = start("shell", folder.resolve("out.1"), folder.resolve("err.1"));
    Process killed = start("shell", out, folder.resolve("err.0"));
    try (OutputStream stdin = killed.getOutputStream()) {
      stdin.write("call int 0x10 ax=3 --json\n".getBytes(StandardCharsets.UTF_8));
      stdin.flush();
      while (!Files.readString(out).contains("RETURNED")) {
        assertTrue(killed.isAlive(), () -> "ended too soon: " + out);
        Thread.sleep(20);
      }
      killed.destroyForcibly().waitFor();
    } catch (IOException e) {
      // The pipe is closed with the process.
    }
    try (OutputStream stdin = living.getOutputStream()) {
      stdin.write("call int 0x10 ax=3 --json\n".getBytes(StandardCharsets.UTF_8));
      stdin.flush();
      while (!Files.readString(folder.resolve("out.1")).contains("RETURNED")) {
        assertTrue(living.isAlive());
        Thread.sleep(20);
      }
      assertEquals(2, caches().size());
      assertQuiet(run("--version"));
      assertEquals(1, caches().size(), "that of the shell which still runs");
      stdin.write(
          "call checksum32 eax=0 ecx=0 esi=0x100000 --json\nplugins\n"
              .getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(0, living.waitFor(), Files.readString(folder.resolve("err.1")));
    assertTrue(Files.readString(folder.resolve("out.1")).contains("(embedded)"));
  }

  private List<Path> caches() throws IOException {
    try (var files = Files.list(folder.resolve("tmp"))) {
      return files.filter(p -> p.getFileName().toString().startsWith("bios-gateway-")).toList();
    }
  }

  @Test
  void aLogIsThereForThoseWhoAsk() throws Exception {
    Path out = folder.resolve("log.out");
    Path err = folder.resolve("log.err");
    Process process = start("call int 0x10 ax=3", out, err, "-Dbiosgateway.log=debug");
    assertEquals(0, process.waitFor());
    assertTrue(Files.readString(err).contains("DEBUG"), Files.readString(err));
  }

  @Test
  void aBrokenRomIsRefusedWithItsReason() throws Exception {
    byte[] rom = new byte[512];
    rom[0] = 0x55;
    rom[1] = (byte) 0xaa;
    rom[2] = 4;
    Path file = Files.write(folder.resolve("torn.rom"), rom);
    Outcome outcome = run("call int 0x10 --rom " + file);
    assertEquals(2, outcome.status);
    assertEquals(1, outcome.err.lines().count(), outcome.err);
    assertTrue(outcome.err.contains("program torn"), outcome.err);
  }

  @Test
  void theShellServesItsCommandsWithOneMachine() throws Exception {
    Outcome outcome =
        run(
            "shell",
            "call int 0x10 ax=3 --keep --json\nbios:call int 0x10 ax=0x0f00 --json\n"
                + "plugins\nlb\nexit\nnever reached\n");
    assertQuiet(outcome);
    assertEquals(2, outcome.out.split("\"RETURNED\"", -1).length - 1, outcome.out);
    assertTrue(outcome.out.contains("(embedded)"), outcome.out);
    assertTrue(outcome.out.contains("System Bundle"), outcome.out);
  }

  @Test
  void anInstalledPluginOutlivesTheProcess() throws Exception {
    Path plugin = firstEmbeddedPlugin();
    assertQuiet(run("plugins install " + plugin));
    List<JsonObject> plugins = plugins();
    assertTrue(
        plugins.stream().anyMatch(p -> p.get("origin").getAsString().equals("INSTALLED")),
        plugins.toString());
    String name =
        plugins.stream()
            .filter(p -> p.get("origin").getAsString().equals("INSTALLED"))
            .findFirst()
            .orElseThrow()
            .get("name")
            .getAsString();
    Outcome shell =
        run(
            "shell",
            "plugins update " + name + " " + plugin + "\nplugins uninstall " + name + "\n");
    assertQuiet(shell);
    try (var kept = Files.list(folder.resolve("home/plugins"))) {
      assertEquals(List.of(), kept.toList());
    }
  }

  private List<JsonObject> plugins() throws Exception {
    Outcome outcome = run("plugins list --json");
    assertQuiet(outcome);
    return StreamSupport.stream(outcome.json().getAsJsonArray("plugins").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private Path firstEmbeddedPlugin() throws IOException {
    try (var jar = new java.util.jar.JarFile(System.getProperty("biosgateway.jar"))) {
      var entry =
          jar.stream()
              .filter(e -> e.getName().matches("plugins/checksum32.*\\.jar"))
              .findFirst()
              .orElseThrow();
      try (var stream = jar.getInputStream(entry)) {
        return Files.write(folder.resolve("checksum32.jar"), stream.readAllBytes());
      }
    }
  }

  @Test
  void processesRunSideBySide() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          start(
              "call int 0x10 ax=0x4f00 es:di=info:512 --json",
              folder.resolve("out." + i),
              folder.resolve("err." + i)));
    }
    for (int i = 0; i < processes.size(); i++) {
      assertEquals(0, processes.get(i).waitFor(), Files.readString(folder.resolve("err." + i)));
      assertTrue(Files.readString(folder.resolve("out." + i)).contains("\"RETURNED\""));
    }
  }

  @Test
  void helpIsPrinted() throws Exception {
    Outcome help = run("--help");
    assertQuiet(help);
    assertTrue(help.out.contains("Exit status: 0 the routine returned"), help.out);
  }
}
