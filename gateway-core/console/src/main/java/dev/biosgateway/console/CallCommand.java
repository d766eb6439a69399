package dev.biosgateway.console;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.PortRange;
import dev.biosgateway.api.Session;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.spi.Media;
import dev.biosgateway.api.structure.Layout;
import dev.biosgateway.api.structure.Layouts;
import dev.biosgateway.api.structure.Structure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code call}: one call, its result printed. */
@Command(
    name = "call",
    mixinStandardHelpOptions = true,
    description = "Calls an interrupt, a far procedure or a routine of a plugin.",
    footer = {
      "",
      "Examples:",
      "  call int 0x10 ax=0x4f00 es:di=info:512 --show info",
      "  call int 0x10 ax=0x4f00 es:di=info:512=VBE2 --rom vgabios.bin --json",
      "  call int 0x10 ax=0x4f00 es:di=info:512 --board pc-vmware --cpu 486 --memory 64M",
      "  call far c000:0003",
      "  call int 0x13 ax=0x0201 cx=1 dx=0x80 es:bx=sector:512 --show sector --bios bios.bin --disk d.img",
      "  call checksum32 eax=0 ecx=5 esi=data:5@file.bin"
    })
final class CallCommand implements Callable<Integer> {
  private final ConsoleSession session;

  @ParentCommand private RootCommand root;

  @Parameters(
      paramLabel = "WORD",
      description = {
        "What to call: int VECTOR, far SEGMENT:OFFSET, or the name of a routine; then",
        "  REGISTER=VALUE                     a register or a part of one",
        "  SEGMENT:REGISTER=NAME:SIZE         a buffer for real mode code",
        "  REGISTER=NAME:SIZE                 a buffer for flat code",
        "Numbers: 79, 0x4f, 4fh or 0b1001111. A buffer is zeroed, or starts",
        "with a file (NAME:SIZE@FILE) or a text (NAME:SIZE=TEXT, as info:512=VBE2)."
      })
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--rom",
      paramLabel = "FILE[@ADDRESS]",
      description = "Use this image for the interrupts it serves. May be repeated.")
  private List<String> roms = new ArrayList<>();

  @Option(
      names = "--disk",
      paramLabel = "FILE",
      description = "Hard disk for the services of --bios, a raw image. May be repeated.")
  private List<Path> disks = new ArrayList<>();

  @Option(
      names = "--floppy",
      paramLabel = "FILE",
      description = "Floppy disk, a raw image. May be repeated. No call writes to a file.")
  private List<Path> floppies = new ArrayList<>();

  @Option(
      names = "--cdrom",
      paramLabel = "FILE",
      description = "CD-ROM, an ISO image. May be repeated.")
  private List<Path> cdroms = new ArrayList<>();

  @Option(
      names = "--budget",
      paramLabel = "N",
      description = "Stop after N instructions. Default: 100000000.")
  private String budget;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Stop after 500ms, 5s, 2m. Default: 10s.")
  private String timeout;

  @Option(
      names = "--keep",
      description =
          "Keep what the routine changes, in the session in use; all calls of a shell go there"
              + " from then on.")
  private boolean keep;

  @Option(
      names = "--allow-ports",
      paramLabel = "RANGES",
      description = "The only ports the guest may use: 0x3c0-0x3df,0x80.")
  private String allowPorts;

  @Option(
      names = "--deny-ports",
      paramLabel = "RANGES",
      description = "Ports the guest may not use.")
  private String denyPorts;

  @Option(
      names = "--rule",
      paramLabel = "RULE",
      description =
          "A rule of the policy: 'deny memory 0x400-0x4ff', 'allow interrupts 0x10', 'log ports *',"
              + " 'deny devices vga', 'deny msrs *', 'quota memory 64K'. May be repeated.")
  private List<String> rules = new ArrayList<>();

  @Option(
      names = "--show",
      paramLabel = "NAME[=STRUCTURE]",
      description = {
        "Print a buffer: decoded if known, and in hexadecimal. May be repeated. Structures:",
        "e820-entry vbe-info vbe-mode-info edd-parameters edd-packet bios-data-area pcir",
        "pnp-expansion."
      })
  private List<String> show = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "NAME=FILE",
      description = "Write a buffer to a file. May be repeated.")
  private List<String> out = new ArrayList<>();

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  CallCommand(ConsoleSession session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CallRequest.Builder builder = CallRequest.builder();
    CallArguments arguments = CallArguments.read(words, builder, ConsoleSession::read);
    Map<String, Path> files = files(arguments);
    Map<String, Layout> shown = new LinkedHashMap<>();
    for (String text : show) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      arguments.requireBuffer("--show", name);
      shown.put(name, equals < 0 ? null : Layouts.named(text.substring(equals + 1)));
    }
    if (budget != null) {
      builder.budget(Numerals.number("--budget", budget));
    }
    if (timeout != null) {
      builder.timeout(Numerals.duration("--timeout", timeout));
    }
    builder.isolation(keep ? Isolation.KEEP : Isolation.ROLLBACK);
    builder.policy(
        CallPolicy.ports(ports("--allow-ports", allowPorts), ports("--deny-ports", denyPorts))
            .and(CallPolicy.parse(CallPolicy.CALLER, rules)));
    CallRequest request = builder.build();

    session.open(root, new Media(floppies, disks, cdroms), roms);
    session.reportFailures();
    Map<String, Structure> structures = new LinkedHashMap<>();
    Session kept = keep ? session.named().usedOrOpened(session.gateway()) : session.named().used();
    CallResult result =
        kept == null
            ? arguments.call(session.gateway(), request)
            : arguments.call(session.gateway(), kept, request);
    files.forEach((name, file) -> ConsoleSession.write(file, result.buffer(name)));
    for (String name : result.bufferNames()) {
      byte[] bytes = result.buffer(name);
      Optional<Layout> layout = Optional.ofNullable(shown.get(name));
      if (layout.isEmpty() && result.returned() && result.bufferNames().size() == 1) {
        layout =
            arguments
                .target()
                .flatMap(target -> Layouts.left(target, request))
                .filter(known -> isAnswered(known, bytes));
      }
      layout.ifPresent(known -> structures.put(name, known.read(bytes)));
    }
    if (json) {
      JsonReport.print(result, structures, session.out());
    } else {
      CallReport report = new CallReport(session.out());
      report.print(result);
      shown.forEach(
          (name, layout) ->
              report.show(
                  name,
                  result.buffer(name),
                  arguments.address(name, result),
                  Optional.ofNullable(structures.get(name))));
    }
    return result.stop() == StopReason.RETURNED ? ExitStatus.RETURNED : ExitStatus.STOPPED;
  }

  /** Whether the service has filled the block: VBE signs it. */
  private static boolean isAnswered(Layout layout, byte[] bytes) {
    return bytes.length >= layout.fields().get(0).size()
        && (layout != Layouts.VBE_INFO || layout.read(bytes).text("signature").equals("VESA"));
  }

  private static List<PortRange> ports(String option, String ranges) {
    return ranges == null ? List.of() : Numerals.ports(option, ranges);
  }

  private Map<String, Path> files(CallArguments arguments) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (String text : out) {
      int equals = text.indexOf('=');
      if (equals <= 0 || equals == text.length() - 1) {
        throw new InvalidRequestException("--out " + text + ": expected NAME=FILE");
      }
      arguments.requireBuffer("--out", text.substring(0, equals));
      Path file = Path.of(text.substring(equals + 1));
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
        throw new InvalidRequestException(
            "--out " + text + ": expected a file in a folder that exists, found none");
      }
      files.put(text.substring(0, equals), file);
    }
    return files;
  }
}
