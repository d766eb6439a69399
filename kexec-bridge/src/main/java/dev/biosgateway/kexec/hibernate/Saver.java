package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.protocol.PageRange;

/**
 * Kernel B: {@code saver.asm}, which holds the machine still while the kernel before it is written
 * away. Always loaded at the same place, so that it is found however it got there, by us or by the
 * saved kernel's own kexec.
 */
public final class Saver {
  /** Its memory, which is not saved: what was there is in the saved kernel's source pages. */
  public static final PageRange AREA = new PageRange(0x400000, 0x200);

  private static final GuestImage IMAGE = GuestImage.named("saver");

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
    return ElfExecutable.of(IMAGE.code(), AREA, entry());
  }
}
