package dev.biosgateway.kexec.service;

import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Registers;
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
import dev.biosgateway.kexec.hibernate.Hibernation;
import dev.biosgateway.kexec.jump.WakeAlarm;
import dev.biosgateway.kexec.load.Errno;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.kexec.snapshot.SnapshotDifference;
import dev.biosgateway.kexec.system.ResidentSystems;
import dev.biosgateway.kexec.vmcore.DumpFormat;
import dev.biosgateway.kexec.vmcore.DumpLevel;
import dev.biosgateway.kexec.vmcore.ElfCoreHeader;
import dev.biosgateway.kexec.vmcore.PageKinds;
import dev.biosgateway.kexec.vmcore.PhysicalMemory;
import dev.biosgateway.kexec.vmcore.VmcoreWriter;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.snapshot.MachineImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** A machine, its images, systems and snapshots. Not thread-safe. */
final class JumpMachine implements KexecMachine {
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
  private final ImageLoader loader;

  /** A machine without images. */
  JumpMachine(BridgeMachine bridge) {
    this(bridge, new LinkedHashMap<>());
  }

  private JumpMachine(BridgeMachine bridge, Map<String, Snapshot> snapshots) {
    this.bridge = bridge;
    this.snapshots = snapshots;
    this.systems = new ResidentSystems(bridge);
    this.loader = new ImageLoader(bridge);
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

  ImageLoader loader() {
    return loader;
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
          Loaded next = loader.prepare(request);
          if (loaded != null) {
            loaded.image.close();
          }
          loaded = next;
          systems.publish(next.image);
          bridge.keep();
          return describe(next);
        });
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

  /** Memory of the image as it lies in the memory set aside: of a crash image nothing is copied. */
  @Override
  public KexecOutcome crash(long budget, Optional<String> until) {
    return refusing(
        () -> {
          if (loaded == null || !loader.isSetAside(loaded.image)) {
            throw new KexecException(
                Errno.EINVAL, "no crash image is loaded: load one with --load-panic");
          }
          Registers registers = bridge.callNull();
          Machine machine =
              bridge.crash(
                  loaded.image,
                  () ->
                      loaded.image.segments().stream()
                          .filter(s -> s.segment().name().equals(ElfCoreHeader.NAME))
                          .forEach(s -> tellRegisters(s, registers)));
          return new FreeRun(machine).until(until, budget);
        });
  }

  private static void tellRegisters(LoadedSegment header, Registers registers) {
    byte[] bytes = header.read(0, (int) header.segment().memsz());
    ElfCoreHeader.setRegisters(bytes, header.segment().mem(), registers);
    header.write(0, bytes);
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
          Loaded next = loader.prepare(request.withPreserveContext(true));
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
