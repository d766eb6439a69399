package dev.biosgateway.x86.device.ide;

/**
 * The transfer mode that SET FEATURES 03h has chosen (ATA/ATAPI-6, table 48). It is remembered and
 * shown, no more: transfers take the same virtual time in every mode.
 */
final class TransferMode {
  static final int MULTIWORD_MODES = 0x07;
  static final int ULTRA_MODES = 0x3f;

  private static final int PIO_DEFAULT = 0x00;
  private static final int PIO_FLOW_CONTROL = 0x08;
  private static final int MULTIWORD = 0x20;
  private static final int ULTRA = 0x40;
  private static final int ULTRA_DEFAULT = ULTRA | 5;

  private int code = ULTRA_DEFAULT;

  void powerOn() {
    code = ULTRA_DEFAULT;
  }

  /**
   * Chooses a mode.
   *
   * @return whether the device has it
   */
  boolean choose(int wanted) {
    int mode = wanted & 0x07;
    boolean known =
        switch (wanted & ~0x07) {
          case PIO_DEFAULT -> mode <= 1;
          case PIO_FLOW_CONTROL -> mode <= 4;
          case MULTIWORD -> (MULTIWORD_MODES & 1 << mode) != 0;
          case ULTRA -> (ULTRA_MODES & 1 << mode) != 0;
          default -> false;
        };
    boolean dma = (wanted & (MULTIWORD | ULTRA)) != 0;
    if (known && dma) {
      code = wanted; // a PIO mode leaves the DMA mode as it is
    }
    return known;
  }

  int multiwordSelected() {
    return (code & ~0x07) == MULTIWORD ? 1 << (code & 0x07) : 0;
  }

  int ultraSelected() {
    return (code & ~0x07) == ULTRA ? 1 << (code & 0x07) : 0;
  }

  int code() {
    return code;
  }

  void restore(int saved) {
    code = saved;
  }
}
