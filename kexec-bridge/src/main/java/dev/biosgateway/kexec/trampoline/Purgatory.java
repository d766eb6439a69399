package dev.biosgateway.kexec.trampoline;

import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.LoadedSegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The stretch between relocate_kernel and an image that wants registers, a command line with the
 * way back, or a crash kernel's backup: {@code purgatory.asm}, one page. Immutable.
 */
public final class Purgatory {
  /** Characters that it may append to a command line, the final zero included. */
  public static final int ARGUMENT_MAX = 40;

  private static final GuestImage IMAGE = GuestImage.named("purgatory");
  private static final int PAGE = 0x1000;

  private static final Register[] ORDER32 = {
    Register.EAX,
    Register.ECX,
    Register.EDX,
    Register.EBX,
    Register.ESP,
    Register.EBP,
    Register.ESI,
    Register.EDI,
    Register.EIP
  };

  private static final Register[] SEGMENTS = {
    Register.ES, Register.CS, Register.SS, Register.DS, Register.FS, Register.GS
  };

  private final byte[] page;

  private Purgatory(byte[] page) {
    this.page = page;
  }

  /** One that enters an image flat, in 32 bit physical mode, with these registers, EIP included. */
  public static Purgatory flat(Registers registers) {
    ByteBuffer out = page();
    out.position(IMAGE.offset("registers32"));
    for (Register r : ORDER32) {
      out.putInt((int) registers.get(r));
    }
    return new Purgatory(out.array());
  }

  /** One that enters an image in real mode with these registers, CS and IP included. */
  public static Purgatory realMode(Registers registers) {
    ByteBuffer out = page();
    out.put(IMAGE.offset("enters_real_mode"), (byte) 1);
    out.position(IMAGE.offset("registers16"));
    for (int i = 0; i < 8; i++) {
      out.putInt((int) registers.get(ORDER32[i]));
    }
    for (Register r : SEGMENTS) {
      out.putShort((short) registers.get(r));
    }
    out.putShort((short) registers.get(Register.EIP));
    return new Purgatory(out.array());
  }

  private static ByteBuffer page() {
    byte[] bytes = new byte[PAGE];
    System.arraycopy(IMAGE.code(), 0, bytes, 0, IMAGE.size());
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The same, which appends {@code kexec_jump_back_entry=} to a command line when there is a way
   * back.
   *
   * @param end physical address of its final zero, with {@link #ARGUMENT_MAX} bytes of room
   */
  public Purgatory withCommandLineEnd(int end) {
    return with("command_line_end", end);
  }

  /** The same, which first copies memory away, as for a crash kernel. All three in bytes. */
  public Purgatory withBackup(int source, int size, int destination) {
    return with("backup", source, size, destination);
  }

  private Purgatory with(String field, int... values) {
    ByteBuffer out = ByteBuffer.wrap(page.clone()).order(ByteOrder.LITTLE_ENDIAN);
    out.position(IMAGE.offset(field));
    for (int value : values) {
      out.putInt(value);
    }
    return new Purgatory(out.array());
  }

  /**
   * It as a segment, entered at its start.
   *
   * @param address physical, page aligned; below 1 MB for real mode
   */
  public KexecSegment segment(long address) {
    return new KexecSegment("purgatory", page, address, PAGE);
  }

  /** Where the image was told to jump back to, out of the source page of a run that is over. */
  public static int jumpBackEntry(LoadedSegment loaded) {
    return ByteBuffer.wrap(loaded.read(IMAGE.offset("jump_back_entry"), 4))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt();
  }
}
