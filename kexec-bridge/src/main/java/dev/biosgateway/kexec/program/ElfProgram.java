package dev.biosgateway.kexec.program;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.KexecSegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * ELF executables for physical mode, of 32 or 64 bits (System V ABI, chapters 4 and 5, and its
 * Intel386 and AMD64 supplements): PT_LOAD segments go to their physical addresses, below 4 GB; the
 * entry is 32 bit code in either. No field is believed: a header that lies is refused with the
 * field, its offset, what was expected and what was found.
 */
final class ElfProgram {
  private static final int ET_EXEC = 2;
  private static final int EM_386 = 3;
  private static final int EM_X86_64 = 62;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int PN_XNUM = 0xffff;

  /** A PT_LOAD with its place in the file and in memory. */
  private record Load(int header, long offset, long vaddr, long paddr, long filesz, long memsz) {
    long end() {
      return paddr + memsz;
    }

    boolean holds(long virtual) {
      return virtual >= vaddr && virtual < vaddr + memsz;
    }
  }

  private final ProgramImage image;
  private final ImageReader in;

  private final long ramSize;
  private final boolean wide;

  private ElfProgram(ProgramImage image, boolean wide, long ramSize) {
    this.image = image;
    this.wide = wide;
    this.ramSize = ramSize;
    this.in = new ImageReader(image);
  }

  /** An ELF32 for i386. */
  static PhysicalProgram parse32(ProgramImage image, long ramSize) {
    return parse(new ElfProgram(image, false, ramSize), ramSize);
  }

  /** An ELF64, for either processor. */
  static PhysicalProgram parse64(ProgramImage image, long ramSize) {
    return parse(new ElfProgram(image, true, ramSize), ramSize);
  }

  private static PhysicalProgram parse(ElfProgram elf, long ramSize) {
    elf.checkIdentification();
    elf.checkHeader();
    elf.checkSectionTable();
    List<Load> loads = elf.readProgramHeaders();
    long address = loads.get(0).paddr();
    PhysicalProgram program =
        new PhysicalProgram(
            CallMode.FLAT,
            elf.segments(loads),
            address,
            loads.get(loads.size() - 1).end() - address,
            elf.entry(loads));
    PhysicalProgram.checkPlace(elf.in, program, ramSize);
    return program;
  }

  /** Offset of a field: of 32 bits here, of 64 there. */
  private int at(int narrow, int broad) {
    return wide ? broad : narrow;
  }

  /** An address, an offset or a size. */
  private long word(long offset) {
    long low = in.u32(offset);
    return wide ? low | in.u32(offset + 4) << 32 : low;
  }

  private int headerSize() {
    return wide ? 64 : 52;
  }

  private int programHeaderSize() {
    return wide ? 56 : 32;
  }

  private int sectionHeaderSize() {
    return wide ? 64 : 40;
  }

  private void checkIdentification() {
    in.requireBytes("ELF header", 0, headerSize());
    in.require("e_ident[EI_MAG]", 0, 0x464c457f, in.u32(0));
    if (wide) {
      in.require("e_ident[EI_CLASS] (2: 64 bit)", 4, 2, in.u8(4));
    } else {
      in.require("e_ident[EI_CLASS] (1: 32 bit)", 4, 1, in.u8(4));
    }
    in.require("e_ident[EI_DATA] (1: little-endian)", 5, 1, in.u8(5));
    in.require("e_ident[EI_VERSION]", 6, 1, in.u8(6));
    if (in.u8(7) != 0 && in.u8(7) != 3) {
      throw in.bad("e_ident[EI_OSABI]", 7, "0 (System V) or 3 (GNU)", "" + in.u8(7));
    }
    in.require("e_ident[EI_ABIVERSION]", 8, 0, in.u8(8));
  }

  private void checkHeader() {
    if (in.u16(16) != ET_EXEC) {
      throw in.at("e_type", 16)
          .expected("2 (ET_EXEC)")
          .found(Integer.toString(in.u16(16)))
          .remedy("link it statically, to fixed physical addresses")
          .build();
    }
    if (!wide || in.u16(18) != EM_X86_64) {
      in.require("e_machine (3: Intel 80386)", 18, EM_386, in.u16(18));
    }
    in.require("e_version", 20, 1, in.u32(20));
    in.require("e_flags", at(36, 48), 0, in.u32(at(36, 48)));
    in.require("e_ehsize", at(40, 52), headerSize(), in.u16(at(40, 52)));
    in.require("e_phentsize", at(42, 54), programHeaderSize(), in.u16(at(42, 54)));
    int count = programHeaders();
    if (count == 0 || count == PN_XNUM) {
      throw in.bad("e_phnum", at(44, 56), "1 to 65534 program headers", Integer.toString(count));
    }
    int phoff = at(28, 32);
    if (word(phoff) < headerSize()) {
      throw in.bad(
          "e_phoff", phoff, "an offset behind the ELF header", String.format("0x%x", word(phoff)));
    }
    requireTable("e_phoff", phoff, word(phoff), count, programHeaderSize());
    if (image.address().isPresent() || image.entry().isPresent()) {
      throw in.error(image.address().isPresent() ? "address" : "entry")
          .expected("none in the descriptor: an ELF file has its own")
          .found("one")
          .build();
    }
  }

  private int programHeaders() {
    return in.u16(at(44, 56));
  }

