package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.protocol.PageRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Kernel B: {@code saver.asm}, which holds the machine still while the kernel before it is written
 * away. Always loaded at the same place, so that it is found however it got there, by us or by the
 * saved kernel's own kexec.
 */
public final class Saver {
  /** Its memory, which is not saved: what was there is in the saved kernel's source pages. */
  public static final PageRange AREA = new PageRange(0x400000, 0x200);

  private static final GuestImage IMAGE = GuestImage.named("saver");
  private static final int ELF_HEADER = 52;
  private static final int PROGRAM_HEADER = 32;

  private Saver() {}

  /** It as a segment that fills its area. */
  public static KexecSegment segment() {
    return new KexecSegment("saver", IMAGE.code(), AREA.address(), AREA.pages() * PageRange.PAGE);
  }

  /** Where it is entered. */
  public static int entry() {
    return address("entry");
  }

  /** Where it is when the kernel before it lies still. */
  static int save() {
    return address("save");
  }

  /** Its own mailbox, for kernels without a protocol block. */
  static int ownMailbox() {
    return address("own_mailbox");
  }

  /** Holds the address of the mailbox in use. */
  static int mailboxPointer() {
    return address("mailbox");
  }

  /** Holds the address at which the kernel before it goes on. */
  static int jumpBackEntry() {
    return address("jump_back_entry");
  }

  /** Holds the status of the last answer. */
  static int status() {
    return address("status");
  }

  private static int address(String symbol) {
    return (int) AREA.address() + IMAGE.offset(symbol);
  }

  /**
   * It as an ELF executable of i386, for {@code kexec --load-preserve-context --args-none} of a
   * guest.
   */
  public static byte[] elf() {
    byte[] code = IMAGE.code();
    int at = ELF_HEADER + PROGRAM_HEADER;
    ByteBuffer out = ByteBuffer.allocate(at + code.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0x464c457f).put(new byte[] {1, 1, 1}).position(16);
    out.putShort((short) 2).putShort((short) 3).putInt(1); // ET_EXEC, EM_386
    out.putInt(entry()).putInt(ELF_HEADER).putInt(0).putInt(0);
    out.putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
    out.position(ELF_HEADER);
    int address = (int) AREA.address();
    out.putInt(1).putInt(at).putInt(address).putInt(address); // PT_LOAD
    out.putInt(code.length).putInt((int) (AREA.pages() * PageRange.PAGE)).putInt(7).putInt(4);
    out.put(code);
    return out.array();
  }
}
