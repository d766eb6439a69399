package dev.biosgateway.kexec.service;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.kexec.DumpInfo;
import dev.biosgateway.api.kexec.DumpRequest;
import dev.biosgateway.api.kexec.KexecLoadRequest;
import dev.biosgateway.api.kexec.KexecMachine;
import dev.biosgateway.api.kexec.KexecOutcome;
import dev.biosgateway.api.kexec.KexecRefusedException;
import dev.biosgateway.api.kexec.LoadedImage;
import dev.biosgateway.api.kexec.ResidentSystem;
import dev.biosgateway.api.kexec.SnapshotInfo;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.call.JumpEnd;
import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.hibernate.Hibernation;
import dev.biosgateway.kexec.image.KexecFile;
import dev.biosgateway.kexec.jump.WakeAlarm;
import dev.biosgateway.kexec.load.Errno;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.snapshot.SnapshotDifference;
import dev.biosgateway.kexec.system.ResidentSystems;
import dev.biosgateway.kexec.vmcore.DumpFormat;
import dev.biosgateway.kexec.vmcore.DumpLevel;
import dev.biosgateway.kexec.vmcore.ElfClass;
import dev.biosgateway.kexec.vmcore.ElfCoreHeader;
import dev.biosgateway.kexec.vmcore.PageKinds;
import dev.biosgateway.kexec.vmcore.PhysicalMemory;
import dev.biosgateway.kexec.vmcore.VmcoreWriter;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.snapshot.MachineImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** A machine, its images, systems and snapshots. Not thread-safe. */
final class JumpMachine implements KexecMachine {
  /** Set aside for crash kernels when the first of them is loaded: the last eighth of memory. */
  private static final int CRASH_KERNEL_SHARE = 8;

  private static final String NOW = "now";

  /**
   * What is loaded.
   *
   * @param kind in words
   * @param jumps how often it was entered
   */
  record Loaded(String kind, Kimage image, int jumps) {}

  /**
   * An instant.
   *
   * @param images as {@link SavedMachine} writes them
   */
  record Snapshot(SnapshotInfo info, MachineTemplate machine, byte[] images) {}

  private final BridgeMachine bridge;
  private final ResidentSystems systems;
  private final Map<String, Snapshot> snapshots;
  private Loaded loaded;
  private String parent = "";
  private PageRange crashKernel;

  /** A machine without images. */
  JumpMachine(BridgeMachine bridge) {
    this(bridge, new LinkedHashMap<>());
  }

  private JumpMachine(BridgeMachine bridge, Map<String, Snapshot> snapshots) {
    this.bridge = bridge;
    this.snapshots = snapshots;
    this.systems = new ResidentSystems(bridge);
  }

  /** A machine as it was saved. */
  static JumpMachine reopened(BridgeMachine bridge, byte[] images, List<Snapshot> snapshots)
      throws IOException {
    JumpMachine machine = new JumpMachine(bridge);
    machine.reload(images);
    snapshots.forEach(s -> machine.snapshots.put(s.info().name(), s));
    return machine;
  }

  BridgeMachine bridge() {
    return bridge;
  }

  ResidentSystems residentSystems() {
    return systems;
  }

  Optional<Loaded> image() {
    return Optional.ofNullable(loaded);
  }

  void setImage(Loaded image) {
    loaded = image;
  }

  PageRange crashKernel() {
    return crashKernel;
  }

  void setCrashKernel(PageRange range) {
    crashKernel = range;
  }

  String parent() {
    return parent;
  }

  void setParent(String name) {
    parent = name;
  }

  // ---- one image

  @Override
  public LoadedImage load(KexecLoadRequest request) {
    return refusing(
        () -> {
          Loaded next = prepare(request);
          if (loaded != null) {
            loaded.image.close();
          }
          loaded = next;
          systems.publish(next.image);
          bridge.keep();
          return describe(next);
        });
  }

