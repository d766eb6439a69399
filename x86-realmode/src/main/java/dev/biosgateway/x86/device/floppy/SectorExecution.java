package dev.biosgateway.x86.device.floppy;

import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.media.ImageException;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The execution phase of the commands that work on sectors: one sector after the other passes below
 * the head, is looked for, and goes through a buffer to or from the host, until terminal count, the
 * last sector or an error ends it. A sector takes a fixed virtual time, shorter than a real one.
 */
final class SectorExecution {
  static final long SECTOR_NANOS = 100_000;

  /** After two index pulses without the sector the controller gives up. */
  private static final long TWO_TURNS_NANOS = 400_000;

  /** A host that neither gives nor takes a byte for a turn of the diskette is too slow. */
  private static final long OVERRUN_NANOS = 200_000_000;

  private static final int FORMAT_BYTES = 4;
  private static final int SIZE_CODE_512 = 2;

  /** What the execution phase needs of the controller. */
  interface Controller {
    /** The drive that is selected by a command, with its motor on; null when there is none. */
    FloppyDrive drive(int number);

    int dataRate();

    boolean impliedSeek();

    SeekUnit seekUnit();

    /** A buffer of bytes for or from the host is ready. */
    void beginHostTransfer();

    /** Ends the execution phase with a result. */
    void finish(int st0, int st1, int st2, int c, int h, int r, int n);

    void notModelled(String what);
  }

  private final Controller controller;
  private final VirtualClock clock;
  private final byte[] buffer = new byte[BlockImage.SECTOR];
  private final byte[] compared = new byte[BlockImage.SECTOR];
  private final SectorAddress address = new SectorAddress();
  private final Event next =
      new Event("floppy.sector") {
        @Override
        protected void fire(long due) {
          proceed();
        }
      };

  private FloppyCommand command;
  private int first;
  private int drive;
  private int dataLength;

  /** Sectors still to be verified, or passed (read track) or formatted. */
  private int left;

  private int fill;
  private int position;
  private int length;
  private boolean toHost;
  private boolean transferring;
  private boolean terminal;
  private boolean noData;
  private int st1;
  private int st2;

  SectorExecution(Controller controller, VirtualClock clock) {
    this.controller = controller;
    this.clock = clock;
  }

  void reset() {
    clock.cancel(next);
    command = null;
    transferring = false;
  }

  /** Whether a command is being executed. */
  boolean running() {
    return command != null;
  }

  /** Whether one goes on by itself: not one that waits for a diskette for ever. */
  boolean pending() {
    return next.isScheduled();
  }

  /**
   * Starts a command.
   *
   * @param bytes the command phase, first byte included
   */
  void start(FloppyCommand started, int[] bytes) {
    command = started;
    first = bytes[0];
    drive = bytes[1] & 3;
    st1 = 0;
    st2 = 0;
    transferring = false;
    terminal = false;
    noData = false;
    int side = bytes[1] >>> 2 & 1;
    long wait = SECTOR_NANOS;
    if (command == FloppyCommand.READ_ID || command == FloppyCommand.FORMAT_TRACK) {
      startWithoutId(bytes, side);
    } else {
      address.set(bytes[2], bytes[3], bytes[4], bytes[5], side, bytes[6]);
      if ((first & 0x80) != 0 && command != FloppyCommand.READ_TRACK) {
        address.bothSides();
      }
      dataLength = bytes[8];
      boolean counts = command == FloppyCommand.VERIFY && (bytes[1] & 0x80) != 0;
      left =
          counts ? dataLength : command == FloppyCommand.READ_TRACK ? bytes[6] : Integer.MAX_VALUE;
      if (controller.impliedSeek()) {
        wait += controller.seekUnit().implied(drive, bytes[2]);
      }
    }
    FloppyDrive d = controller.drive(drive);
    if (d == null || !d.hasMedium()) {
      return; // no index pulse ever comes: the host will give up and reset the controller
    }
    if (command.writes() && d.writeProtected()) {
      st1 |= FloppyStatus.ST1_NOT_WRITABLE;
      left = 0;
    }
    clock.schedule(next, clock.nanos() + wait);
  }

