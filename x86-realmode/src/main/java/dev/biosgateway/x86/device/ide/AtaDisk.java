package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.ImageException;
import dev.biosgateway.x86.state.Section;

/**
 * A hard disk (ATA/ATAPI-6, general feature set without PACKET, power management, 48-bit addresses)
 * over an image. Commands and blocks of data take fixed virtual times, shorter than a real disk's.
 */
final class AtaDisk extends AtaDevice {
  private static final long COMMAND_NANOS = 10_000;
  private static final long BLOCK_NANOS = 5_000;

  private static final int MULTIPLE_MAX = 16;
  private static final long LBA28_SECTORS = 1L << 28;
  private static final int COUNT_MAX_28 = 256;
  private static final int COUNT_MAX_48 = 65536;

  private static final int ACTIVE = 0xff;

  private final BlockImage image;
  private final DeviceIdentity identity;
  private final DiskGeometry geometry;

  /** Sectors of a block of READ MULTIPLE and WRITE MULTIPLE, 0 when they are not allowed. */
  private int multiple;

  private boolean writeCache;
  private boolean readAhead;
  private boolean asleep;

  /** First sector of the command in progress. */
  private long lba;

  /**
   * @param image what it holds; the machine's own view of it is taken
   */
  AtaDisk(String name, BlockImage image, DeviceIdentity identity) {
    super(name);
    this.image = image.forMachine();
    this.identity = identity;
    geometry = new DiskGeometry(image.size() / BlockImage.SECTOR);
  }

  @Override
  void powerOn() {
    multiple = 0;
    transferMode.powerOn();
    geometry.reset();
  }

  /** What SET FEATURES 66h has not been asked to keep. */
  @Override
  void resetSettings() {
    writeCache = true;
    readAhead = true;
    asleep = false;
    command = null;
  }

  @Override
  void signature() {
    registers.signature(0x00, 0x00);
  }

  @Override
  int idleStatus() {
    return TaskFile.DRDY | TaskFile.DSC;
  }

  @Override
  boolean resetsByCommand() {
    return false;
  }

  // ---- commands

  @Override
  void execute(int code) {
    command = AtaCommand.of(code);
    done = 0;
    length = 0;
    if (asleep) {
      notModelled("command %02Xh while asleep: only a reset wakes it", code);
      return;
    }
    if (command == null) {
      notModelled("command %02Xh", code);
      fail(TaskFile.ABRT);
      return;
    }
    switch (command.protocol()) {
      case PIO_IN, DMA_IN, DMA_OUT -> busyFor(COMMAND_NANOS);
      case PIO_OUT -> startPioOut();
      case NON_DATA -> {
        boolean address = verifies() || command == AtaCommand.SEEK;
        if (!address || locate()) {
          busyFor(COMMAND_NANOS);
        }
      }
      case PACKET -> fail(TaskFile.ABRT); // this is no packet device
    }
  }

  /** The first block is wanted at once and without an interrupt (ATA/ATAPI-6, 9.6). */
  private void startPioOut() {
    if (command == AtaCommand.WRITE_BUFFER) {
      length = BlockImage.SECTOR;
      want(BlockImage.SECTOR, false);
    } else if (allowed() && locate()) {
      want(blockLength(), false);
    }
  }

  @Override
  void proceed() {
    switch (command.protocol()) {
      case NON_DATA -> nonData();
      case PIO_IN -> {
        if (done > 0 || startPioIn()) {
          nextBlockIn();
        }
      }
      case DMA_IN, DMA_OUT -> {
        if (allowed() && locate()) {
          requestDma(command.protocol() == AtaCommand.Protocol.DMA_IN);
        }
      }
      case PIO_OUT, PACKET -> throw new AssertionError(command);
    }
  }

  private boolean verifies() {
    return command == AtaCommand.READ_VERIFY_SECTORS
        || command == AtaCommand.READ_VERIFY_SECTORS_WITHOUT_RETRY
        || command == AtaCommand.READ_VERIFY_SECTORS_EXT;
  }

