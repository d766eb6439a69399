package dev.biosgateway.kexec.vmcore;

import java.nio.ByteBuffer;

/** Puts the fields of an ELF core in the order of its class (System V ABI, chapters 4 and 5). */
final class ElfFields {
  static final int ET_CORE = 4;
  static final int EM_386 = 3;
  static final int PT_LOAD = 1;
  static final int PT_NOTE = 4;
  static final int PF_RWX = 7;

  /** Where a 32 bit kernel maps physical memory: p_vaddr of what is below 896 MB. */
  private static final long PAGE_OFFSET = 0xc0000000L;

  private static final long LOWMEM = 896L << 20;

  private final ByteBuffer out;
  private final boolean wide;
  private final ElfClass elfClass;

  ElfFields(ByteBuffer out, ElfClass elfClass) {
    this.out = out;
    this.elfClass = elfClass;
    this.wide = elfClass == ElfClass.ELF64;
  }

  private void word(long value) {
    if (wide) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }

  void header(int headers, long programHeaders, long sectionHeader) {
    boolean extended = sectionHeader != 0;
    out.putInt(0x464c457f).put((byte) elfClass.ident).put((byte) 1).put((byte) 1);
    out.position(16);
    out.putShort((short) ET_CORE).putShort((short) EM_386).putInt(1);
    word(0); // e_entry
    word(programHeaders);
    word(sectionHeader);
    out.putInt(0).putShort((short) elfClass.headerSize);
    out.putShort((short) elfClass.programHeaderSize);
    out.putShort((short) Math.min(headers, VmcoreWriter.PN_XNUM));
    out.putShort((short) (extended ? elfClass.sectionHeaderSize : 0));
    out.putShort((short) (extended ? 1 : 0)).putShort((short) 0);
  }

  void programHeader(
      int type, int flags, long offset, long paddr, long filesz, long memsz, long align) {
    boolean mapped = type == PT_LOAD && paddr + memsz <= LOWMEM;
    long vaddr = mapped ? paddr + PAGE_OFFSET : type == PT_LOAD ? wide ? -1 : 0xffffffffL : 0;
    out.putInt(type);
    if (wide) {
      out.putInt(flags);
    }
    word(offset);
    word(vaddr);
    word(paddr);
    word(filesz);
    word(memsz);
    if (!wide) {
      out.putInt(flags);
    }
    word(align);
  }

  /** Section header 0: sh_info has the number of program headers, sh_size of sections. */
  void sectionHeaderZero(int headers) {
    int at = out.position();
    out.putInt(at + (wide ? 32 : 20), 1);
    out.putInt(at + (wide ? 44 : 28), headers);
    out.position(at + elfClass.sectionHeaderSize);
  }
}
