package dev.biosgateway.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.Fault;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Plugin;
import dev.biosgateway.api.PortAccess;
import dev.biosgateway.api.PortRange;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.UnmodelledAccess;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.Media;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Version;

class CommandLineTest {
  private final ScriptedGateway gateway =
      new ScriptedGateway(
          (target, request) -> {
            CallResult.Builder result =
                CallResult.builder(target.text(), StopReason.RETURNED)
                    .registers(
                        request
                            .registers()
                            .with(Register.EAX, 0x4f)
                            .with(Register.ES, 0x1000)
                            .with(Register.DI, 0))
                    .instructions(1234)
                    .elapsed(Duration.ofNanos(1_500_000));
            request.buffers().forEach(b -> result.buffer(b.name(), b.content()));
            return result.build();
          });
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int run(ScriptedGateway scripted, String line) {
    CommandLineMain main =
        new CommandLineMain(scripted, scripted, null, null, null, Version.parseVersion("1.2.3"));
    return main.run(new PrintWriter(out), new PrintWriter(err), line.split(" "));
  }

  private int run(String line) {
    return run(gateway, line);
  }

  @Test
  void aCallIsTakenApartAndItsResultPrinted() {
    assertEquals(
        0, run("call int 0x10 ax=0x4f00 es:di=info:512 --show info --home h --budget 1000"));
    assertEquals("", err.toString());
    assertEquals(List.of("open h", "call int 0x10"), gateway.journal);
    assertEquals(0x4f00, gateway.request.registers().get(Register.AX));
    assertEquals("[es:di=info:512]", gateway.request.buffers().toString());
    assertEquals(1000, gateway.request.budget());
    assertEquals(Isolation.ROLLBACK, gateway.request.isolation());
    assertEquals(
        """
        int 0x10: RETURNED after 1,234 instructions in 1.500 ms
          eax=0000004f ebx=00000000 ecx=00000000 edx=00000000
          esi=00000000 edi=00000000 ebp=00000000 esp=00000000
          cs=0000 ds=0000 es=1000 fs=0000 gs=0000 ss=0000
          eip=00000000 eflags=00000002 []
        info (512 bytes at 1000:0000)
          0000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
          *
          01f0  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
        """,
        out.toString());
  }

  @Test
  void optionsReachTheRequest() throws IOException {
    Path file = Files.write(folder.resolve("in@1.bin"), new byte[] {1, 2, 3});
    Path written = folder.resolve("out.bin");
    assertEquals(
        0,
        run(
            "call checksum32 eax=1 esi=data:4@"
                + file
                + " --timeout 500ms --keep --allow-ports 0x3c0-0x3df,80h --deny-ports 0x3c8 --out data="
                + written));
    assertEquals(
        List.of("session", "routine checksum32", "call checksum32"),
        gateway.journal.subList(1, 4),
        "what is kept is kept in a session");
    gateway.request.requireMode(CallMode.FLAT);
    assertEquals(Duration.ofMillis(500), gateway.request.timeout());
    assertEquals(Isolation.KEEP, gateway.request.isolation());
    assertEquals(
        CallPolicy.ports(
            List.of(new PortRange(0x3c0, 0x3df), PortRange.of(0x80)), List.of(PortRange.of(0x3c8))),
        gateway.request.policy());
    assertArrayEquals(new byte[] {1, 2, 3, 0}, Files.readAllBytes(written));
  }

  @Test
  void aBufferMayStartWithAText() {
    assertEquals(0, run("call int 0x10 es:di=info:8=VBE2 ds:si=b:9=a=b@c"));
    assertArrayEquals(
        new byte[] {'V', 'B', 'E', '2', 0, 0, 0, 0}, gateway.request.buffers().get(0).content());
    assertEquals(
        "a=b@c",
        new String(gateway.request.buffers().get(1).content(), StandardCharsets.UTF_8)
            .strip()
            .replace("\0", ""));
  }

  @Test
  void mediaOfACallAreInTheMachinesDrives() {
    assertEquals(0, run("call int 0x13 --bios b --disk a --disk c --floppy f --cdrom i.iso"));
    Media media = gateway.machine().media();
    assertEquals(List.of(Path.of("a"), Path.of("c")), media.disks());
    assertEquals(List.of(Path.of("f")), media.floppies());
    assertEquals(List.of(Path.of("i.iso")), media.cdroms());
    assertEquals("pc-i440fx", gateway.machine().board());
  }

