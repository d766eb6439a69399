package dev.biosgateway.testkit.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An ELF32 executable that a test writes: file header, one program header, one segment. Each field
 * can be made to lie. Layout: System V ABI, Edition 4.1, chapters 4 and 5. Not safe for use by
 * several threads.
 */
public final class Elf32Image {
  private static final int FILE_HEADER = 52;
  private static final int PROGRAM_HEADER = 32;

  /** A field of the file header or of the one program header, named as in the specification. */
  public enum Field {
    EI_MAG0(0, 1),
    EI_CLASS(4, 1),
    EI_DATA(5, 1),
    EI_VERSION(6, 1),
    E_TYPE(16, 2),
    E_MACHINE(18, 2),
    E_VERSION(20, 4),
    E_ENTRY(24, 4),
    E_PHOFF(28, 4),
    E_EHSIZE(40, 2),
    E_PHENTSIZE(42, 2),
    E_PHNUM(44, 2),
    P_TYPE(FILE_HEADER, 4),
    P_OFFSET(FILE_HEADER + 4, 4),
    P_VADDR(FILE_HEADER + 8, 4),
    P_PADDR(FILE_HEADER + 12, 4),
    P_FILESZ(FILE_HEADER + 16, 4),
    P_MEMSZ(FILE_HEADER + 20, 4),
    P_FLAGS(FILE_HEADER + 24, 4),
    P_ALIGN(FILE_HEADER + 28, 4);

    private final int offset;
    private final int width;

    Field(int offset, int width) {
      this.offset = offset;
      this.width = width;
    }

    /** Where it is in the file, in bytes. */
    public int offset() {
      return offset;
    }

    /** Its size in bytes: 1, 2 or 4. */
    public int width() {
      return width;
    }
  }

  private final ByteBuffer file;

  private Elf32Image(int codeSize) {
    this.file =
        ByteBuffer.allocate(FILE_HEADER + PROGRAM_HEADER + codeSize).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * An honest executable for an i386.
   *
   * @param address physical address of the code, which is also its entry
   * @param code what the one segment holds
   */
  public static Elf32Image at(long address, byte... code) {
    Elf32Image image = new Elf32Image(code.length);
    image.file.put(0, new byte[] {0x7f, 'E', 'L', 'F'});
    image.file.put(FILE_HEADER + PROGRAM_HEADER, code);
    return image
        .with(Field.EI_CLASS, 1)
        .with(Field.EI_DATA, 1)
        .with(Field.EI_VERSION, 1)
        .with(Field.E_TYPE, 2)
        .with(Field.E_MACHINE, 3)
        .with(Field.E_VERSION, 1)
        .with(Field.E_ENTRY, address)
        .with(Field.E_PHOFF, FILE_HEADER)
        .with(Field.E_EHSIZE, FILE_HEADER)
        .with(Field.E_PHENTSIZE, PROGRAM_HEADER)
        .with(Field.E_PHNUM, 1)
        .with(Field.P_TYPE, 1)
        .with(Field.P_OFFSET, FILE_HEADER + PROGRAM_HEADER)
        .with(Field.P_VADDR, address)
        .with(Field.P_PADDR, address)
        .with(Field.P_FILESZ, code.length)
        .with(Field.P_MEMSZ, code.length)
        .with(Field.P_FLAGS, 5)
        .with(Field.P_ALIGN, 1);
  }

  /** Sets a field to a value cut to its width, true or not. */
  public Elf32Image with(Field field, long value) {
    for (int i = 0; i < field.width; i++) {
      file.put(field.offset + i, (byte) (value >> 8 * i));
    }
    return this;
  }

  /** The file as it is now, as a new array. */
  public byte[] bytes() {
    return file.array().clone();
  }
}
