package dev.biosgateway.kexec.vmcore;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.PageRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ELF core header that kernel A leaves in kernel B's memory, and names by {@code elfcorehdr=}
 * on its command line: B's /proc/vmcore is made of it (Documentation/admin-guide/kdump/kdump.rst).
 * A core without content: every offset is a physical address. Immutable.
 *
 * @param elfClass of the header
 * @param address physical, of the page at which it begins
 * @param memory the old kernel's, without the area of the new one
 * @param backup where memory below 1 MB is found, because the new kernel uses it; 0 if in its place
 */
public record ElfCoreHeader(ElfClass elfClass, long address, MemoryMap memory, long backup) {
  /** Name of its segment, and of the argument that tells of it. */
  public static final String NAME = "elfcorehdr";

  private static final int PAGE = PageRange.PAGE;
  private static final int EI_CLASS = 4;
  private static final int LOW_END = 0x100000;
  private static final int FLAT_CS = 0x60;
  private static final int FLAT_DS = 0x68;

  /** Bytes that it takes, whole pages. */
  public long size() {
    return bytes(0).length;
  }

  /** The argument for a kernel's command line. */
  public String argument() {
    return NAME + "=" + (address >>> 10) + "K";
  }

  /**
   * The header.
   *
   * @param jumpBackEntry physical address at which the old kernel goes on, 0 for one that crashed
   */
  public byte[] bytes(int jumpBackEntry) {
    List<Note> notes = notes(jumpBackEntry);
    int notesSize = notes.stream().mapToInt(Note::size).sum();
    List<PageRange> ranges = memory.ranges();
    int headers = ranges.size() + 1;
    int notesAt = elfClass.headerSize + headers * elfClass.programHeaderSize;
    int size = notesAt + notesSize + PAGE - 1 & -PAGE;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    ElfFields fields = new ElfFields(out, elfClass);
    fields.header(headers, elfClass.headerSize, 0);
    long at = address + notesAt;
    fields.programHeader(ElfFields.PT_NOTE, 0, at, at, notesSize, notesSize, 0);
    for (PageRange range : ranges) {
      long bytes = range.pages() * PAGE;
      long offset = range.address() + (range.address() < LOW_END ? backup : 0);
      fields.programHeader(
          ElfFields.PT_LOAD, ElfFields.PF_RWX, offset, range.address(), bytes, bytes, 0);
    }
    notes.forEach(note -> note.write(out));
    return out.array();
  }

  /**
   * Puts the registers of a kernel that has crashed into the header it left: crash_save_cpu().
   *
   * @param header what {@link #bytes} gave, changed in place
   * @param address where it lies, physical
   */
  public static void setRegisters(byte[] header, long address, Registers registers) {
    ByteBuffer in = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    boolean wide = in.get(EI_CLASS) == ElfClass.ELF64.ident;
    // The first program header is that of the notes, of which the first is the processor's.
    int first = wide ? ElfClass.ELF64.headerSize : ElfClass.ELF32.headerSize;
    long offset = wide ? in.getLong(first + 8) : in.getInt(first + 4) & 0xffffffffL;
    in.position(Math.toIntExact(offset - address));
    Note.prstatus(registers).write(in);
  }

  /** Of the same length whatever the entry: it is known only when pages have been taken. */
  private static List<Note> notes(int jumpBackEntry) {
    Registers registers =
        Registers.ZERO
            .with(Register.EIP, jumpBackEntry & 0xffffffffL)
            .with(Register.CS, FLAT_CS)
            .with(Register.DS, FLAT_DS)
            .with(Register.ES, FLAT_DS)
            .with(Register.SS, FLAT_DS);
    Map<String, String> info = new LinkedHashMap<>();
    info.put("PAGESIZE", "" + PAGE);
    info.put(Vmcore.JUMP_BACK_ENTRY, String.format("0x%08x", jumpBackEntry));
    return List.of(Note.prstatus(registers), Note.vmcoreinfo(info));
  }
}