  private void nonData() {
    switch (command) {
      case RECALIBRATE,
          SEEK,
          STANDBY_IMMEDIATE,
          STANDBY_IMMEDIATE_ATA1,
          IDLE_IMMEDIATE,
          IDLE_IMMEDIATE_ATA1,
          STANDBY,
          STANDBY_ATA1,
          IDLE,
          IDLE_ATA1 ->
          complete();
      case READ_VERIFY_SECTORS, READ_VERIFY_SECTORS_WITHOUT_RETRY, READ_VERIFY_SECTORS_EXT ->
          verify();
      case CHECK_POWER_MODE, CHECK_POWER_MODE_ATA1 -> {
        registers.set(TaskFile.SECTOR_COUNT, ACTIVE, 0);
        complete();
      }
      case SLEEP, SLEEP_ATA1 -> {
        complete();
        asleep = true;
      }
      case FLUSH_CACHE, FLUSH_CACHE_EXT -> flush();
      case INITIALIZE_DEVICE_PARAMETERS -> {
        if (registers.get(TaskFile.SECTOR_COUNT) == 0) {
          fail(TaskFile.ABRT);
        } else {
          geometry.translate(registers.head() + 1, registers.get(TaskFile.SECTOR_COUNT));
          complete();
        }
      }
      case SET_MULTIPLE_MODE -> setMultiple(registers.get(TaskFile.SECTOR_COUNT));
      case SET_FEATURES -> setFeatures();
      case READ_NATIVE_MAX_ADDRESS -> {
        registers.setLba28(Math.min(geometry.total(), LBA28_SECTORS) - 1);
        complete();
      }
      case READ_NATIVE_MAX_ADDRESS_EXT -> {
        registers.setLba48(geometry.total() - 1);
        complete();
      }
      default -> fail(TaskFile.ABRT); // NOP always, DEVICE RESET on what is no packet device
    }
  }

  private void verify() {
    byte[] sector = new byte[BlockImage.SECTOR];
    for (; done < length; done += BlockImage.SECTOR) {
      if (!read(sector, BlockImage.SECTOR)) {
        return;
      }
    }
    addressOf(lba + length / BlockImage.SECTOR - 1);
    complete();
  }

  private void flush() {
    try {
      image.flush();
      complete();
    } catch (ImageException e) {
      notModelled(e.getMessage());
      fail(TaskFile.ABRT);
    }
  }

  @Override
  void flushImage() {
    try {
      image.flush();
    } catch (ImageException e) {
      notModelled(e.getMessage());
    }
  }

  /** Zero switches READ MULTIPLE and WRITE MULTIPLE off. */
  private void setMultiple(int sectors) {
    boolean possible = sectors <= MULTIPLE_MAX && Integer.bitCount(sectors) <= 1;
    multiple = possible ? sectors : 0;
    if (possible) {
      complete();
    } else {
      fail(TaskFile.ABRT);
    }
  }

  private void setFeatures() {
    boolean known = true;
    switch (registers.get(TaskFile.ERROR_FEATURES)) {
      case 0x02 -> writeCache = true;
      case 0x82 -> writeCache = false;
      case 0x55 -> readAhead = false;
      case 0xaa -> readAhead = true;
      case 0x03 -> known = transferMode.choose(registers.get(TaskFile.SECTOR_COUNT));
      case 0x66, 0xcc -> {
        // Reverting to power-on defaults or not: the defaults are what a reset keeps anyway.
      }
      default -> known = false;
    }
    if (known) {
      complete();
    } else {
      fail(TaskFile.ABRT);
    }
  }

  // ---- addresses

  private boolean allowed() {
    if (command.multiple() && multiple == 0) {
      fail(TaskFile.ABRT);
      return false;
    }
    boolean out =
        command.protocol() == AtaCommand.Protocol.PIO_OUT
            || command.protocol() == AtaCommand.Protocol.DMA_OUT;
    if (out && image.readOnly()) {
      notModelled("write to an image that is read-only");
      fail(TaskFile.ABRT);
      return false;
    }
    return true;
  }

  /** Takes address and count from the registers; false, and the command has failed, if no such. */
  private boolean locate() {
    int count = registers.get(TaskFile.SECTOR_COUNT);
    if (command.ext()) {
      count |= registers.previous(TaskFile.SECTOR_COUNT) << 8;
      count = count == 0 ? COUNT_MAX_48 : count;
      lba = registers.lba48();
    } else {
      count = count == 0 ? COUNT_MAX_28 : count;
      lba =
          registers.addressesByLba()
              ? registers.lba28()
              : geometry.lba(registers.cylinder(), registers.head(), registers.sector());
    }
    if (command == AtaCommand.SEEK) {
      count = 1;
    }
    length = (long) count * BlockImage.SECTOR;
    if (lba < 0 || lba >= geometry.total()) {
      fail(TaskFile.IDNF);
      return false;
    }
    if (lba + count > geometry.total()) {
      addressOf(geometry.total()); // the first sector that is not there
      fail(TaskFile.IDNF);
      return false;
    }
    return true;
  }

  /** Shows a sector in the way in which the command addressed. */
  private void addressOf(long sector) {
    if (command.ext()) {
      registers.setLba48(sector);
    } else if (registers.addressesByLba()) {
      registers.setLba28(sector);
    } else {
      geometry.address(sector, registers);
    }
  }

  private long sectorNow() {
    return lba + done / BlockImage.SECTOR;
  }

  // ---- data at the data register

