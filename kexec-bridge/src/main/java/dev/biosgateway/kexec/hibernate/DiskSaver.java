package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.kexec.protocol.PageRange;
import dev.biosgateway.kexec.protocol.RestartPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Kernel B that needs nobody's help: {@code disk_saver.asm}, which writes the kernel before it to
 * an ATA disk of the machine, in such a way that the disk has the former core or the new one,
 * whole, whenever the power goes. Immutable.
 *
 * @param disk 0 to 3: channel * 2 + device
 * @param restart number of the restart point by which it goes back to the saved kernel when all is
 *     safe; by the default one if that kernel has no such entry, but for power off ({@link
 *     RestartPoint#POWER_OFF_S4}), which it then does itself
 */
public record DiskSaver(int disk, int restart) {
  /** Its memory, which is not saved. */
  public static final PageRange AREA = Saver.AREA;

  private static final GuestImage IMAGE = GuestImage.named("disk_saver");

  /** Refuses disks that a PC cannot have. */
  public DiskSaver {
    if (disk < 0 || disk > 3) {
      throw new IllegalArgumentException("disk: expected 0 to 3, found " + disk);
    }
  }

  /** It as a segment that fills its area. */
  public KexecSegment segment() {
    return new KexecSegment("disk saver", code(), AREA.address(), AREA.pages() * PageRange.PAGE);
  }

  /** Where it is entered, physical. */
  public static int entry() {
    return (int) AREA.address() + IMAGE.offset("entry");
  }

  /** It as an ELF executable, for {@code kexec --load-preserve-context --args-none} of a guest. */
  public byte[] elf() {
    return ElfExecutable.of(code(), AREA, entry());
  }

  /**
   * How its last save went, out of the source pages of a run that is over.
   *
   * @return 0 when all is safe, else an error number; -1 before the first
   */
  public static int status(LoadedSegment loaded) {
    return ByteBuffer.wrap(loaded.read(IMAGE.offset("status"), 4))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt();
  }

  private byte[] code() {
    ByteBuffer out = ByteBuffer.wrap(IMAGE.code()).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(IMAGE.offset("disk"), disk);
    out.putInt(IMAGE.offset("restart"), restart);
    return out.array();
  }
}