  private void startWithoutId(int[] bytes, int side) {
    int size = command == FloppyCommand.FORMAT_TRACK ? bytes[2] : SIZE_CODE_512;
    address.set(controller.seekUnit().cylinder(drive), side, 1, size, side, 0);
    left = command == FloppyCommand.FORMAT_TRACK ? bytes[3] : 1;
    fill = bytes.length > 5 ? bytes[5] : 0;
  }

  // ---- one sector

  private void proceed() {
    FloppyDrive d = controller.drive(drive);
    if (transferring) {
      fail(FloppyStatus.ST1_OVERRUN, 0);
    } else if (st1 != 0) {
      fail(0, 0);
    } else if (d == null || !d.hasMedium()) {
      return; // taken out, or the motor was stopped
    } else if (left == 0) {
      end(0);
    } else if (address.pastEnd()) {
      // A scan says in ST2 that nothing was found; a verify without a count ends here.
      boolean meant = command == FloppyCommand.VERIFY && left == Integer.MAX_VALUE;
      if (meant || command.scans()) {
        end(0);
      } else {
        fail(FloppyStatus.ST1_END_OF_CYLINDER, 0);
      }
    } else {
      sector(d);
    }
  }

  private void sector(FloppyDrive d) {
    address.select();
    boolean mfm = (first & 0x40) != 0;
    if (command == FloppyCommand.FORMAT_TRACK) {
      // A track below the head that nobody has formatted yet is no obstacle.
      beginTransfer(FORMAT_BYTES, false);
      return;
    }
    if (!mfm || !d.readable(address.side, controller.dataRate())) {
      giveUp(FloppyStatus.ST1_MISSING_ADDRESS_MARK, 0);
      return;
    }
    if (command == FloppyCommand.READ_ID) {
      address.c = d.track();
      end(0);
      return;
    }
    if (command == FloppyCommand.READ_TRACK) {
      readTrackSector(d);
      return;
    }
    if (address.c != d.track()) {
      int bad = address.c != 0xff && d.track() == 0xff ? FloppyStatus.ST2_BAD_CYLINDER : 0;
      giveUp(FloppyStatus.ST1_NO_DATA, FloppyStatus.ST2_WRONG_CYLINDER | bad);
      return;
    }
    if (address.h != address.side
        || address.n != SIZE_CODE_512
        || address.r < 1
        || address.r > d.sectors()) {
      giveUp(FloppyStatus.ST1_NO_DATA, 0);
      return;
    }
    if (!command.writes() && !command.scans() && marked(d)) {
      return;
    }
    transferSector(d);
  }

  /** Two turns later the command ends with an error. */
  private void giveUp(int moreSt1, int moreSt2) {
    st1 |= moreSt1;
    st2 |= moreSt2;
    clock.schedule(next, clock.nanos() + TWO_TURNS_NANOS);
  }

  /** Treats a data mark of the other kind; true when the sector is skipped. */
  private boolean marked(FloppyDrive d) {
    if (d.deleted(address.side, address.r) == command.deleted()) {
      return false;
    }
    boolean skip = (first & 0x20) != 0;
    if (skip) {
      address.advance();
      clock.schedule(next, clock.nanos() + SECTOR_NANOS);
      return true;
    }
    st2 |= FloppyStatus.ST2_CONTROL_MARK; // this sector still, and then no more
    return false;
  }

  private void transferSector(FloppyDrive d) {
    if (!command.writes() && !read(d, address.r)) {
      return;
    }
    if (command == FloppyCommand.VERIFY) {
      sectorDone();
    } else if (command.scans()) {
      System.arraycopy(buffer, 0, compared, 0, compared.length);
      beginTransfer(BlockImage.SECTOR, false);
    } else {
      beginTransfer(BlockImage.SECTOR, !command.takesData());
    }
  }

