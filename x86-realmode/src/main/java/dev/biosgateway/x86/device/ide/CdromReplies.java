package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.media.CdImage;
import java.nio.charset.StandardCharsets;

/**
 * What a CD-ROM drive answers to the packet commands that ask about it or its medium (INF-8090i and
 * MMC-2 for the structures, SPC-2 for INQUIRY and mode pages). All numbers are big-endian.
 */
final class CdromReplies {
  // ---- profiles of GET CONFIGURATION
  private static final int PROFILE_NONE = 0x0000;
  private static final int PROFILE_CD_ROM = 0x0008;
  private static final int PROFILE_DVD_ROM = 0x0010;

  private static final int LEAD_OUT = 0xaa;

  /** A track of data, recorded uninterrupted; position is in the Q sub-channel. */
  private static final int DATA_TRACK = 0x14;

  /** From address 0 in minutes, seconds, frames to logical block 0: two seconds. */
  private static final int MSF_OFFSET = 150;

  private static final int PAGE_ERROR_RECOVERY = 0x01;
  private static final int PAGE_CD_ROM = 0x0d;
  private static final int PAGE_CAPABILITIES = 0x2a;
  private static final int PAGE_ALL = 0x3f;

  /** Speed in KB/s: 4 times that of audio. */
  private static final int SPEED = 706;

  private final OpticalDrive drive;
  private final DeviceIdentity identity;
  private byte[] reply;
  private int size;

  CdromReplies(OpticalDrive drive, DeviceIdentity identity) {
    this.drive = drive;
    this.identity = identity;
  }

  /** How many bytes the host takes at most. */
  int allocation(PacketCommand command, byte[] packet) {
    return switch (command) {
      case INQUIRY, MODE_SENSE_6 -> packet[4] & 0xff;
      case READ_CAPACITY -> 8;
      case MECHANISM_STATUS -> (packet[8] & 0xff) << 8 | packet[9] & 0xff;
      default -> (packet[7] & 0xff) << 8 | packet[8] & 0xff;
    };
  }

  /**
   * Fills {@code into}, which is zero, with the answer.
   *
   * @return its size, or, negative, the additional sense code of an illegal request
   */
  int compose(PacketCommand command, byte[] packet, byte[] into) {
    reply = into;
    size = 0;
    return switch (command) {
      case INQUIRY -> inquiry(packet);
      case MODE_SENSE_6 -> modeSense(packet, 4);
      case MODE_SENSE_10 -> modeSense(packet, 8);
      case READ_CAPACITY -> {
        put32(0, drive.blocks() - 1);
        put32(4, CdImage.BLOCK);
        yield 8;
      }
      case READ_SUBCHANNEL -> {
        put(1, 0x15); // no audio
        yield (packet[2] & 0x40) == 0 ? 4 : -SenseData.INVALID_FIELD_IN_PACKET;
      }
      case READ_TOC -> tableOfContents(packet);
      case GET_CONFIGURATION -> configuration(packet);
      case GET_EVENT_STATUS_NOTIFICATION -> eventStatus(packet);
      case READ_DISC_INFORMATION -> discInformation();
      case MECHANISM_STATUS -> {
        put(1, drive.open() ? 0x10 : 0);
        put(5, 1); // one slot
        yield 8;
      }
      default -> throw new AssertionError(command);
    };
  }

  private void put(int at, int value) {
    reply[at] = (byte) value;
  }

  private void put16(int at, int value) {
    put(at, value >>> 8);
    put(at + 1, value);
  }

  private void put32(int at, int value) {
    put16(at, value >>> 16);
    put16(at + 2, value);
  }

  private void text(int at, int length, String text) {
    byte[] padded = (text + " ".repeat(length)).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(padded, 0, reply, at, length);
  }

  private int inquiry(byte[] packet) {
    boolean vitalProductData = (packet[1] & 1) != 0;
    if (vitalProductData || packet[2] != 0) {
      return -SenseData.INVALID_FIELD_IN_PACKET;
    }
    int space = identity.model().indexOf(' ');
    put(0, 0x05); // CD-ROM
    put(1, 0x80); // removable
    put(3, 0x21); // ATAPI-2; response format of ATAPI
    put(4, 31);
    text(8, 8, identity.model().substring(0, space));
    text(16, 16, identity.model());
    text(32, 4, identity.firmware());
    return 36;
  }

