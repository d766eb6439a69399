package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.CdImage;
import dev.biosgateway.x86.media.ImageException;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * A CD-ROM drive as a packet device (ATA/ATAPI-6, 9.8 to 9.10): packets, the way data goes back in
 * blocks that the host limits or by DMA, and the read commands. What the other packet commands
 * answer is {@link CdromReplies}'s.
 */
final class AtapiCdrom extends AtaDevice {
  private static final long COMMAND_NANOS = 20_000;
  private static final long BLOCK_NANOS = 20_000;
  private static final int PACKET_LENGTH = 12;

  // ---- interrupt reason, in the sector count register
  private static final int REASON_COMMAND = 0x01;
  private static final int REASON_TO_HOST = 0x02;

  private static final int FEATURE_DMA = 0x01;

  /** Error register: the sense key in the high nibble. */
  private static final int SENSE_KEY_SHIFT = 4;

  private static final int REPLY_MAX = 2048;

  private final OpticalDrive drive;
  private final DeviceIdentity identity;
  private final SenseData sense = new SenseData();
  private final CdromReplies replies;
  private final byte[] packet = new byte[PACKET_LENGTH];

  /** What a command other than a read answers. */
  private final byte[] reply = new byte[REPLY_MAX];

  private boolean dma;
  private boolean packetTaken;

  /** Data that goes back: bytes of {@link #reply}, or of the medium from {@link #offset} on. */
  private boolean fromMedium;

  private long offset;

  /** Bytes of the block that the host is taking. */
  private int block;

  /**
   * @param image null for an empty drive
   */
  AtapiCdrom(String name, BlockImage image, DeviceIdentity identity) {
    super(name);
    this.identity = identity;
    drive = new OpticalDrive(name + ".drive", image);
    replies = new CdromReplies(drive, identity);
  }

  OpticalDrive drive() {
    return drive;
  }

  @Override
  void powerOn() {
    transferMode.powerOn();
    drive.powerOn();
  }

  @Override
  void resetSettings() {
    command = null;
    packetTaken = false;
    sense.clear();
    drive.lock(false);
    drive.attention(SenseData.RESET_OCCURRED);
  }

  @Override
  void signature() {
    registers.signature(0x14, 0xeb);
  }

  /** A packet device is not ready for ATA commands until it was given one it knows. */
  @Override
  int idleStatus() {
    return command == null ? 0 : TaskFile.DRDY | TaskFile.DSC;
  }

  @Override
  boolean resetsByCommand() {
    return true;
  }

  // ---- ATA commands

  @Override
  void execute(int code) {
    command = AtaCommand.of(code);
    packetTaken = false;
    done = 0;
    length = 0;
    if (command == AtaCommand.PACKET) {
      dma = (registers.get(TaskFile.ERROR_FEATURES) & FEATURE_DMA) != 0;
      reason(REASON_COMMAND);
      want(PACKET_LENGTH, false);
    } else if (command == null) {
      command = AtaCommand.NOP; // the device has seen a command all the same
      notModelled("command %02Xh", code);
      fail(TaskFile.ABRT);
    } else {
      busyFor(COMMAND_NANOS);
    }
  }

  @Override
  void proceed() {
    switch (command) {
      case PACKET -> {
        if (packetTaken) {
          nextBlock();
        } else {
          packetTaken = true;
          executePacket();
        }
      }
      case IDENTIFY_PACKET_DEVICE -> {
        identify();
        offer(BlockImage.SECTOR);
      }
      case IDENTIFY_DEVICE, READ_SECTORS, READ_SECTORS_WITHOUT_RETRY -> {
        // Aborts, and shows what it is (ATA/ATAPI-6, 8.15.5.2 and 8.34.5.2).
        signature();
        fail(TaskFile.ABRT);
      }
      case SET_FEATURES -> {
        boolean mode = registers.get(TaskFile.ERROR_FEATURES) == 0x03;
        if (mode && transferMode.choose(registers.get(TaskFile.SECTOR_COUNT))) {
          complete();
        } else {
          fail(TaskFile.ABRT);
        }
      }
      case CHECK_POWER_MODE, CHECK_POWER_MODE_ATA1 -> {
        registers.set(TaskFile.SECTOR_COUNT, 0xff, 0);
        complete();
      }
      case STANDBY_IMMEDIATE,
          STANDBY_IMMEDIATE_ATA1,
          IDLE_IMMEDIATE,
          IDLE_IMMEDIATE_ATA1,
          STANDBY,
          STANDBY_ATA1,
          IDLE,
          IDLE_ATA1,
          SLEEP,
          SLEEP_ATA1,
          FLUSH_CACHE ->
          complete();
      default -> fail(TaskFile.ABRT);
    }
  }

  private void reason(int bits) {
    registers.set(TaskFile.SECTOR_COUNT, bits, 0);
  }

