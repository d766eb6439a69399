package dev.biosgateway.x86.device.ide;

/**
 * The commands of ATA/ATAPI-6, section 8, that the devices here have: code, protocol, whether the
 * address has 48 bits, and whether data goes in blocks of several sectors.
 */
enum AtaCommand {
  NOP(0x00, Protocol.NON_DATA),
  DEVICE_RESET(0x08, Protocol.NON_DATA),
  RECALIBRATE(0x10, Protocol.NON_DATA),
  READ_SECTORS(0x20, Protocol.PIO_IN),
  READ_SECTORS_WITHOUT_RETRY(0x21, Protocol.PIO_IN),
  READ_SECTORS_EXT(0x24, Protocol.PIO_IN, Options.EXT),
  READ_DMA_EXT(0x25, Protocol.DMA_IN, Options.EXT),
  READ_NATIVE_MAX_ADDRESS_EXT(0x27, Protocol.NON_DATA, Options.EXT),
  READ_MULTIPLE_EXT(0x29, Protocol.PIO_IN, Options.EXT | Options.MULTIPLE),
  WRITE_SECTORS(0x30, Protocol.PIO_OUT),
  WRITE_SECTORS_WITHOUT_RETRY(0x31, Protocol.PIO_OUT),
  WRITE_SECTORS_EXT(0x34, Protocol.PIO_OUT, Options.EXT),
  WRITE_DMA_EXT(0x35, Protocol.DMA_OUT, Options.EXT),
  WRITE_MULTIPLE_EXT(0x39, Protocol.PIO_OUT, Options.EXT | Options.MULTIPLE),
  READ_VERIFY_SECTORS(0x40, Protocol.NON_DATA),
  READ_VERIFY_SECTORS_WITHOUT_RETRY(0x41, Protocol.NON_DATA),
  READ_VERIFY_SECTORS_EXT(0x42, Protocol.NON_DATA, Options.EXT),
  SEEK(0x70, Protocol.NON_DATA),
  EXECUTE_DEVICE_DIAGNOSTIC(0x90, Protocol.NON_DATA),
  INITIALIZE_DEVICE_PARAMETERS(0x91, Protocol.NON_DATA),
  STANDBY_IMMEDIATE_ATA1(0x94, Protocol.NON_DATA),
  IDLE_IMMEDIATE_ATA1(0x95, Protocol.NON_DATA),
  STANDBY_ATA1(0x96, Protocol.NON_DATA),
  IDLE_ATA1(0x97, Protocol.NON_DATA),
  CHECK_POWER_MODE_ATA1(0x98, Protocol.NON_DATA),
  SLEEP_ATA1(0x99, Protocol.NON_DATA),
  PACKET(0xa0, Protocol.PACKET),
  IDENTIFY_PACKET_DEVICE(0xa1, Protocol.PIO_IN),
  READ_MULTIPLE(0xc4, Protocol.PIO_IN, Options.MULTIPLE),
  WRITE_MULTIPLE(0xc5, Protocol.PIO_OUT, Options.MULTIPLE),
  SET_MULTIPLE_MODE(0xc6, Protocol.NON_DATA),
  READ_DMA(0xc8, Protocol.DMA_IN),
  READ_DMA_WITHOUT_RETRY(0xc9, Protocol.DMA_IN),
  WRITE_DMA(0xca, Protocol.DMA_OUT),
  WRITE_DMA_WITHOUT_RETRY(0xcb, Protocol.DMA_OUT),
  STANDBY_IMMEDIATE(0xe0, Protocol.NON_DATA),
  IDLE_IMMEDIATE(0xe1, Protocol.NON_DATA),
  STANDBY(0xe2, Protocol.NON_DATA),
  IDLE(0xe3, Protocol.NON_DATA),
  READ_BUFFER(0xe4, Protocol.PIO_IN),
  CHECK_POWER_MODE(0xe5, Protocol.NON_DATA),
  SLEEP(0xe6, Protocol.NON_DATA),
  FLUSH_CACHE(0xe7, Protocol.NON_DATA),
  WRITE_BUFFER(0xe8, Protocol.PIO_OUT),
  FLUSH_CACHE_EXT(0xea, Protocol.NON_DATA, Options.EXT),
  IDENTIFY_DEVICE(0xec, Protocol.PIO_IN),
  SET_FEATURES(0xef, Protocol.NON_DATA),
  READ_NATIVE_MAX_ADDRESS(0xf8, Protocol.NON_DATA);

  /** How data moves (ATA/ATAPI-6, 9). */
  enum Protocol {
    NON_DATA,
    PIO_IN,
    PIO_OUT,
    DMA_IN,
    DMA_OUT,
    PACKET
  }

  private static final class Options {
    static final int EXT = 1;
    static final int MULTIPLE = 2;
  }

  private static final AtaCommand[] BY_OPCODE = new AtaCommand[256];

  static {
    for (AtaCommand command : values()) {
      BY_OPCODE[command.opcode] = command;
    }
    // In ATA-1 the low four bits were a step rate.
    for (int step = 1; step < 16; step++) {
      BY_OPCODE[RECALIBRATE.opcode | step] = RECALIBRATE;
      BY_OPCODE[SEEK.opcode | step] = SEEK;
    }
  }

  private final int opcode;
  private final Protocol protocol;
  private final int options;

  AtaCommand(int opcode, Protocol protocol) {
    this(opcode, protocol, 0);
  }

  AtaCommand(int opcode, Protocol protocol, int options) {
    this.opcode = opcode;
    this.protocol = protocol;
    this.options = options;
  }

  /** The command of a code, null when there is none. */
  static AtaCommand of(int opcode) {
    return BY_OPCODE[opcode];
  }

  int opcode() {
    return opcode;
  }

  Protocol protocol() {
    return protocol;
  }

  /** Address of 48 bits, count of 16. */
  boolean ext() {
    return (options & Options.EXT) != 0;
  }

  boolean multiple() {
    return (options & Options.MULTIPLE) != 0;
  }
}