  // ---- mode pages

  private int modeSense(byte[] packet, int header) {
    int control = packet[2] >>> 6 & 3;
    if (control == 3) {
      return -SenseData.SAVING_NOT_SUPPORTED;
    }
    int page = packet[2] & 0x3f;
    boolean all = page == PAGE_ALL;
    boolean changeable = control == 1;
    size = header;
    boolean known = all;
    if (all || page == PAGE_ERROR_RECOVERY) {
      page(PAGE_ERROR_RECOVERY, 6);
      put(size - 5, changeable ? 0 : 5); // read retry count
      known = true;
    }
    if (all || page == PAGE_CD_ROM) {
      page(PAGE_CD_ROM, 6);
      put16(size - 4, changeable ? 0 : 60); // seconds of a minute, frames of a second
      put16(size - 2, changeable ? 0 : 75);
      known = true;
    }
    if (all || page == PAGE_CAPABILITIES) {
      capabilities(changeable);
      known = true;
    }
    if (!known) {
      return -SenseData.INVALID_FIELD_IN_PACKET;
    }
    int mediumType = drive.open() ? 0x71 : drive.ready() ? 0x01 : 0x70;
    if (header == 4) {
      put(0, size - 1);
      put(1, mediumType);
    } else {
      put16(0, size - 2);
      put(2, mediumType);
    }
    return size;
  }

  private void page(int code, int length) {
    put(size, code);
    put(size + 1, length);
    size += length + 2;
  }

  /** MMC-2, 5.5.10. */
  private void capabilities(boolean changeable) {
    int at = size;
    page(PAGE_CAPABILITIES, 18);
    if (changeable) {
      return;
    }
    put(at + 2, 0x3b); // reads CD-R, CD-RW, method 2, DVD-ROM, DVD-R
    put(at + 4, 0x70); // mode 2 form 1 and 2, multi-session
    put(at + 5, 0x00);
    put(at + 6, 0x29 | (drive.locked() ? 0x02 : 0)); // tray, ejects, locks
    put16(at + 8, SPEED);
    put16(at + 10, 2); // volume levels
    put16(at + 12, 512); // KB of buffer
    put16(at + 14, SPEED);
  }

  // ---- table of contents

  private int tableOfContents(byte[] packet) {
    boolean msf = (packet[1] & 0x02) != 0;
    // In SFF-8020i the format was in the last byte.
    int format = (packet[2] & 0x0f) != 0 ? packet[2] & 0x0f : packet[9] >>> 6 & 3;
    int track = packet[6] & 0xff;
    return switch (format) {
      case 0 -> tracks(msf, track);
      case 1 -> {
        put16(0, 10);
        put(2, 1);
        put(3, 1); // first and last session
        put(5, DATA_TRACK);
        put(6, 1);
        address(8, 0, msf);
        yield 12;
      }
      case 2 -> rawTracks();
      default -> -SenseData.INVALID_FIELD_IN_PACKET;
    };
  }

  private int tracks(boolean msf, int from) {
    if (from > 1 && from != LEAD_OUT) {
      return -SenseData.INVALID_FIELD_IN_PACKET;
    }
    put(2, 1);
    put(3, 1); // first and last track
    size = 4;
    if (from <= 1) {
      track(1, 0, msf);
    }
    track(LEAD_OUT, drive.blocks(), msf);
    put16(0, size - 2);
    return size;
  }

  private void track(int number, int block, boolean msf) {
    put(size + 1, DATA_TRACK);
    put(size + 2, number);
    address(size + 4, block, msf);
    size += 8;
  }

  private void address(int at, int block, boolean msf) {
    if (msf) {
      minutesSecondsFrames(at + 1, block + MSF_OFFSET);
    } else {
      put32(at, block);
    }
  }

  private void minutesSecondsFrames(int at, int frames) {
    put(at, frames / (60 * 75));
    put(at + 1, frames / 75 % 60);
    put(at + 2, frames % 75);
  }