  // ---- packets

  @Override
  void blockGiven(int given) {
    if (packetTaken) {
      // Parameters of MODE SELECT: nothing in them can be changed.
      finishPacket();
      return;
    }
    System.arraycopy(buffer, 0, packet, 0, PACKET_LENGTH);
    busyFor(COMMAND_NANOS);
  }

  private int packet16(int at) {
    return (packet[at] & 0xff) << 8 | packet[at + 1] & 0xff;
  }

  private int packet32(int at) {
    return packet16(at) << 16 | packet16(at + 2);
  }

  private void executePacket() {
    PacketCommand operation = PacketCommand.of(packet[0] & 0xff);
    if (operation == null) {
      notModelled("packet command %02Xh", packet[0] & 0xff);
      check(SenseData.ILLEGAL_REQUEST, SenseData.INVALID_COMMAND);
      return;
    }
    if (operation.reportsUnitAttention() && drive.attentionPending()) {
      check(SenseData.UNIT_ATTENTION, drive.takeAttention());
      return;
    }
    if (operation.needsMedium() && !drive.ready()) {
      check(SenseData.NOT_READY, SenseData.MEDIUM_NOT_PRESENT | (drive.open() ? 2 : 1));
      return;
    }
    if (operation != PacketCommand.REQUEST_SENSE) {
      sense.clear();
    }
    switch (operation) {
      case READ_10 -> readBlocks(packet32(2), packet16(7) & 0xffffL);
      case READ_12 -> readBlocks(packet32(2), packet32(6) & 0xffffffffL);
      case READ_CD -> readCd();
      case SEEK_10 -> {
        if (inRange(packet32(2), 1)) {
          finishPacket();
        }
      }
      case REQUEST_SENSE -> {
        if (sense.key() == SenseData.NO_SENSE && drive.attentionPending()) {
          sense.set(SenseData.UNIT_ATTENTION, drive.takeAttention());
        }
        Arrays.fill(reply, 0, SenseData.LENGTH, (byte) 0);
        sense.into(reply);
        sense.clear();
        answer(SenseData.LENGTH, packet[4] & 0xff);
      }
      case START_STOP_UNIT -> startStop();
      case PREVENT_ALLOW_MEDIUM_REMOVAL -> {
        drive.lock((packet[4] & 1) != 0);
        finishPacket();
      }
      case MODE_SELECT_6 -> takeParameters(packet[4] & 0xff);
      case MODE_SELECT_10 -> takeParameters(packet16(7));
      case TEST_UNIT_READY, SYNCHRONIZE_CACHE, SET_CD_SPEED -> finishPacket();
      case INQUIRY,
          MODE_SENSE_6,
          MODE_SENSE_10,
          READ_CAPACITY,
          READ_SUBCHANNEL,
          READ_TOC,
          GET_CONFIGURATION,
          GET_EVENT_STATUS_NOTIFICATION,
          READ_DISC_INFORMATION,
          MECHANISM_STATUS -> {
        Arrays.fill(reply, (byte) 0);
        int size = replies.compose(operation, packet, reply);
        if (size < 0) {
          check(SenseData.ILLEGAL_REQUEST, -size);
        } else {
          answer(size, replies.allocation(operation, packet));
        }
      }
    }
  }

  /** LoEj moves the tray, Start starts the spindle (MMC-2, 6.1.42). */
  private void startStop() {
    boolean start = (packet[4] & 1) != 0;
    boolean loadOrEject = (packet[4] & 2) != 0;
    if (loadOrEject && !start && drive.locked()) {
      check(SenseData.ILLEGAL_REQUEST, SenseData.MEDIUM_REMOVAL_PREVENTED);
      return;
    }
    if (loadOrEject) {
      drive.moveTray(!start);
    }
    finishPacket();
  }

  private void takeParameters(int count) {
    if (count == 0) {
      finishPacket();
    } else {
      reason(0);
      want(count + 1 & ~1, true);
    }
  }

  private boolean inRange(int block, long count) {
    long first = block & 0xffffffffL;
    if (first + count > drive.blocks()) {
      check(SenseData.ILLEGAL_REQUEST, SenseData.BLOCK_OUT_OF_RANGE);
      return false;
    }
    return true;
  }

  private void readBlocks(int first, long count) {
    if (!inRange(first, count)) {
      return;
    }
    fromMedium = true;
    offset = (first & 0xffffffffL) * CdImage.BLOCK;
    length = count * CdImage.BLOCK;
    send();
  }