  @Test
  void theMachineIsChosen() {
    assertEquals(0, run("call int 0x10 --board pc-qxl --cpu 486 --memory 64M"));
    assertEquals("pc-qxl", gateway.machine.board());
    assertEquals("486", gateway.machine.cpu());
    assertEquals(64 << 20, gateway.machine.memoryBytes());
    assertEquals(0, run("--memory 1g call int 0x10"), "the rest stays as it is");
    assertEquals(
        MachineSettings.DEFAULT.withBoard("pc-qxl").withCpu("486").withMemory(1L << 30),
        gateway.machine);
  }

  @Test
  void aMachineThatDoesNotExistStartsNoPlugin() {
    assertEquals(2, run("call int 0x10 --board micro --rom a.bin"));
    assertEquals(List.of(), gateway.journal);
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @Test
  void whoeverIsServedByNobodyIsTold() {
    ScriptedGateway nobody =
        new ScriptedGateway(
            (target, request) ->
                CallResult.builder(target.text(), StopReason.RETURNED)
                    .reason("no program serves int 0x60; the default handler answered")
                    .build());
    assertEquals(0, run(nobody, "call int 0x60"));
    assertEquals(
        "  no program serves int 0x60; the default handler answered",
        out.toString().lines().skip(1).findFirst().orElseThrow());
    out.getBuffer().setLength(0);
    assertEquals(0, run(nobody, "call int 0x60 --json"));
    assertTrue(
        out.toString()
            .contains("\"reason\": \"no program serves int 0x60; the default handler answered\""),
        out.toString());
  }

  @Test
  void imagesComeBeforeThePluginsTheyReplace() {
    assertEquals(0, run("call far c000:0003 --home h --rom a.bin --rom b@x.bin@0xc8000"));
    assertEquals(
        List.of("attach a.bin", "attach b@x.bin at 0xc8000", "open h", "call far c000:0003"),
        gateway.journal);
  }

  @Test
  void jsonIsOneObjectInAFixedOrder() {
    Fault fault =
        new Fault(
            14,
            "#PF",
            OptionalLong.of(2),
            OptionalLong.of(0xdeadbeefL),
            0xf000,
            0xe05b,
            0xfe05b,
            "8b03",
            "mov eax,[ebx]");
    ScriptedGateway faulty =
        new ScriptedGateway(
            (target, request) ->
                CallResult.builder(target.text(), StopReason.FAULT)
                    .registers(Registers.ZERO.with(Register.EAX, 0xffffffffL))
                    .buffer("a", (byte) 0x56, (byte) 0xff)
                    .instructions(3)
                    .elapsed(Duration.ofNanos(99))
                    .console("hi\n")
                    .ports(List.of(new PortAccess(0x80, PortAccess.Direction.OUT, 2)))
                    .fault(fault)
                    .unmodelled(List.of(new UnmodelledAccess("port 0x3bf OUT", 1)))
                    .build());
    assertEquals(1, run(faulty, "call int 10h --json"));
    assertEquals(
        """
        {
          "routine": "int 0x10",
          "stop": "FAULT",
          "reason": "#PF(0x0002) for address 0xdeadbeef at f000:e05b (linear 0x000fe05b): 8b03  mov eax,[ebx]",
          "registers": {
            "eax": "0xffffffff",
            "ecx": "0x00000000",
            "edx": "0x00000000",
            "ebx": "0x00000000",
            "esp": "0x00000000",
            "ebp": "0x00000000",
            "esi": "0x00000000",
            "edi": "0x00000000",
            "es": "0x0000",
            "cs": "0x0000",
            "ss": "0x0000",
            "ds": "0x0000",
            "fs": "0x0000",
            "gs": "0x0000",
            "eip": "0x00000000",
            "eflags": "0x00000002"
          },
          "buffers": {
            "a": "56ff"
          },
          "instructions": 3,
          "elapsedNanos": 99,
          "console": "hi\\n",
          "ports": [
            {
              "port": "0x0080",
              "direction": "OUT",
              "count": 2
            }
          ],
          "fault": {
            "vector": "0x0e",
            "name": "#PF",
            "errorCode": "0x00000002",
            "cr2": "0xdeadbeef",
            "cs": "0xf000",
            "ip": "0x0000e05b",
            "linear": "0x000fe05b",
            "bytes": "8b03",
            "disassembly": "mov eax,[ebx]"
          },
          "unmodelled": [
            {
              "what": "port 0x3bf OUT",
              "count": 1
            }
          ]
        }
        """,
        out.toString());
    assertEquals("", err.toString());
  }

  /** Scripts may ask for the error code of every fault. */
  @Test
  void jsonSaysThatAFaultHasNoErrorCode() {
    Fault fault =
        new Fault(6, "#UD", OptionalLong.empty(), OptionalLong.empty(), 0, 0, 0, "0f0b", "ud2");
    ScriptedGateway faulty =
        new ScriptedGateway(
            (target, request) ->
                CallResult.builder(target.text(), StopReason.FAULT).fault(fault).build());
    assertEquals(1, run(faulty, "call int 10h --json"));
    assertTrue(out.toString().contains("\"errorCode\": null,"), out.toString());
  }

  @Test
  void aStopIsExplainedToPeople() {
    ScriptedGateway stopped =
        new ScriptedGateway(
            (target, request) ->
                CallResult.builder(target.text(), StopReason.POLICY)
                    .reason("port 0x80: denied by ports 0x80")
                    .registers(Registers.ZERO.with(Register.EFLAGS, 0x247))
                    .console("one\ntwo")
                    .ports(
                        List.of(
                            new PortAccess(0x3da, PortAccess.Direction.IN, 4),
                            new PortAccess(0x80, PortAccess.Direction.OUT, 1)))
                    .unmodelled(List.of(new UnmodelledAccess("port 0x3bf OUT", 2)))
                    .build());
    assertEquals(1, run(stopped, "call int 16"));
    List<String> lines = out.toString().lines().toList();
    assertEquals("int 0x10: POLICY after 0 instructions in 0.000 ms", lines.get(0));
    assertEquals("  port 0x80: denied by ports 0x80", lines.get(1));
    assertEquals("  eip=00000000 eflags=00000247 [IF ZF PF CF]", lines.get(5));
    assertEquals("  ports 3da:IN*4 080:OUT*1", lines.get(6));
    assertEquals("  not modelled: port 0x3bf OUT (2 times)", lines.get(7));
    assertEquals(List.of("  console:", "    one", "    two"), lines.subList(8, 11));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "call | nothing to call",
        "call int | expected a vector",
        "call int 0x100 | out of range, expected 0 to 255",
        "call int ten | \"ten\" is no number",
        "call far | expected an address",
        "call far 1234 | is no far address",
        "call ax=1 | what to call comes first",
        "call nothing | no routine \"nothing\": there is checksum32",
        "call int 0x10 rax=1 | unknown register \"rax\"",
        "call int 0x10 al=0x1ff | al=0x1ff: 8 bits hold 0 to 0xff",
        "call int 0x10 al= | expected REGISTER=VALUE",
        "call int 0x10 ax | expected REGISTER=VALUE",
        "call int 0x10 ax=1 al=1 | parts of one register",
        "call int 0x10 sp=1 | the call's own stack",
        "call int 0x10 es:di=info | expected es:di=NAME:SIZE",
        "call int 0x10 es:di=info:65537 | reaches 1 to 65536",
        "call int 0x10 es:di=info:99999999999 | out of range",
        "call int 0x10 es:di=info:1 di=1 | is also given a value",
        "call int 0x10 es:di=info:1@/none/x | there is no such file",
        "call int 0x10 --show info | --show info: the call has no buffers",
        "call int 0x10 es:di=a:1 --out b=c | the buffers [a]",
        "call int 0x10 es:di=a:1 --out b | expected NAME=FILE",
        "call int 0x10 --budget 0 | budget 0",
        "call int 0x10 --timeout soon | no duration",
        "call int 0x10 --timeout 0s | more than 0",
        "call int 0x10 --deny-ports 0x10000 | out of range",
        "call int 0x10 --deny-ports 2-1 | first <= last",
        "call int 0x10 es:di=a:4=VBE2! | 5 bytes of content do not fit its 4 bytes",
        "call int 0x10 es:di=a:4= | expected es:di=NAME:SIZE, NAME:SIZE@FILE or NAME:SIZE=TEXT",
        "call int 0x10 --board micro | no machine with these settings: expected pc",
        "plugins --board micro | no machine with these settings: expected pc",
        "call int 0x10 --memory 64 | \"64\" is no size of memory; expected 64M or 1G",
        "call int 0x10 --memory 1M | --memory 1M: 1048576 bytes of memory: expected a multiple",
        "call int 0x10 --memory 2049K | --memory 2049K: 2098176 bytes of memory: expected a multiple",
        "call int 0x10 --nonsense | Unknown option",
        "call int 0x10 --rom a.bin@0x100000000 | address of a.bin: 0x100000000 is out of range",
        "call int 0x10 es:di=a:1 --out a=/none/x | expected a file in a folder that exists",
        "nonsense | unexpected \"nonsense\": expected one of boot call plugins shell sessions metrics health gateway kexec snapshot system vmcore",
        "plugins nonsense | expected one of",
        "plugins list nonsense | unexpected \"nonsense\"",
        "plugins install | Missing required parameter",
        "shell | the Gogo runtime is not installed",
      })
  void badInputIsOneClearLineAndStatusTwo(String line, String part) {
    assertEquals(2, run(line));
    assertEquals("", out.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
    assertTrue(err.toString().startsWith("bios-gateway: "), err.toString());
    assertTrue(err.toString().contains(part), err.toString());
    assertTrue(gateway.journal.stream().noneMatch(entry -> entry.startsWith("call")));
  }

  @Test
  void anEmptyCommandLineSaysWhatIsExpected() {
    assertEquals(2, run(""));
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @Test
  void anErrorOfOursShowsItsTraceOnlyWhenAsked() {
    ScriptedGateway broken =
        new ScriptedGateway(
            (target, request) -> {
              throw new IllegalStateException("a bug");
            });
    assertEquals(3, run(broken, "call int 0x10"));
    assertEquals(
        "bios-gateway: internal error, --debug shows where:"
            + " java.lang.IllegalStateException: a bug\n",
        err.toString());
    assertEquals(3, run(broken, "call int 0x10 --debug"));
    assertTrue(err.toString().contains("\tat "), err.toString());
  }

  @Test
  void helpAndVersionArePrinted() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString().contains("plugins"), out.toString());
    assertEquals(0, run("call --help"));
    assertTrue(out.toString().contains("NAME:SIZE=TEXT"), out.toString());
    assertEquals(0, run("--version"));
    assertTrue(out.toString().endsWith("bios-gateway 1.2.3\n"), out.toString());
    assertEquals(List.of(), gateway.journal);
  }