  /** Format 2: points A0h to A2h, then the track (MMC-2, table 206). */
  private int rawTracks() {
    put(2, 1);
    put(3, 1);
    size = 4;
    raw(0xa0, 1, 0, 0);
    raw(0xa1, 1, 0, 0);
    raw(0xa2, -1, drive.blocks(), 0);
    raw(0x01, -1, 0, 0);
    put16(0, size - 2);
    return size;
  }

  private void raw(int point, int minute, int block, int second) {
    put(size, 1); // session
    put(size + 1, DATA_TRACK);
    put(size + 3, point);
    if (minute >= 0) {
      put(size + 8, minute);
      put(size + 9, second);
    } else {
      minutesSecondsFrames(size + 8, block + MSF_OFFSET);
    }
    size += 11;
  }

  // ---- what is in the drive

  private int profile() {
    return !drive.ready() ? PROFILE_NONE : drive.dvd() ? PROFILE_DVD_ROM : PROFILE_CD_ROM;
  }

  /** MMC-2, 6.1.4: the profile list, and the features of the current profile. */
  private int configuration(byte[] packet) {
    int requested = packet[1] & 3;
    int first = (packet[2] & 0xff) << 8 | packet[3] & 0xff;
    put16(6, profile());
    size = 8;
    if (wanted(0x0000, first, requested, true)) {
      feature(0x0000, 0x03, 8);
      put16(size - 8, PROFILE_DVD_ROM);
      put(size - 6, profile() == PROFILE_DVD_ROM ? 1 : 0);
      put16(size - 4, PROFILE_CD_ROM);
      put(size - 2, profile() == PROFILE_CD_ROM ? 1 : 0);
    }
    if (wanted(0x0001, first, requested, true)) {
      feature(0x0001, 0x03, 4);
      put32(size - 4, 2); // ATAPI
    }
    if (wanted(0x0003, first, requested, true)) {
      feature(0x0003, 0x03, 4);
      put(size - 4, 0x29); // tray, ejects, locks
    }
    boolean ready = drive.ready();
    int current = ready ? 1 : 0;
    if (wanted(0x0010, first, requested, ready)) {
      feature(0x0010, current, 8);
      put32(size - 8, CdImage.BLOCK);
      put16(size - 4, 1); // blocks of an access
    }
    if (wanted(0x001e, first, requested, profile() == PROFILE_CD_ROM)) {
      feature(0x001e, profile() == PROFILE_CD_ROM ? 1 : 0, 0);
    }
    if (wanted(0x001f, first, requested, profile() == PROFILE_DVD_ROM)) {
      feature(0x001f, profile() == PROFILE_DVD_ROM ? 1 : 0, 0);
    }
    put32(0, size - 4);
    return size;
  }

  /** Request type 0: all; 1: those that are current; 2: the first one alone. */
  private static boolean wanted(int code, int first, int requested, boolean current) {
    return switch (requested) {
      case 0 -> code >= first;
      case 1 -> code >= first && current;
      default -> code == first;
    };
  }

  private void feature(int code, int flags, int length) {
    put16(size, code);
    put(size + 2, flags);
    put(size + 3, length);
    size += 4 + length;
  }

  /** Polled only; of the classes there is media, class 4 (MMC-2, 6.1.5). */
  private int eventStatus(byte[] packet) {
    boolean polled = (packet[1] & 1) != 0;
    if (!polled) {
      return -SenseData.INVALID_FIELD_IN_PACKET;
    }
    boolean media = (packet[4] & 0x10) != 0;
    put16(0, media ? 6 : 2);
    put(2, media ? 0x04 : 0x80); // no event of a class that was asked for
    put(3, 0x10);
    if (media) {
      put(4, drive.takeEvent());
      put(5, (drive.open() ? 1 : 0) | (drive.ready() ? 2 : 0));
    }
    return media ? 8 : 4;
  }

  /** A complete disc of one session with one track (MMC-2, 6.1.22). */
  private int discInformation() {
    put16(0, 32);
    put(2, 0x0e);
    put(3, 1);
    put(4, 1);
    put(5, 1);
    put(6, 1);
    put(7, 0x20); // unrestricted use
    return 34;
  }
}
