package dev.biosgateway.x86.snapshot;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.bus.MemoryBlock;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A whole machine at an instant: what it is built of, the section of every component, main memory
 * and the memory of devices. A machine made of it goes on exactly as the one it was taken of would
 * have: same instructions, same instants, same end.
 *
 * <p>What is outside the machine is not in it: files and terminals that its devices are connected
 * to, characters that have not reached a serial port yet, traps, probes, listeners.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class MachineImage {
  /** The name of main memory among {@link #memories}. */
  public static final String RAM = "ram";

  private final MachineConfig config;
  private final List<Section> sections;
  private final List<PagedMemory> memories;

  MachineImage(MachineConfig config, List<Section> sections, List<PagedMemory> memories) {
    this.config = Objects.requireNonNull(config, "config");
    this.sections = List.copyOf(sections);
    this.memories = List.copyOf(memories);
  }

  /** Takes an image between two instructions, on the machine's thread. */
  public static MachineImage of(Machine machine) {
    return of(machine, null);
  }

  /**
   * Takes an image that shares its pages with an earlier one of the same machine, where they are
   * the same.
   *
   * @param earlier null for none
   */
  public static MachineImage of(Machine machine, MachineImage earlier) {
    PhysicalBus bus = machine.bus();
    List<PagedMemory> memories = new ArrayList<>();
    memories.add(PagedMemory.of(RAM, bus.ram, memory(earlier, RAM)));
    for (MemoryBlock block : bus.blocks()) {
      memories.add(PagedMemory.of(block.name(), block.bytes, memory(earlier, block.name())));
    }
    return new MachineImage(machine.config(), machine.sections(), memories);
  }

  /**
   * Takes an image of a machine that is as it was in an earlier one but for pages that are known.
   * Costs what was written, whatever the size of memory.
   *
   * @param written pages of main memory, then of each block in the order of the bus, that may
   *     differ
   */
  public static MachineImage of(Machine machine, MachineImage earlier, List<BitSet> written) {
    PhysicalBus bus = machine.bus();
    List<PagedMemory> memories = new ArrayList<>();
    memories.add(earlier.memories.get(0).with(bus.ram, written.get(0)));
    List<MemoryBlock> blocks = bus.blocks();
    for (int i = 0; i < blocks.size(); i++) {
      memories.add(earlier.memories.get(i + 1).with(blocks.get(i).bytes, written.get(i + 1)));
    }
    return new MachineImage(machine.config(), machine.sections(), memories);
  }

  private static PagedMemory memory(MachineImage image, String name) {
    return image == null ? null : image.memory(name).orElse(null);
  }

  /** What the machine is built of. */
  public MachineConfig config() {
    return config;
  }

  /** Sections of clock, devices in the order of the board, bus, CPU; not to be changed. */
  public List<Section> sections() {
    return sections;
  }

  /** The section of a component, by name. */
  public Optional<Section> section(String name) {
    return sections.stream().filter(s -> s.name().equals(name)).findFirst();
  }

  /** Main memory first, then the memory of devices in the order of the board. */
  public List<PagedMemory> memories() {
    return memories;
  }

  /** A memory by its name, {@link #RAM} for main memory. */
  public Optional<PagedMemory> memory(String name) {
    return memories.stream().filter(m -> m.name().equals(name)).findFirst();
  }

  /**
   * A new machine in this state, with its own devices and its own memory. Costs that memory, which
   * the host has to clear, and a copy for each page that is not zeros.
   *
   * @throws StateException when the board no longer has the components that were saved
   */
  public Machine newMachine() {
    Machine machine = new Machine(config);
    copyToNew(machine);
    return machine;
  }

  /**
   * Gives a machine of the same configuration this state. Costs a comparison for each page and a
   * copy for each that differs. Checkpoints that are open see it as writes like any other.
   *
   * @throws StateException when the machine's components are others; it is unchanged then but for
   *     its memory
   */
  public void copyTo(Machine machine) {
    copyTo(machine, MemoryCopy.toUsed(machine.bus()));
  }

  /**
   * The same for a machine that was just powered on, whose memory nobody has changed: costs a copy
   * for each page that is not zeros.
   *
   * @throws StateException as {@link #copyTo}
   */
  public void copyToNew(Machine machine) {
    copyTo(machine, MemoryCopy.toNew(machine.bus()));
  }

  private void copyTo(Machine machine, MemoryCopy copy) {
    PhysicalBus bus = machine.bus();
    List<MemoryBlock> blocks = bus.blocks();
    requireMemory(RAM, memories.get(0), bus.ram.length);
    if (blocks.size() != memories.size() - 1) {
      throw new StateException(
          "machine image: expected a machine with %d memories of devices, found %d"
              .formatted(memories.size() - 1, blocks.size()));
    }
    for (int i = 0; i < blocks.size(); i++) {
      requireMemory(blocks.get(i).name(), memories.get(i + 1), blocks.get(i).bytes.length);
    }
    copy.toMainMemory(memories.get(0));
    for (int i = 0; i < blocks.size(); i++) {
      copy.toBlock(memories.get(i + 1), blocks.get(i));
    }
    machine.restoreSections(sections);
  }

  private static void requireMemory(String name, PagedMemory memory, long size) {
    if (!memory.name().equals(name) || memory.size() != size) {
      throw new StateException(
          "machine image: expected a machine with %d bytes of %s, found %d bytes of %s"
              .formatted(memory.size(), memory.name(), size, name));
    }
  }

  /**
   * SHA-256 over all sections and all pages that are not zeros: equal for two machines whose every
   * register and every byte is equal, whatever way they came.
   */
  public byte[] digest() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      try (DataOutputStream out =
          new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), sha))) {
        for (Section section : sections) {
          section.writeTo(out);
        }
        for (PagedMemory memory : memories) {
          out.writeUTF(memory.name());
          out.writeInt(memory.pages());
          for (int i = 0; i < memory.pages(); i++) {
            byte[] page = memory.page(i);
            if (page != null) {
              out.writeInt(i);
              out.write(page);
            }
          }
        }
      }
      return sha.digest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** {@link #digest} in 64 hexadecimal digits. */
  public String digestText() {
    return HexFormat.of().formatHex(digest());
  }

  @Override
  public String toString() {
    return "%s, %s, %d sections, %s"
        .formatted(config.board().name(), config.cpu().id(), sections.size(), memories);
  }
}