  @Test
  void pluginsAreListedWithStateAndReason() {
    Program mapped =
        new Program(
            "vga",
            "1.0.0",
            "option-rom",
            "A display",
            List.of(0x10),
            "o",
            Program.State.MAPPED,
            Optional.empty(),
            OptionalLong.of(0xc0000),
            OptionalLong.of(512));
    Program failed =
        new Program(
            "bad",
            "1.0.0",
            "elf32",
            "",
            List.of(),
            "o",
            Program.State.FAILED,
            Optional.of("program bad: size"),
            OptionalLong.empty(),
            OptionalLong.empty());
    gateway.plugins.add(
        new Plugin(1, "x.vga", "0.1.0", Plugin.Origin.EMBEDDED, true, "", List.of(mapped, failed)));
    gateway.plugins.add(
        new Plugin(2, "lost", "1.0.0", Plugin.Origin.INSTALLED, false, "needs y", List.of()));
    assertEquals(0, run("plugins --home h"));
    assertEquals(
        """
        x.vga 0.1.0 (embedded)
          MAPPED   vga 1.0.0 (option-rom) at 0xc0000, 512 bytes int 0x10
                   A display
          FAILED   bad 1.0.0 (elf32): program bad: size
        lost 1.0.0 (installed) not active: needs y
        """,
        out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, run("plugins list --json --home h"));
    assertEquals(
        """
        {
          "plugins": [
            {
              "id": 1,
              "name": "x.vga",
              "version": "0.1.0",
              "origin": "EMBEDDED",
              "active": true,
              "programs": [
                {
                  "name": "vga",
                  "version": "1.0.0",
                  "format": "option-rom",
                  "description": "A display",
                  "state": "MAPPED",
                  "vectors": [
                    "0x10"
                  ],
                  "address": "0x000c0000",
                  "size": 512
                },
                {
                  "name": "bad",
                  "version": "1.0.0",
                  "format": "elf32",
                  "description": "",
                  "state": "FAILED",
                  "reason": "program bad: size",
                  "vectors": []
                }
              ]
            },
            {
              "id": 2,
              "name": "lost",
              "version": "1.0.0",
              "origin": "INSTALLED",
              "active": false,
              "reason": "needs y",
              "programs": []
            }
          ]
        }
        """,
        out.toString());
    assertEquals("", err.toString());
    assertEquals(0, run("call int 0x10"));
    assertEquals(
        List.of(
            "bios-gateway: plugin x.vga is left out: program bad: size",
            "bios-gateway: plugin lost is left out: needs y"),
        err.toString().lines().toList());
  }