  /** READ CD of the user data of blocks in mode 1: the only kind an image has. */
  private void readCd() {
    int expected = packet[1] >>> 2 & 0x07;
    int wanted = packet[9] & 0xf8;
    long count = (packet[6] & 0xffL) << 16 | packet16(7) & 0xffff;
    boolean userData = wanted == 0x10 && (packet[10] & 0x07) == 0;
    if (count == 0 || wanted == 0) {
      finishPacket();
    } else if (userData && (expected == 0 || expected == 2)) {
      readBlocks(packet32(2), count);
    } else {
      notModelled("READ CD of something else than user data");
      check(SenseData.ILLEGAL_REQUEST, SenseData.INVALID_FIELD_IN_PACKET);
    }
  }

  /** Sends a reply, as much of it as the host allows. */
  private void answer(int size, int allocation) {
    fromMedium = false;
    length = Math.min(size, allocation);
    send();
  }

  private void send() {
    done = 0;
    if (length == 0) {
      finishPacket();
    } else if (dma) {
      reason(REASON_TO_HOST);
      requestDma(true);
    } else {
      nextBlock();
    }
  }

  // ---- data at the data register

  private void nextBlock() {
    if (done >= length) {
      finishPacket();
      return;
    }
    int limit = registers.get(TaskFile.LBA_MID) | registers.get(TaskFile.LBA_HIGH) << 8;
    limit = limit == 0 || limit == 0xffff ? 0xfffe : limit;
    block = (int) Math.min(length - done, limit);
    if (block < length - done) {
      block &= ~1; // all blocks but the last one have whole words
    }
    if (!fetch(buffer, block)) {
      return;
    }
    registers.set(TaskFile.LBA_MID, block & 0xff, 0);
    registers.set(TaskFile.LBA_HIGH, block >>> 8, 0);
    reason(REASON_TO_HOST);
    offer(block);
  }

  private boolean fetch(byte[] into, int count) {
    if (!fromMedium) {
      System.arraycopy(reply, (int) done, into, 0, count);
      return true;
    }
    if (!drive.ready()) {
      check(SenseData.NOT_READY, SenseData.MEDIUM_NOT_PRESENT);
      return false;
    }
    try {
      drive.read(offset + done, into, count);
      return true;
    } catch (ImageException e) {
      notModelled(e.getMessage());
      check(SenseData.MEDIUM_ERROR, SenseData.UNRECOVERED_READ_ERROR);
      return false;
    }
  }

  @Override
  void blockTaken() {
    if (command != AtaCommand.PACKET) {
      completeQuietly();
      return;
    }
    done += block;
    busyFor(BLOCK_NANOS);
  }

  // ---- data by DMA

  @Override
  void dmaTake(byte[] into, int count) {
    if (fetch(into, count)) {
      done += count;
    }
  }

  @Override
  void dmaGive(byte[] from, int count) {
    throw new AssertionError("no packet command here takes data by DMA");
  }

  @Override
  void dmaDone() {
    finishPacket();
  }

  /** Nothing is ever written here. */
  @Override
  void flushImage() {}

  // ---- the end of a packet command

  private void finishPacket() {
    reason(REASON_COMMAND | REASON_TO_HOST);
    complete();
  }

  private void check(int key, int code) {
    sense.set(key, code);
    reason(REASON_COMMAND | REASON_TO_HOST);
    fail(key << SENSE_KEY_SHIFT | TaskFile.ABRT);
  }

  private void identify() {
    IdentifyData data = new IdentifyData().identity(identity);
    data.word(0, 0x85c0); // packet device, CD-ROM, removable, DRQ within 50 us, packets of 12
    data.word(49, 0x0f00).word(50, 0x4000).word(53, 0x0006);
    data.transferModes(transferMode);
    data.word(80, 0x001e); // ATA-1 to ATA/ATAPI-4
    data.word(82, 0x4210).word(83, 0x4000).word(84, 0x4000); // NOP, DEVICE RESET, PACKET
    data.word(85, 0x4210).word(87, 0x4000);
    data.into(buffer);
  }

  @Override
  void save(Section out) {
    super.save(out);
    String prefix = name();
    out.put(prefix + ".packet", packet).put(prefix + ".packetTaken", packetTaken);
    out.put(prefix + ".dma", dma).put(prefix + ".fromMedium", fromMedium);
    out.put(prefix + ".offset", offset).put(prefix + ".chunk", block);
    out.put(prefix + ".reply", reply);
    sense.save(prefix, out);
    drive.save(out);
  }

  @Override
  void restore(Section in) {
    super.restore(in);
    String prefix = name();
    in.getBytes(prefix + ".packet", packet);
    packetTaken = in.getBoolean(prefix + ".packetTaken");
    dma = in.getBoolean(prefix + ".dma");
    fromMedium = in.getBoolean(prefix + ".fromMedium");
    offset = in.getLong(prefix + ".offset");
    block = in.getInt(prefix + ".chunk");
    in.getBytes(prefix + ".reply", reply);
    sense.restore(prefix, in);
    drive.restore(in);
  }
}