  private Loaded prepare(KexecLoadRequest request) {
    KexecLoad load = bridge.load();
    long start;
    String kind;
    if (request.file().isEmpty()) {
      start = request.entry().orElseThrow();
      kind = "helper";
    } else {
      KexecFile file = parse(request);
      file.segments().forEach(load::add);
      file.coreHeader()
          .ifPresent(
              header -> load.completedBy((page, segments) -> complete(header, page, segments)));
      start = file.start();
      kind = file.kind().name().toLowerCase(Locale.ROOT);
      if (file.whole()) {
        load.ofAnySize();
      }
    }
    if (request.memMin() > 0 || request.memMax() < 0xffffffffL) {
      load.within(request.memMin(), request.memMax());
      if (request.preserveContext() && request.memMax() < bridge.machine().bus().ramSize()) {
        // Who names no mem-min leaves the first megabyte to the BIOS, as every kernel does.
        load.backUpTheRest(request.memMin() == 0 ? HostContext.BASE : 0);
      }
    }
    if (request.onCrash()) {
      load.onCrash(setAside());
    }
    if (request.checked()) {
      load.withDigests();
    }
    return new Loaded(kind, load.prepare(start, request.preserveContext()), 0);
  }

  /** Tells the new kernel where this one goes on. */
  private void complete(ElfCoreHeader header, int controlPage, List<LoadedSegment> segments) {
    byte[] bytes = header.bytes(bridge.host().jumpBackEntry(controlPage));
    segments.stream()
        .filter(s -> s.segment().name().equals(ElfCoreHeader.NAME))
        .forEach(s -> s.write(0, bytes));
  }

  private PageRange setAside() {
    if (crashKernel == null) {
      int ram = bridge.machine().bus().ramSize();
      int size = ram / CRASH_KERNEL_SHARE & -0x1000;
      bridge.host().frames().reserve(ram - size, size >>> 12);
      crashKernel = new PageRange(ram - size, size >>> 12);
    }
    return crashKernel;
  }