  private boolean startPioIn() {
    switch (command) {
      case IDENTIFY_DEVICE -> {
        identify();
        length = BlockImage.SECTOR;
        offer(BlockImage.SECTOR);
        return false;
      }
      case READ_BUFFER -> {
        length = BlockImage.SECTOR;
        offer(BlockImage.SECTOR);
        return false;
      }
      case IDENTIFY_PACKET_DEVICE -> {
        fail(TaskFile.ABRT);
        return false;
      }
      default -> {
        return allowed() && locate();
      }
    }
  }

  private int blockLength() {
    int sectors = command.multiple() ? multiple : 1;
    return (int) Math.min(length - done, (long) sectors * BlockImage.SECTOR);
  }

  private void nextBlockIn() {
    int block = blockLength();
    if (read(buffer, block)) {
      addressOf(sectorNow() + block / BlockImage.SECTOR - 1);
      offer(block);
    }
  }

  @Override
  void blockTaken() {
    done += blockLength();
    if (done < length) {
      busyFor(BLOCK_NANOS);
    } else {
      completeQuietly();
    }
  }

  @Override
  void blockGiven(int given) {
    if (command != AtaCommand.WRITE_BUFFER) {
      if (!write(buffer, given)) {
        return;
      }
      addressOf(sectorNow() + given / BlockImage.SECTOR - 1);
    }
    done += given;
    // The write cache takes a block in no time; the Bochs BIOS looks at the status once, right
    // then.
    nextBlockOut();
  }

  private void nextBlockOut() {
    if (done < length) {
      want(blockLength(), true);
    } else {
      complete();
    }
  }

  // ---- data by DMA

  @Override
  void dmaTake(byte[] into, int count) {
    if (read(into, count)) {
      done += count;
    }
  }

  @Override
  void dmaGive(byte[] from, int count) {
    if (write(from, count)) {
      done += count;
    }
  }

  @Override
  void dmaDone() {
    addressOf(lba + length / BlockImage.SECTOR - 1);
    complete();
  }

  // ---- the image

  private boolean read(byte[] into, int count) {
    try {
      image.read(lba * BlockImage.SECTOR + done, into, 0, count);
      return true;
    } catch (ImageException e) {
      return imageFailed(e);
    }
  }

  private boolean write(byte[] from, int count) {
    try {
      image.write(lba * BlockImage.SECTOR + done, from, 0, count);
      return true;
    } catch (ImageException e) {
      return imageFailed(e);
    }
  }

  /** The host's own trouble is the guest's bad sector. */
  private boolean imageFailed(ImageException e) {
    notModelled(e.getMessage());
    addressOf(sectorNow());
    fail(TaskFile.UNC);
    return false;
  }

  private void identify() {
    IdentifyData data = new IdentifyData().identity(identity).word(0, 0x0040);
    geometry.identify(data);
    // Unformatted bytes of a track and of a sector, gone since ATA-2: the Bochs BIOS reads them.
    data.word(4, geometry.sectorsOfATrack() * BlockImage.SECTOR).word(5, BlockImage.SECTOR);
    data.word(47, 0x8000 | MULTIPLE_MAX);
    data.word(49, 0x0f00); // IORDY, which may be disabled, LBA, DMA
    data.word(50, 0x4000).word(51, 0x0200).word(53, 0x0007);
    data.word(59, multiple == 0 ? 0 : 0x0100 | multiple);
    data.doubleWord(60, Math.min(geometry.total(), LBA28_SECTORS - 1));
    data.transferModes(transferMode);
    data.word(80, 0x00f0); // ATA/ATAPI-4 to 7
    // NOP, READ BUFFER, WRITE BUFFER, look-ahead, write cache, power management
    data.word(82, 0x7068);
    data.word(83, 0x7400); // FLUSH CACHE, its EXT, 48-bit addresses
    data.word(84, 0x4000);
    data.word(85, 0x7008 | (readAhead ? 0x0040 : 0) | (writeCache ? 0x0020 : 0));
    data.word(86, 0x3400).word(87, 0x4000);
    data.word(93, 0x6001); // 80 wires; device 0 has passed
    data.doubleWord(100, geometry.total()).word(102, (int) (geometry.total() >>> 32));
    data.into(buffer);
  }

  @Override
  void save(Section out) {
    super.save(out);
    String prefix = name();
    out.put(prefix + ".lba", lba)
        .put(prefix + ".multiple", multiple)
        .put(prefix + ".writeCache", writeCache);
    out.put(prefix + ".readAhead", readAhead).put(prefix + ".asleep", asleep);
    geometry.save(prefix, out);
    image.save(prefix + ".image", out);
  }

  @Override
  void restore(Section in) {
    super.restore(in);
    String prefix = name();
    lba = in.getLong(prefix + ".lba");
    multiple = in.getInt(prefix + ".multiple");
    writeCache = in.getBoolean(prefix + ".writeCache");
    readAhead = in.getBoolean(prefix + ".readAhead");
    asleep = in.getBoolean(prefix + ".asleep");
    geometry.restore(prefix, in);
    image.restore(prefix + ".image", in);
  }
}
