package dev.biosgateway.x86.device.floppy;

import dev.biosgateway.x86.state.Section;

/** What SPECIFY, CONFIGURE, PERPENDICULAR MODE and LOCK set, and DUMPREG shows. */
final class FloppyRegisterFile {
  private static final int NON_DMA = 0x01;
  private static final int IMPLIED_SEEK = 0x40;
  private static final int FIFO_DISABLED = 0x20;
  private static final int POLLING_DISABLED = 0x10;

  /** CONFIGURE after a reset: FIFO off, polling on. */
  private static final int CONFIGURATION_DEFAULT = FIFO_DISABLED;

  private static final int GAP_AND_GATE = 0x03;
  private static final int OVERWRITE = 0x80;

  private int stepAndUnload;
  private int loadAndDma;
  private int configuration;
  private int precompensation;
  private int perpendicular;
  private int endOfTrack;
  private boolean locked;

  /**
   * Whether the host moves the heads. Until it has, or has said by CONFIGURE whether seeks are
   * implied, they are: the Bochs BIOS never seeks, since emulators never wanted it to.
   */
  private boolean hostSeeks;

  void hardwareReset() {
    stepAndUnload = 0;
    loadAndDma = 0;
    perpendicular = 0;
    endOfTrack = 0;
    locked = false;
    hostSeeks = false;
  }

  /** A software reset leaves FIFO, threshold and precompensation as they are when locked. */
  void softwareReset() {
    int kept = locked ? configuration & (FIFO_DISABLED | 0x0f) : CONFIGURATION_DEFAULT;
    configuration = kept;
    precompensation = locked ? precompensation : 0;
    perpendicular &= ~GAP_AND_GATE;
  }

  void specify(int first, int second) {
    stepAndUnload = first;
    loadAndDma = second;
  }

  void configure(int second, int third) {
    hostSeeks = true;
    configuration = second & 0x7f;
    precompensation = third;
  }

  /** Bits 2 to 5 change only when OW says so (82078 data sheet, 6.2.7). */
  void perpendicular(int value) {
    perpendicular =
        (value & OVERWRITE) != 0 ? value & 0x3f : perpendicular & 0x3c | value & GAP_AND_GATE;
  }

  int lock(boolean lock) {
    locked = lock;
    return locked ? 1 : 0;
  }

  void lastEndOfTrack(int value) {
    endOfTrack = value;
  }

  boolean usesDma() {
    return (loadAndDma & NON_DMA) == 0;
  }

  /** SEEK or RELATIVE SEEK was given. */
  void sought() {
    hostSeeks = true;
  }

  boolean impliedSeek() {
    return (configuration & IMPLIED_SEEK) != 0 || !hostSeeks;
  }

  boolean polls() {
    return (configuration & POLLING_DISABLED) == 0;
  }

  int[] dump(SeekUnit seekUnit) {
    return new int[] {
      seekUnit.cylinder(0),
      seekUnit.cylinder(1),
      seekUnit.cylinder(2),
      seekUnit.cylinder(3),
      stepAndUnload,
      loadAndDma,
      endOfTrack,
      (locked ? 0x80 : 0) | perpendicular,
      configuration,
      precompensation
    };
  }

  void save(Section out) {
    out.put("stepAndUnload", stepAndUnload).put("loadAndDma", loadAndDma);
    out.put("configuration", configuration).put("precompensation", precompensation);
    out.put("perpendicular", perpendicular).put("endOfTrack", endOfTrack).put("locked", locked);
    out.put("hostSeeks", hostSeeks);
  }

  void restore(Section in) {
    stepAndUnload = in.getInt("stepAndUnload");
    loadAndDma = in.getInt("loadAndDma");
    configuration = in.getInt("configuration");
    precompensation = in.getInt("precompensation");
    perpendicular = in.getInt("perpendicular");
    endOfTrack = in.getInt("endOfTrack");
    locked = in.getBoolean("locked");
    hostSeeks = in.getBoolean("hostSeeks");
  }
}