  private KexecFile parse(KexecLoadRequest request) {
    Path path = request.file().orElseThrow();
    byte[] bytes = read(path);
    byte[] initrd = request.initrd().map(JumpMachine::read).orElse(new byte[0]);
    try {
      return KexecFile.parse(
          path,
          bytes,
          new KexecFile.Request(
              request.entry(),
              request.memMin(),
              request.memMax(),
              initrd,
              request.commandLine(),
              bridge.machine().bus().ramSize(),
              coreHeader(request)));
    } catch (IOException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  /**
   * As kexec-tools do: for kernels that come back, and, as there, only when --mem-max says which
   * memory is theirs: else nothing of the old kernel would be left to tell of.
   */
  private Optional<KexecFile.CoreHeader> coreHeader(KexecLoadRequest request) {
    PhysicalBus bus = bridge.machine().bus();
    if (!request.preserveContext() || request.memMax() >= bus.ramSize()) {
      return Optional.empty();
    }
    return Optional.of(
        new KexecFile.CoreHeader(
            request.elf64CoreHeaders() ? ElfClass.ELF64 : ElfClass.ELF32, Hibernation.ram(bus)));
  }

  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidRequestException("cannot read " + file + ": there is no such file", e);
    } catch (IOException e) {
      throw new InvalidRequestException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<LoadedImage> loaded() {
    return image().map(this::describe);
  }

  private LoadedImage describe(Loaded image) {
    return new LoadedImage(
        image.kind,
        image.image.start() & 0xffffffffL,
        image.image.preserveContext(),
        image.image.segments().stream()
            .map(s -> s.segment())
            .map(s -> new LoadedImage.Segment(s.name(), s.mem(), s.memsz()))
            .toList(),
        bridge.host().jumpBackEntry(image.image) & 0xffffffffL,
        image.jumps);
  }

  @Override
  public void unload() {
    if (loaded != null) {
      loaded.image.close();
      loaded = null;
      bridge.keep();
    }
  }

  private static void requireSettable(Optional<Duration> wakeAfter) {
    try {
      wakeAfter.ifPresent(WakeAlarm::requireSettable);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    }
  }

  @Override
  public KexecOutcome execute(long budget, Optional<Duration> wakeAfter) {
    requireSettable(wakeAfter);
    return refusing(
        () -> {
          if (loaded == null) {
            throw new KexecException(Errno.EINVAL, "nothing is loaded");
          }
          JumpEnd end = bridge.jumpTo(loaded.image, budget, wakeAfter);
          loaded = new Loaded(loaded.kind, loaded.image, loaded.jumps + 1);
          return outcome(end, loaded.image);
        });
  }

  private static KexecOutcome outcome(JumpEnd end, Kimage image) {
    boolean back = end.reason().isEmpty();
    return new KexecOutcome(
        end.stop(),
        end.reason(),
        end.console(),
        back ? OptionalLong.of(image.start() & 0xffffffffL) : OptionalLong.empty(),
        end.restart(),
        end.instructions());
  }

  // ---- several systems

  @Override
  public ResidentSystem addSystem(String name, KexecLoadRequest request) {
    return refusing(
        () -> {
          Loaded next = prepare(request.withPreserveContext(true));
          try {
            ResidentSystems.Entry entry = systems.add(name, next.image);
            systems.publish(next.image);
            bridge.keep();
            return describe(entry);
          } catch (KexecException e) {
            next.image.close();
            throw e;
          }
        });
  }

  @Override
  public List<ResidentSystem> systems() {
    return systems.list().stream().map(this::describe).toList();
  }

  private ResidentSystem describe(ResidentSystems.Entry entry) {
    return new ResidentSystem(
        entry.name(),
        describe(new Loaded("system", entry.image(), entry.switches())),
        entry.switches(),
        systems.isRunning(entry));
  }

  @Override
  public KexecOutcome switchTo(String name, long budget, Optional<Duration> wakeAfter) {
    requireSettable(wakeAfter);
    return refusing(
        () -> {
          JumpEnd end = systems.switchTo(name, budget, wakeAfter);
          Kimage last =
              systems.list().stream().filter(systems::isRunning).findFirst().orElseThrow().image();
          return outcome(end, last);
        });
  }

  // ---- snapshots

  @Override
  public SnapshotInfo takeSnapshot(String name) {
    if (NOW.equals(name) || name.isBlank()) {
      throw new InvalidRequestException("a snapshot wants a name other than \"" + name + "\"");
    }
    if (snapshots.containsKey(name)) {
      throw new InvalidRequestException("there is a snapshot " + name + " already");
    }
    MachineTemplate machine = bridge.freeze();
    SnapshotInfo info =
        new SnapshotInfo(
            name, parent, bridge.machine().clock().retiredInstructions(), machine.bytes());
    snapshots.put(name, new Snapshot(info, machine, SavedMachine.images(this)));
    parent = name;
    return info;
  }

  @Override
  public List<SnapshotInfo> snapshots() {
    return snapshots.values().stream().map(Snapshot::info).toList();
  }

  List<Snapshot> allSnapshots() {
    return new ArrayList<>(snapshots.values());
  }

  private Snapshot snapshot(String name) {
    Snapshot snapshot = snapshots.get(name);
    if (snapshot == null) {
      throw new InvalidRequestException(
          "no snapshot " + name + "; there are " + String.join(" ", snapshots.keySet()));
    }
    return snapshot;
  }

  @Override
  public List<String> difference(String from, String to) {
    return SnapshotDifference.of(imageOf(from), imageOf(to));
  }

  private MachineImage imageOf(String name) {
    return BridgeMachine.image(NOW.equals(name) ? bridge.freeze() : snapshot(name).machine());
  }

  @Override
  public void restoreSnapshot(String name) {
    Snapshot snapshot = snapshot(name);
    bridge.restore(snapshot.machine());
    try {
      reload(snapshot.images());
    } catch (IOException e) {
      throw new IllegalStateException("snapshot " + name, e);
    }
    parent = name;
  }

  private void reload(byte[] images) throws IOException {
    systems.clear();
    loaded = null;
    SavedMachine.readImages(images, this);
  }

  // ---- files

  @Override
  public DumpInfo dump(Path file, DumpRequest request) {
    try {
      new VmcoreWriter(
              PhysicalMemory.of(bridge.machine().bus()), Hibernation.ram(bridge.machine().bus()))
          .format(format(request))
          .level(new DumpLevel(request.level()), PageKinds.UNKNOWN)
          .vmcoreinfo(
              Map.of(
                  "PAGESIZE", "4096",
                  "BOARD", bridge.machine().config().board().name(),
                  "CPU", bridge.machine().config().cpu().id(),
                  "MEMORY", Long.toString(bridge.machine().config().memoryBytes())))
          .devices(bridge.machine().sections())
          .write(file);
      return DumpText.of(file);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidRequestException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static DumpFormat format(DumpRequest request) {
    if (request.compressed()) {
      return DumpFormat.KDUMP;
    }
    return request.elf64() ? DumpFormat.ELF64 : DumpFormat.ELF32;
  }

  @Override
  public void save(Path file) {
    try {
      SavedMachine.write(this, file);
    } catch (IOException e) {
      throw new InvalidRequestException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    bridge.close();
  }

  /** Gives kexec's refusals the type of the api. */
  static <R> R refusing(Supplier<R> work) {
    try {
      return work.get();
    } catch (KexecException e) {
      throw new KexecRefusedException(e.errno().name(), e.getMessage(), e);
    }
  }
}
