package dev.biosgateway.kexec.vmcore;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A note of a core file (System V ABI, chapter 5): who defined it, of which type, and its bytes.
 *
 * @param name without the terminating zero
 * @param type by the meaning {@code name} gives it
 * @param description not copied, not changed
 */
public record Note(String name, int type, byte[] description) {
  /** Who defines {@link #NT_PRSTATUS}. */
  public static final String CORE = "CORE";

  /** struct elf_prstatus: registers of a processor. */
  public static final int NT_PRSTATUS = 1;

  /** Lines NAME=VALUE about the kernel (Documentation/admin-guide/kdump/vmcoreinfo.rst). */
  public static final String VMCOREINFO = "VMCOREINFO";

  /**
   * Who defines the types below: numbers that nobody else uses, since debuggers look at these
   * alone.
   */
  public static final String GATEWAY = "BIOSGW";

  /**
   * SHA-256 over address, size and content of every PT_LOAD, then the dump level as a doubleword: a
   * kdump-compressed file of another level is one that a tool has filtered since.
   */
  public static final int SHA256 = 0x42470001;

  /** The sections of the machine's components, as a machine image has them. */
  public static final int DEVICES = 0x42470002;

  /** Size of struct elf_prstatus of i386. */
  private static final int PRSTATUS_SIZE = 144;

  private static final int PR_PID = 24;
  private static final int PR_REG = 72;

  /** struct user_regs_struct of i386; null is orig_eax. */
  private static final Register[] PR_REG_ORDER = {
    Register.EBX,
    Register.ECX,
    Register.EDX,
    Register.ESI,
    Register.EDI,
    Register.EBP,
    Register.EAX,
    Register.DS,
    Register.ES,
    Register.FS,
    Register.GS,
    null,
    Register.EIP,
    Register.CS,
    Register.EFLAGS,
    Register.ESP,
    Register.SS
  };

  /** struct elf_prstatus of i386 (include/uapi/linux/elfcore.h), for processor 0. */
  public static Note prstatus(Registers registers) {
    ByteBuffer out = ByteBuffer.allocate(PRSTATUS_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(PR_PID, 0);
    out.position(PR_REG);
    for (Register r : PR_REG_ORDER) {
      out.putInt(r == null ? -1 : (int) registers.get(r));
    }
    return new Note(CORE, NT_PRSTATUS, out.array());
  }

  /**
   * The registers in a note of {@link #prstatus}.
   *
   * @throws IllegalArgumentException if it is none of i386
   */
  public Registers registers() {
    if (!CORE.equals(name) || type != NT_PRSTATUS || description.length != PRSTATUS_SIZE) {
      throw new IllegalArgumentException(
          this + ": expected an NT_PRSTATUS of " + PRSTATUS_SIZE + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(description).order(ByteOrder.LITTLE_ENDIAN);
    in.position(PR_REG);
    Registers out = Registers.ZERO;
    for (Register r : PR_REG_ORDER) {
      int value = in.getInt();
      out = r == null ? out : out.with(r, value & r.max());
    }
    return out;
  }

  /** VMCOREINFO. */
  public static Note vmcoreinfo(Map<String, String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return new Note(VMCOREINFO, 0, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The lines of a VMCOREINFO. */
  public Map<String, String> lines() {
    Map<String, String> out = new LinkedHashMap<>();
    for (String line : new String(description, StandardCharsets.UTF_8).split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        out.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return out;
  }

  /** Bytes it takes in a file. */
  int size() {
    return 12 + pad(name.length() + 1) + pad(description.length);
  }

  void write(ByteBuffer out) {
    int nameSize = name.length() + 1;
    out.putInt(nameSize).putInt(description.length).putInt(type);
    out.put(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), pad(nameSize)));
    out.put(Arrays.copyOf(description, pad(description.length)));
  }

  /**
   * Reads notes one behind the other.
   *
   * @param file for messages
   * @param offset of the first; all of them are within {@code in}
   */
  static List<Note> readAll(Object file, ByteBuffer in, long offset, long size)
      throws VmcoreException {
    List<Note> out = new ArrayList<>();
    long end = offset + size;
    for (long at = offset; at < end; ) {
      requireRoom(file, at, 12, end);
      long nameSize = in.getInt((int) at) & 0xffffffffL;
      long bytes = in.getInt((int) at + 4) & 0xffffffffL;
      int type = in.getInt((int) at + 8);
      requireRoom(file, at + 12, (nameSize + 3 & ~3L) + (bytes + 3 & ~3L), end);
      byte[] name = new byte[(int) Math.max(0, nameSize - 1)];
      in.get((int) at + 12, name);
      byte[] description = new byte[(int) bytes];
      int descriptionAt = (int) at + 12 + pad((int) nameSize);
      in.get(descriptionAt, description);
      out.add(new Note(new String(name, StandardCharsets.US_ASCII), type, description));
      at = descriptionAt + pad((int) bytes);
    }
    return out;
  }

  private static void requireRoom(Object file, long at, long size, long end)
      throws VmcoreException {
    if (at + size > end) {
      throw new VmcoreException(
          file,
          "note",
          at,
          "at most " + (end - at) + " bytes, the rest of the notes",
          size + " bytes");
    }
  }

  static int pad(int size) {
    return size + 3 & ~3;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Note n
        && name.equals(n.name)
        && type == n.type
        && Arrays.equals(description, n.description);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + type;
  }

  @Override
  public String toString() {
    return String.format("note %s type %d, %d bytes", name, type, description.length);
  }
}
