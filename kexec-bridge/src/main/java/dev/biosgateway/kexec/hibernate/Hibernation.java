package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.protocol.Mailbox;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.Message;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.protocol.ProtocolBlock;
import dev.biosgateway.kexec.protocol.ProtocolException;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.kexec.vmcore.PageKinds;
import dev.biosgateway.kexec.vmcore.PhysicalMemory;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.kexec.vmcore.VmcoreWriter;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Trap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the kernel of a machine when that kernel has jumped to the {@link Saver}: by its own kexec,
 * or made to. While somebody attends, every arrival of the saver is answered; afterwards the saver
 * gives the machine back, or the machine stops for the process to end.
 *
 * <p>Not thread-safe; works on the machine's thread, within its run.
 */
public final class Hibernation {
  private static final Logger LOG = LoggerFactory.getLogger(Hibernation.class);

  /** EIO: the answer when the file could not be written. */
  private static final int EIO = 5;

  /** What happens once a kernel is saved. */
  public enum Then {
    /** The saver gives the machine back, and the kernel goes on. */
    GO_ON,
    /** The machine's run ends with a trap. */
    STOP
  }

  private final Machine machine;
  private final PhysicalBus bus;
  private final Path file;
  private final SaveOptions options;
  private final Then then;
  private int restart = RestartPoint.RESTORE;
  private int saved;
  private IOException failure;

  private Hibernation(Machine machine, Path file, SaveOptions options, Then then) {
    this.machine = machine;
    this.bus = machine.bus();
    this.file = Objects.requireNonNull(file, "file");
    this.options = Objects.requireNonNull(options, "options");
    this.then = then;
  }

  /**
   * Begins to attend to the saver.
   *
   * @param file replaced in one step whenever the kernel is saved
   */
  public static Hibernation attend(Machine machine, Path file, SaveOptions options, Then then) {
    Hibernation hibernation = new Hibernation(machine, file, options, then);
    machine.setTrap(Saver.save(), cpu -> hibernation.arrived());
    return hibernation;
  }

  /**
   * Chooses by which of its restart points a kernel is entered once it is saved; the default one if
   * it has no such entry, or could not be saved.
   *
   * @param number of a {@link RestartPoint}
   */
  public void restartBy(int number) {
    restart = number;
  }

  /** Attends no longer. */
  public void end() {
    machine.setTrap(Saver.save(), null);
  }

  /** How often the kernel was saved. */
  public int saved() {
    return saved;
  }

  /** Why it could not be saved the last time; empty when it was, or was not tried. */
  public Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  private Trap.Outcome arrived() {
    int entry = bus.read32(Saver.jumpBackEntry());
    Mailbox mailbox = new Mailbox(bus, bus.read32(Saver.mailboxPointer()));
    List<Message> asked = mailbox.take(Mailbox.Direction.TO_HOST);
    if (!asked.contains(new Message.Save(entry))) {
      throw new IllegalStateException(
          String.format("the saver at 0x%08x asked for %s", Saver.save(), asked));
    }
    mailbox.post(
        Mailbox.Direction.TO_IMAGE, List.of(new Message.Saved(0), new Message.Restart(restart)));
    failure = null;
    try {
      write(entry, file, options);
      saved++;
      LOG.info("saved the kernel that goes on at 0x{}", Integer.toHexString(entry));
    } catch (IOException e) {
      failure = e;
      mailbox.post(Mailbox.Direction.TO_IMAGE, List.of(new Message.Saved(EIO)));
      LOG.warn("the kernel is not saved: {}", e.getMessage());
    }
    return then == Then.STOP ? Trap.Outcome.STOP : Trap.Outcome.EXECUTE;
  }

  /**
   * Saves the kernel that lies still once more, in another way.
   *
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException for a level that needs what nobody knows
   */
  public void saveAs(Path other, SaveOptions how) throws IOException {
    write(bus.read32(Saver.jumpBackEntry()), other, how);
  }

  private void write(int entry, Path to, SaveOptions how) throws IOException {
    Optional<ProtocolBlock> block = block();
    PageRange area = block.flatMap(ProtocolBlock::image).orElse(Saver.AREA);
    SuspendedKernel kernel = new SuspendedKernel(bus, entry);
    Map<String, String> linux = LinuxPages.vmcoreinfo(bus).orElse(Map.of());
    PageKinds kinds =
        LinuxPages.of(bus, kernel, linux)
            .or(() -> block.flatMap(ProtocolBlock::backup).map(PageKinds::ofUsed))
            .orElse(PageKinds.UNKNOWN);
    new VmcoreWriter(PhysicalMemory.of(bus), ram(bus).without(Saver.AREA).without(area))
        .format(how.format())
        .level(how.level(), kinds)
        .prstatus(kernel.registers())
        .vmcoreinfo(information(entry, kernel, area, linux, how))
        .devices(machine.sections())
        .write(to);
  }

  /** What the kernel says of itself, and what is to be known to go on with it. */
  private Map<String, String> information(
      int entry,
      SuspendedKernel kernel,
      PageRange area,
      Map<String, String> linux,
      SaveOptions how) {
    Map<String, String> info = new LinkedHashMap<>(linux);
    info.put("PAGESIZE", "4096");
    info.put(Vmcore.JUMP_BACK_ENTRY, String.format("0x%x", entry));
    if (kernel.isKnown()) {
      info.put("CR3", String.format("0x%x", kernel.cr3()));
    }
    info.put(Vmcore.DUMP_LEVEL, "" + how.level().bits());
    info.put("SAVER_AREA", area.toString());
    info.put("BOARD", machine.config().board().name());
    info.put("CPU", machine.config().cpu().id());
    info.put("MEMORY", Long.toString(machine.config().memoryBytes()));
    return info;
  }

  /** The kernel's protocol block; none when it has none, or a broken one, which it then logs. */
  private Optional<ProtocolBlock> block() {
    try {
      return Optional.of(ProtocolBlock.find(bus));
    } catch (ProtocolException e) {
      if (e.kind() != ProtocolException.Kind.NO_MAGIC) {
        LOG.warn("saved without a protocol block: {}", e.getMessage());
      }
      return Optional.empty();
    }
  }

  /** Main memory of a PC: below 640 K without the extended BIOS data area, and above 1 MB. */
  public static MemoryMap ram(PhysicalBus bus) {
    return MemoryMap.of(
        List.of(PageRange.between(0, 0x9f000), PageRange.between(0x100000, bus.ramSize())));
  }
}
