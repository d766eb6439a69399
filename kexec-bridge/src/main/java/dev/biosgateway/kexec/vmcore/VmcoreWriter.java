package dev.biosgateway.kexec.vmcore;

import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.x86.snapshot.ReplacedFile;
import dev.biosgateway.x86.state.Section;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes memory as a dump of i386, with notes of the processor's registers, VMCOREINFO and the
 * devices: an ELF core with a PT_LOAD for each run of pages, or a kdump-compressed file. The file
 * is replaced in one step. More than 65,534 program headers are counted where ELF has the room for
 * it: in section header 0 (PN_XNUM).
 *
 * <p>One writer for one dump; not thread-safe.
 */
public final class VmcoreWriter {
  static final int PAGE = PageRange.PAGE;
  static final int PN_XNUM = 0xffff;
  private static final int BUFFER = 1 << 16;
  private static final byte[] ZEROS = new byte[PAGE];

  private final PhysicalMemory memory;
  private final MemoryMap ram;
  private DumpFormat format = DumpFormat.ELF64;
  private DumpLevel level = DumpLevel.EVERYTHING;
  private PageKinds kinds = PageKinds.UNKNOWN;
  private final List<Note> notes = new ArrayList<>();

  /** What a dump has of a page. */
  private enum Content {
    HELD,
    ZEROS,
    LEFT_OUT
  }

  /**
   * A dump of memory.
   *
   * @param ram which pages are to be in it; without the area of whoever saves
   */
  public VmcoreWriter(PhysicalMemory memory, MemoryMap ram) {
    this.memory = memory;
    this.ram = ram;
  }

  /** Chooses the format; ELF64 if this is not called. */
  public VmcoreWriter format(DumpFormat choice) {
    format = choice;
    return this;
  }

  /**
   * Leaves pages out; none if this is not called.
   *
   * @param known what the pages are used for
   * @throws IllegalArgumentException for levels that need what is not known
   */
  public VmcoreWriter level(DumpLevel choice, PageKinds known) {
    int unknown = choice.bits() & ~DumpLevel.ZERO & ~known.known();
    if (unknown != 0) {
      throw new IllegalArgumentException(
          String.format(
              "dump level %d: expected a sum of %s; the saved kernel does not tell which pages are"
                  + " %s",
              choice.bits(),
              DumpLevel.names(DumpLevel.ZERO | known.known()),
              DumpLevel.names(unknown)));
    }
    level = choice;
    kinds = known;
    return this;
  }

  /** Adds the registers of a processor. */
  public VmcoreWriter prstatus(Registers registers) {
    notes.add(Note.prstatus(registers));
    return this;
  }

  /** Adds VMCOREINFO. */
  public VmcoreWriter vmcoreinfo(Map<String, String> lines) {
    notes.add(Note.vmcoreinfo(lines));
    return this;
  }

  /** Adds the state of the machine's components. */
  public VmcoreWriter devices(List<Section> sections) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(sections.size());
      for (Section section : sections) {
        section.writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    notes.add(new Note(Note.GATEWAY, Note.DEVICES, bytes.toByteArray()));
    return this;
  }

