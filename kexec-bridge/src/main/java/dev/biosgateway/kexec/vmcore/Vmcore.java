package dev.biosgateway.kexec.vmcore;

import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.x86.state.Section;
import dev.biosgateway.x86.state.StateException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A memory dump, read: its notes, and the memory it holds. Immutable; safe for use by any thread.
 *
 * @param format how it was written
 * @param notes in the order of the file
 * @param loads by ascending address, none overlapping
 */
public record Vmcore(DumpFormat format, List<Note> notes, List<Load> loads) {
  /** The line of VMCOREINFO with the address at which the saved kernel goes on. */
  public static final String JUMP_BACK_ENTRY = "KEXEC_JUMP_BACK_ENTRY";

  /** The line of VMCOREINFO with the sum of what was left out, as {@link DumpLevel} has it. */
  public static final String DUMP_LEVEL = "DUMP_LEVEL";

  /**
   * Memory that the dump speaks of: content, then zeros.
   *
   * @param address physical
   * @param content what the file holds; not to be changed
   * @param size bytes in memory, at least those of the content
   */
  public record Load(long address, byte[] content, long size) {
    /** The first address behind it. */
    public long end() {
      return address + size;
    }
  }

  /** Copies the lists. */
  public Vmcore {
    notes = List.copyOf(notes);
    loads = List.copyOf(loads);
  }

  /**
   * Reads a dump of any format, and checks its digest if it has one. Of a disk that {@code
   * disk_saver.asm} wrote, the newest core.
   *
   * @throws VmcoreException naming the field that is wrong, where, what was expected and found
   */
  public static Vmcore read(Path file) throws IOException {
    return new VmcoreReader(file).read();
  }

  /** The first note of a kind. */
  public Optional<Note> note(String name, int type) {
    return notes.stream().filter(n -> n.name().equals(name) && n.type() == type).findFirst();
  }

  /** The lines of VMCOREINFO; none if there is no such note. */
  public Map<String, String> vmcoreinfo() {
    return note(Note.VMCOREINFO, 0).map(Note::lines).orElse(Map.of());
  }

  /** Where the saved kernel goes on, if the dump says so. */
  public Optional<Integer> jumpBackEntry() {
    return Optional.ofNullable(vmcoreinfo().get(JUMP_BACK_ENTRY))
        .map(text -> (int) Long.decode(text).longValue());
  }

  /** The memory it speaks of. */
  public MemoryMap memory() {
    return MemoryMap.of(
        loads.stream()
            .filter(l -> l.size() > 0)
            .map(l -> PageRange.between(l.address() & ~0xfffL, l.end() + 0xfff & ~0xfffL))
            .toList());
  }

  /**
   * The sections of the machine's components; none if the dump is of another make.
   *
   * @throws StateException when they cannot be read
   */
  public List<Section> devices() {
    Optional<Note> note = note(Note.GATEWAY, Note.DEVICES);
    if (note.isEmpty()) {
      return List.of();
    }
    byte[] bytes = note.get().description();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      List<Section> out = new ArrayList<>();
      for (int i = in.readInt(); i > 0; i--) {
        out.add(Section.readFrom(in, bytes.length));
      }
      return out;
    } catch (IOException e) {
      throw new StateException("vmcore, note of the devices: " + e.getMessage());
    }
  }

  /** Reads one page; null when the dump says nothing of it. */
  public byte[] page(long address) {
    for (Load l : loads) {
      if (address >= l.address() && address + 4096 <= l.end()) {
        int from = (int) Math.min(address - l.address(), l.content().length);
        int to = (int) Math.min(from + 4096L, l.content().length);
        return Arrays.copyOf(Arrays.copyOfRange(l.content(), from, to), 4096);
      }
    }
    return null;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