  private void checkSectionTable() {
    int count = in.u16(at(48, 60));
    int shoff = at(32, 40);
    if (word(shoff) == 0) {
      in.require("e_shnum without e_shoff", at(48, 60), 0, count);
      return;
    }
    in.require("e_shentsize", at(46, 58), sectionHeaderSize(), in.u16(at(46, 58)));
    requireTable("e_shoff", shoff, word(shoff), count, sectionHeaderSize());
    int names = in.u16(at(50, 62));
    if (count > 0 && names >= count) {
      throw in.bad(
          "e_shstrndx", at(50, 62), "less than e_shnum, " + count, Integer.toString(names));
    }
  }

  private void requireTable(String field, int fieldAt, long offset, int count, int size) {
    if (offset < 0 || offset > in.size() || offset + (long) count * size > in.size()) {
      throw in.bad(
          field,
          fieldAt,
          String.format("%d entries of %d bytes within the file's 0x%x", count, size, in.size()),
          String.format("0x%x", offset));
    }
  }

  private List<Load> readProgramHeaders() {
    List<Load> loads = new ArrayList<>();
    for (int i = 0; i < programHeaders(); i++) {
      int at = (int) word(at(28, 32)) + i * programHeaderSize();
      long type = in.u32(at);
      if (type == PT_INTERP || type == PT_DYNAMIC) {
        throw in.at("p_type", at)
            .expected("no PT_INTERP and no PT_DYNAMIC")
            .found(Long.toString(type))
            .remedy("nobody can load shared libraries in physical mode: link it statically")
            .build();
      }
      if (type == PT_LOAD) {
        loads.add(checkLoad(at));
      }
    }
    loads.removeIf(l -> l.memsz() == 0);
    if (loads.isEmpty()) {
      throw in.at("program headers", word(at(28, 32)))
          .expected("at least one PT_LOAD with memory")
          .found("none")
          .build();
    }
    loads.sort(Comparator.comparingLong(Load::paddr));
    for (int i = 1; i < loads.size(); i++) {
      Load before = loads.get(i - 1);
      Load load = loads.get(i);
      if (load.paddr() < before.end()) {
        throw in.bad(
            "p_paddr",
            load.header() + at(12, 24),
            String.format("0x%x or more, behind the PT_LOAD before it", before.end()),
            String.format("0x%x", load.paddr()));
      }
    }
    return loads;
  }

  private Load checkLoad(int header) {
    int paddrAt = header + at(12, 24);
    int fileszAt = header + at(16, 32);
    int memszAt = header + at(20, 40);
    Load load =
        new Load(
            header,
            word(header + at(4, 8)),
            word(header + at(8, 16)),
            word(paddrAt),
            word(fileszAt),
            word(memszAt));
    if (load.offset() < 0
        || load.filesz() < 0
        || load.offset() > in.size()
        || load.filesz() > in.size() - load.offset()) {
      throw in.bad(
          "p_filesz",
          fileszAt,
          String.format(
              "at most 0x%x from p_offset 0x%x on",
              Math.max(0, in.size() - load.offset()), load.offset()),
          String.format("0x%x", load.filesz()));
    }
    if (load.memsz() < load.filesz()) {
      throw in.bad(
          "p_memsz",
          memszAt,
          String.format("at least p_filesz, 0x%x", load.filesz()),
          String.format("0x%x", load.memsz()));
    }
    if (load.paddr() < 0 || load.paddr() > ramSize || load.end() > ramSize) {
      throw in.bad(
          "p_paddr",
          paddrAt,
          String.format("p_paddr + p_memsz within RAM, 0x%x", ramSize),
          String.format("0x%x + 0x%x", load.paddr(), load.memsz()));
    }
    if (!wide && load.vaddr() + load.memsz() > 1L << 32) {
      throw in.bad(
          "p_memsz", memszAt, "a virtual end below 4 GiB", String.format("0x%x", load.memsz()));
    }
    int alignAt = header + at(28, 48);
    long align = word(alignAt);
    if (align != 0 && Long.bitCount(align) != 1) {
      throw in.bad("p_align", alignAt, "0, 1 or a power of two", String.format("0x%x", align));
    }
    return load;
  }

  /** e_entry is virtual; in physical mode it is where its segment was put. */
  private long entry(List<Load> loads) {
    long entry = word(24);
    for (Load load : loads) {
      if (load.holds(entry)) {
        return entry - load.vaddr() + load.paddr();
      }
    }
    throw in.bad("e_entry", 24, "an address within a PT_LOAD", String.format("0x%x", entry));
  }

  /** Whole pages; neighbours that share a page become one segment. */
  private List<KexecSegment> segments(List<Load> loads) {
    List<KexecSegment> out = new ArrayList<>();
    int first = 0;
    while (first < loads.size()) {
      int last = first;
      while (last + 1 < loads.size()
          && loads.get(last + 1).paddr() >>> 12 <= loads.get(last).end() - 1 >>> 12) {
        last++;
      }
      out.add(merge(loads.subList(first, last + 1)));
      first = last + 1;
    }
    return out;
  }

  private KexecSegment merge(List<Load> group) {
    long start = group.get(0).paddr();
    long fileEnd = group.stream().mapToLong(l -> l.paddr() + l.filesz()).max().orElseThrow();
    byte[] bytes = new byte[(int) (fileEnd - start)];
    for (Load l : group) {
      System.arraycopy(
          in.bytes(), (int) l.offset(), bytes, (int) (l.paddr() - start), (int) l.filesz());
    }
    long memory = group.get(group.size() - 1).end() - start;
    return PhysicalProgram.pageAligned(
        String.format("%s at 0x%x", image.name(), start), bytes, start, memory);
  }
}