  /**
   * Writes the file.
   *
   * @throws VmcoreException if ELF32 cannot hold as much
   */
  public void write(Path file) throws IOException {
    List<PageRun> runs = runs();
    List<Note> all = new ArrayList<>(notes);
    all.add(new Note(Note.GATEWAY, Note.SHA256, digest(runs)));
    if (format.elfClass().isEmpty()) {
      ReplacedFile.write(
          file, channel -> new KdumpWriter(memory, ram, runs, all, level).write(channel));
      return;
    }
    ByteBuffer head = head(file, format.elfClass().get(), runs, all);
    ReplacedFile.write(
        file,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
          out.write(head.array());
          byte[] page = new byte[PAGE];
          for (PageRun run : runs) {
            for (long i = 0; !run.zeros() && i < run.pages(); i++) {
              memory.read(run.address() + i * PAGE, page);
              out.write(page);
            }
          }
          out.flush();
        });
  }

  private List<PageRun> runs() {
    List<PageRun> out = new ArrayList<>();
    byte[] page = new byte[PAGE];
    for (PageRange range : ram.ranges()) {
      long begin = range.address();
      Content kind = Content.LEFT_OUT;
      for (long at = range.address(); at < range.end(); at += PAGE) {
        Content now = content(at, page);
        if (now != kind) {
          end(begin, at, kind, out);
          begin = at;
          kind = now;
        }
      }
      end(begin, range.end(), kind, out);
    }
    return out;
  }

  private Content content(long address, byte[] page) {
    if ((kinds.kindOf(address) & level.bits()) != 0) {
      return Content.LEFT_OUT;
    }
    if (!level.leavesOut(DumpLevel.ZERO)) {
      return Content.HELD;
    }
    memory.read(address, page);
    return Arrays.equals(page, ZEROS) ? Content.ZEROS : Content.HELD;
  }

  private static void end(long begin, long end, Content kind, List<PageRun> out) {
    if (kind != Content.LEFT_OUT && end > begin) {
      out.add(new PageRun(begin, (end - begin) / PAGE, kind == Content.ZEROS));
    }
  }

  private byte[] digest(List<PageRun> runs) {
    MessageDigest sha = Vmcore.sha256();
    byte[] page = new byte[PAGE];
    for (PageRun run : runs) {
      sha.update(placeOf(run.address(), run.size()));
      for (long i = 0; !run.zeros() && i < run.pages(); i++) {
        memory.read(run.address() + i * PAGE, page);
        sha.update(page);
      }
    }
    return ByteBuffer.allocate(36)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(sha.digest())
        .putInt(level.bits())
        .array();
  }

  /** What the digest says of where content belongs. */
  static byte[] placeOf(long address, long size) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(address)
        .putLong(size)
        .array();
  }

  /** ELF header, program headers, section header 0 if it is needed, notes; up to a page. */
  private static ByteBuffer head(Path file, ElfClass elfClass, List<PageRun> runs, List<Note> all)
      throws VmcoreException {
    int headers = runs.size() + 1;
    boolean extended = headers >= PN_XNUM;
    int notesSize = all.stream().mapToInt(Note::size).sum();
    long programHeaders = elfClass.headerSize;
    long sectionHeader = programHeaders + (long) headers * elfClass.programHeaderSize;
    long notesAt = sectionHeader + (extended ? elfClass.sectionHeaderSize : 0);
    long dataAt = notesAt + notesSize + PAGE - 1 & -PAGE;
    long end = dataAt + runs.stream().mapToLong(PageRun::fileSize).sum();
    if (elfClass == ElfClass.ELF32) {
      long highest = runs.isEmpty() ? 0 : runs.get(runs.size() - 1).address();
      if (end > 0xffffffffL || highest > 0xffffffffL) {
        throw new VmcoreException(
            file, "ELF32", 4, "a dump below 4 GB", String.format("0x%x bytes", end));
      }
    }
    ByteBuffer out = ByteBuffer.allocate((int) dataAt).order(ByteOrder.LITTLE_ENDIAN);
    ElfFields fields = new ElfFields(out, elfClass);
    fields.header(headers, programHeaders, extended ? sectionHeader : 0);
    fields.programHeader(ElfFields.PT_NOTE, 0, notesAt, 0, notesSize, notesSize, 0);
    long at = dataAt;
    for (PageRun run : runs) {
      fields.programHeader(
          ElfFields.PT_LOAD, ElfFields.PF_RWX, at, run.address(), run.fileSize(), run.size(), PAGE);
      at += run.fileSize();
    }
    if (extended) {
      fields.sectionHeaderZero(headers);
    }
    all.forEach(n -> n.write(out));
    return out;
  }
}