  @Test
  void thePluginFolderIsChanged() {
    assertEquals(0, run("plugins --home h install f.rom@0xd0000"));
    assertEquals(0, run("plugins update p g.jar --home h --json"));
    assertEquals(0, run("plugins uninstall p --home h"));
    assertEquals(
        List.of(
            "open h",
            "install f.rom at 0xd0000",
            "open h",
            "update p g.jar",
            "open h",
            "uninstall p",
            "open h"),
        gateway.journal);
    assertTrue(out.toString().contains("\"name\": \"p\""), out.toString());
  }

  @Test
  void aVbeInfoBlockIsDecoded() {
    byte[] block = new byte[512];
    byte[] head = "VESA\0\3".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(head, 0, block, 0, head.length);
    put(block, 0x06, 0x40, 0x1000, 1, 0, 0x22, 0x1000, 256, 0x0102, 0x50, 0x1000, 0, 0xc000);
    put(block, 0x1e, 0x60, 0x1000, 0x100, 0x101, 0xffff);
    text(block, 0x40, "The OEM");
    text(block, 0x50, "vendor");
    text(block, 0x60, "r1");
    ScriptedGateway vbe =
        new ScriptedGateway(
            (target, request) ->
                CallResult.builder(target.text(), StopReason.RETURNED)
                    .registers(Registers.ZERO.with(Register.ES, 0x1000))
                    .buffer("info", block)
                    .build());
    assertEquals(0, run(vbe, "call int 0x10 ax=0x4f00 es:di=info:512 --show info"));
    List<String> lines = out.toString().lines().toList();
    assertEquals(
        List.of(
            "info (512 bytes at 1000:0000)",
            "  VBE 3.0, 16384 KiB of video memory, capabilities 0x00000001",
            "  OEM      \"The OEM\"",
            "  vendor   \"vendor\"",
            "  product  at c000:0000, outside the block",
            "  revision \"r1\"",
            "  modes    2",
            "           0100 0101",
            "  0000  56 45 53 41 00 03 40 00  00 10 01 00 00 00 22 00  |VESA..@.......\".|"),
        lines.subList(5, 14));
  }

