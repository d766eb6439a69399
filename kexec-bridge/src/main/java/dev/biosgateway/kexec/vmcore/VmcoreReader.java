package dev.biosgateway.kexec.vmcore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/** Takes a dump apart, an ELF core itself, and believes none of its fields. */
final class VmcoreReader {
  /** Bytes of a SHA-256. */
  private static final int DIGEST = 32;

  private final Path file;
  private ByteBuffer in;
  private ElfClass elfClass;
  private boolean wide;

  VmcoreReader(Path file) {
    this.file = file;
  }

  Vmcore read() throws IOException {
    byte[] raw = SaverDisk.isOne(file) ? SaverDisk.newestCore(file) : Files.readAllBytes(file);
    if (!KdumpReader.isOne(raw)) {
      Vmcore core = readElf(raw);
      checkDigest(core, OptionalInt.empty());
      return core;
    }
    KdumpReader reader = new KdumpReader(file, raw);
    Vmcore core = reader.read();
    checkDigest(core, OptionalInt.of(reader.level()));
    return core;
  }

  private Vmcore readElf(byte[] raw) throws VmcoreException {
    in = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    identify();
    List<Note> notes = new ArrayList<>();
    List<Vmcore.Load> loads = new ArrayList<>();
    int headers = programHeaders();
    long table = word(wide ? 32 : 28);
    for (int i = 0; i < headers; i++) {
      int at = Math.toIntExact(table + (long) i * elfClass.programHeaderSize);
      int type = in.getInt(at);
      if (type == ElfFields.PT_NOTE) {
        readNotes(at, notes);
      } else if (type == ElfFields.PT_LOAD) {
        loads.add(readLoad(at));
      }
    }
    loads.sort(Comparator.comparingLong(Vmcore.Load::address));
    for (int i = 1; i < loads.size(); i++) {
      if (loads.get(i).address() < loads.get(i - 1).end()) {
        throw wrong(
            "p_paddr",
            table,
            String.format("0x%x or more", loads.get(i - 1).end()),
            String.format("0x%x: PT_LOADs overlap", loads.get(i).address()));
      }
    }
    return new Vmcore(wide ? DumpFormat.ELF64 : DumpFormat.ELF32, notes, loads);
  }

  private void identify() throws VmcoreException {
    requireBytes("ELF header", 0, ElfClass.ELF32.headerSize);
    require("e_ident[EI_MAG]", 0, 0x464c457f, in.getInt(0));
    int ident = in.get(4);
    if (ident != 1 && ident != 2) {
      throw wrong("e_ident[EI_CLASS]", 4, "1 (32 bit) or 2 (64 bit)", "" + ident);
    }
    elfClass = ident == 1 ? ElfClass.ELF32 : ElfClass.ELF64;
    wide = elfClass == ElfClass.ELF64;
    requireBytes("ELF header", 0, elfClass.headerSize);
    require("e_ident[EI_DATA] (1: little-endian)", 5, 1, in.get(5));
    require("e_type (4: ET_CORE)", 16, ElfFields.ET_CORE, in.getShort(16));
    require("e_machine (3: Intel 80386)", 18, ElfFields.EM_386, in.getShort(18));
    require("e_version", 20, 1, in.getInt(20));
    require("e_phentsize", wide ? 54 : 42, elfClass.programHeaderSize, in.getShort(wide ? 54 : 42));
  }

  private int programHeaders() throws VmcoreException {
    int at = wide ? 56 : 44;
    long count = in.getShort(at) & 0xffff;
    if (count == VmcoreWriter.PN_XNUM) {
      long section = word(wide ? 40 : 32);
      requireBytes(
          "e_shoff, for the number of program headers", section, elfClass.sectionHeaderSize);
      count = in.getInt((int) section + (wide ? 44 : 28)) & 0xffffffffL;
    }
    long table = word(wide ? 32 : 28);
    if (table < elfClass.headerSize
        || count > in.capacity()
        || table + count * elfClass.programHeaderSize > in.capacity()) {
      throw wrong(
          "e_phoff and e_phnum",
          wide ? 32 : 28,
          "a table within the file of " + in.capacity() + " bytes",
          count + String.format(" headers at 0x%x", table));
    }
    return (int) count;
  }

  private Vmcore.Load readLoad(int at) throws VmcoreException {
    long offset = word(at + (wide ? 8 : 4));
    long paddr = word(at + (wide ? 24 : 12));
    long filesz = word(at + (wide ? 32 : 16));
    long memsz = word(at + (wide ? 40 : 20));
    requireBytes("p_offset and p_filesz", offset, filesz);
    if (memsz < filesz || paddr < 0 || paddr + memsz < paddr || paddr + memsz > 1L << 52) {
      throw wrong(
          "p_memsz",
          at + (wide ? 40L : 20L),
          String.format("at least p_filesz, 0x%x, within 52 bits", filesz),
          String.format("0x%x from 0x%x on", memsz, paddr));
    }
    byte[] content = Arrays.copyOfRange(in.array(), (int) offset, (int) (offset + filesz));
    return new Vmcore.Load(paddr, content, memsz);
  }

  private void readNotes(int header, List<Note> out) throws VmcoreException {
    long offset = word(header + (wide ? 8 : 4));
    long size = word(header + (wide ? 32 : 16));
    requireBytes("PT_NOTE", offset, size);
    out.addAll(Note.readAll(file, in, offset, size));
  }

  private void checkDigest(Vmcore core, OptionalInt level) throws VmcoreException {
    Note note = core.note(Note.GATEWAY, Note.SHA256).orElse(null);
    if (note == null) {
      return;
    }
    if (note.description().length != DIGEST + 4) {
      throw wrong("note SHA-256", 0, (DIGEST + 4) + " bytes", "" + note.description().length);
    }
    ByteBuffer noted = ByteBuffer.wrap(note.description()).order(ByteOrder.LITTLE_ENDIAN);
    if (level.isPresent() && level.getAsInt() != noted.getInt(DIGEST)) {
      return; // filtered since it was written
    }
    MessageDigest sha = Vmcore.sha256();
    for (Vmcore.Load load : core.loads()) {
      sha.update(VmcoreWriter.placeOf(load.address(), load.size()));
      sha.update(load.content());
    }
    if (!Arrays.equals(sha.digest(), Arrays.copyOf(note.description(), DIGEST))) {
      throw wrong("SHA-256", 0, "that of the memory in it", "another: the file is damaged");
    }
  }

  private long word(int at) {
    return wide ? in.getLong(at) : in.getInt(at) & 0xffffffffL;
  }

  private void require(String field, long at, long expected, long found) throws VmcoreException {
    if (expected != found) {
      throw wrong(field, at, String.format("0x%x", expected), String.format("0x%x", found));
    }
  }

  private void requireBytes(String field, long at, long size) throws VmcoreException {
    VmcoreException.requireBytes(file, field, at, size, in.capacity());
  }

  private VmcoreException wrong(String field, long at, String expected, String found) {
    return new VmcoreException(file, field, at, expected, found);
  }
}