  /** READ TRACK takes sectors as they come after the index; the ID is compared, no more. */
  private void readTrackSector(FloppyDrive d) {
    int passing = address.lastRecord() - left + 1;
    if (passing > d.sectors()) {
      giveUp(FloppyStatus.ST1_MISSING_ADDRESS_MARK, 0);
      return;
    }
    if (address.c != d.track()
        || address.h != address.side
        || address.r != passing
        || address.n != SIZE_CODE_512) {
      noData = true; // shows in ST1 at the end; reading goes on
    }
    if (read(d, passing)) {
      beginTransfer(BlockImage.SECTOR, true);
    }
  }

  private boolean read(FloppyDrive d, int sector) {
    try {
      d.read(address.side, sector, buffer);
      return true;
    } catch (ImageException e) {
      controller.notModelled("floppy: " + e.getMessage());
      giveUp(FloppyStatus.ST1_DATA_ERROR, FloppyStatus.ST2_DATA_ERROR);
      return false;
    }
  }

  // ---- bytes between the buffer and the host

  private void beginTransfer(int bytes, boolean forHost) {
    position = 0;
    length = bytes;
    toHost = forHost;
    transferring = true;
    clock.schedule(next, clock.nanos() + OVERRUN_NANOS);
    controller.beginHostTransfer();
  }

  /** Whether a byte waits for the host, or the host may give one. */
  boolean transferring() {
    return transferring;
  }

  boolean toHost() {
    return toHost;
  }

  /** The host takes a byte. */
  int take() {
    int value = buffer[position++] & 0xff;
    if (position == length) {
      transferring = false;
      sectorDone();
    }
    return value;
  }

  /** The host gives a byte. */
  void give(int value) {
    buffer[position++] = (byte) value;
    if (position == length) {
      transferring = false;
      hostGaveAll();
    }
  }

  /** A DMA cycle in verify mode: the byte counts, nobody sees it. */
  void pass() {
    if (toHost) {
      take();
    } else {
      give(0xff); // the data lines float
    }
  }

  /** TC. */
  void terminalCount() {
    if (command == null || terminal) {
      return;
    }
    terminal = true;
    if (transferring) {
      transferring = false;
      if (toHost) {
        address.advance();
      } else {
        // The rest of the sector is filled with zeros (82078 data sheet, 6.1.3).
        Arrays.fill(buffer, position, length, (byte) 0);
        hostGaveAll();
        return;
      }
    }
    if (command != null) {
      clock.cancel(next);
      end(0);
    }
  }

  private void hostGaveAll() {
    FloppyDrive d = controller.drive(drive);
    if (d == null || !d.hasMedium()) {
      clock.cancel(next);
      return;
    }
    if (command.scans()) {
      compare();
      return;
    }
    if (command == FloppyCommand.FORMAT_TRACK && !formatted(d)) {
      sectorDone();
      return;
    }
    try {
      int sector = command == FloppyCommand.FORMAT_TRACK ? buffer[2] & 0xff : address.r;
      if (command == FloppyCommand.FORMAT_TRACK) {
        Arrays.fill(buffer, (byte) fill);
      }
      d.write(address.side, sector, buffer, command.deleted());
      sectorDone();
    } catch (ImageException e) {
      controller.notModelled("floppy: " + e.getMessage());
      fail(FloppyStatus.ST1_DATA_ERROR, FloppyStatus.ST2_DATA_ERROR);
    }
  }

  /** Whether the image has a place for the sector whose ID the host gave. */
  private boolean formatted(FloppyDrive d) {
    boolean place =
        (first & 0x40) != 0
            && d.readable(address.side, controller.dataRate())
            && (buffer[0] & 0xff) == d.track()
            && (buffer[1] & 0xff) == address.side
            && buffer[2] >= 1
            && buffer[2] <= d.sectors()
            && buffer[3] == SIZE_CODE_512;
    if (!place) {
      controller.notModelled("floppy: FORMAT TRACK of a sector that the image has no place for");
    }
    return place;
  }