  @Test
  void aVbeBlockWithoutStringsOfItsOwnSaysHowToAsk() {
    byte[] block = new byte[0x24];
    System.arraycopy("VESA\0\3".getBytes(StandardCharsets.US_ASCII), 0, block, 0, 6);
    put(block, 0x22, 0xffff);
    put(block, 0x0e, 0x22, 0);
    assertEquals(
        List.of(
            "VBE 3.0, 0 KiB of video memory, capabilities 0x00000000",
            "vendor   not asked for: a buffer that starts with VBE2 does (info:512=VBE2)",
            "modes    0"),
        VbeInfoBlock.in(block, new dev.biosgateway.api.FarPointer(0, 0)).orElseThrow().lines());
  }

  @Test
  void aVbeListThatNeverEndsIsNotFollowedOutOfTheBlock() {
    byte[] block = new byte[0x24];
    System.arraycopy("VESA".getBytes(StandardCharsets.US_ASCII), 0, block, 0, 4);
    put(block, 0x0e, 0x22, 0);
    assertEquals(
        Optional.empty(),
        VbeInfoBlock.in(block, new dev.biosgateway.api.FarPointer(0, 0)).orElseThrow().modes());
    assertEquals(
        Optional.empty(),
        VbeInfoBlock.in(Arrays.copyOf(block, 0x13), new dev.biosgateway.api.FarPointer(0, 0)),
        "too short to be one");
  }

  private static void put(byte[] block, int at, int... words) {
    for (int i = 0; i < words.length; i++) {
      block[at + 2 * i] = (byte) words[i];
      block[at + 2 * i + 1] = (byte) (words[i] >> 8);
    }
  }

  private static void text(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