  /** A byte FFh of the host stands for any byte (82078 data sheet, 6.1.7). */
  private void compare() {
    boolean equal = true;
    boolean satisfied = true;
    for (int i = 0; i < BlockImage.SECTOR; i++) {
      int disk = compared[i] & 0xff;
      int host = buffer[i] & 0xff;
      if (disk == host || host == 0xff) {
        continue;
      }
      equal = false;
      satisfied &=
          command == FloppyCommand.SCAN_LOW_OR_EQUAL
              ? disk < host
              : command == FloppyCommand.SCAN_HIGH_OR_EQUAL && disk > host;
    }
    st2 &= ~(FloppyStatus.ST2_SCAN_EQUAL_HIT | FloppyStatus.ST2_SCAN_NOT_SATISFIED);
    if (equal) {
      st2 |= FloppyStatus.ST2_SCAN_EQUAL_HIT;
    }
    if (satisfied) {
      clock.cancel(next);
      end(0);
      return;
    }
    st2 |= FloppyStatus.ST2_SCAN_NOT_SATISFIED;
    int step = dataLength == 2 ? 2 : 1;
    for (int i = 0; i < step && !address.pastEnd(); i++) {
      address.advance();
    }
    afterSector();
  }

  private void sectorDone() {
    if (left != Integer.MAX_VALUE) {
      left--;
    }
    if (command != FloppyCommand.FORMAT_TRACK) {
      address.advance();
    }
    afterSector();
  }

  private void afterSector() {
    if (terminal) {
      clock.cancel(next);
      end(0);
    } else {
      if ((st2 & FloppyStatus.ST2_CONTROL_MARK) != 0) {
        left = 0;
      }
      clock.schedule(next, clock.nanos() + SECTOR_NANOS);
    }
  }

  // ---- the end

  private void fail(int moreSt1, int moreSt2) {
    st1 |= moreSt1;
    st2 |= moreSt2;
    end(FloppyStatus.ST0_ABNORMAL);
  }

  private void end(int st0) {
    clock.cancel(next);
    transferring = false;
    command = null;
    int passedOver = noData ? FloppyStatus.ST1_NO_DATA : 0;
    controller.finish(
        st0 | address.side << 2 | drive,
        st1 | passedOver,
        st2,
        address.c,
        address.h,
        address.r,
        address.n);
  }

  void save(Section out) {
    out.put("command", command == null ? -1 : command.ordinal()).put("first", first);
    out.put("drive", drive).put("dataLength", dataLength).put("left", left).put("fill", fill);
    address.save(out);
    out.put("position", position).put("length", length).put("toHost", toHost);
    out.put("transferring", transferring).put("terminal", terminal);
    out.put("st1", st1).put("st2", st2).put("noData", noData);
    out.put("buffer", buffer).put("compared", compared).put("next", next.dueNanos());
  }

  void restore(Section in) {
    int ordinal = in.getInt("command");
    command = ordinal < 0 ? null : FloppyCommand.values()[ordinal];
    first = in.getInt("first");
    drive = in.getInt("drive");
    dataLength = in.getInt("dataLength");
    left = in.getInt("left");
    fill = in.getInt("fill");
    address.restore(in);
    position = in.getInt("position");
    length = in.getInt("length");
    toHost = in.getBoolean("toHost");
    transferring = in.getBoolean("transferring");
    terminal = in.getBoolean("terminal");
    st1 = in.getInt("st1");
    st2 = in.getInt("st2");
    noData = in.getBoolean("noData");
    in.getBytes("buffer", buffer);
    in.getBytes("compared", compared);
    clock.cancel(next);
    long due = in.getLong("next");
    if (due != Long.MAX_VALUE) {
      clock.schedule(next, due);
    }
  }
}
