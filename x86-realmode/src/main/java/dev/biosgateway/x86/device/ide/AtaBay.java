package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.media.BlockImage;
import java.util.List;

/**
 * The two ATA channels of a PC with what is on their cables: primary at 1F0h with interrupt 14,
 * secondary at 170h with interrupt 15.
 */
public final class AtaBay {
  static final int CHANNELS = 2;

  private static final int DEVICES = 4;

  /** Where CD-ROMs go first: the master of the second channel. */
  private static final int SECONDARY_MASTER = 2;

  private final AtaChannel[] channels = new AtaChannel[CHANNELS];
  private final AtaDevice[] devices = new AtaDevice[DEVICES];

  /**
   * @param disks hard disks: primary master and slave, then secondary master and slave
   * @param cdroms from the secondary master on, then wherever no disk is
   * @throws IllegalArgumentException when there are more than four together
   * @throws dev.biosgateway.x86.media.ImageException when an image cannot be such a medium
   */
  public AtaBay(List<BlockImage> disks, List<BlockImage> cdroms) {
    if (disks.size() + cdroms.size() > DEVICES) {
      throw new IllegalArgumentException(
          "ATA devices: expected at most %d, found %d disks and %d CD-ROMs"
              .formatted(DEVICES, disks.size(), cdroms.size()));
    }
    for (int n = 0; n < disks.size(); n++) {
      devices[n] = new AtaDisk(deviceName(n), disks.get(n), DeviceIdentity.disk(n));
    }
    int place = SECONDARY_MASTER;
    for (BlockImage cdrom : cdroms) {
      while (devices[place] != null) {
        place = (place + 1) % DEVICES;
      }
      devices[place] = new AtapiCdrom(deviceName(place), cdrom, DeviceIdentity.cdrom(place));
    }
    channels[0] = new AtaChannel("ata0", 0x1f0, 14, devices[0], devices[1]);
    channels[1] = new AtaChannel("ata1", 0x170, 15, devices[2], devices[3]);
  }

  private static String deviceName(int number) {
    return "ata" + (number >> 1) + "-" + (number & 1);
  }

  AtaChannel channel(int index) {
    return channels[index];
  }

  void flush() {
    for (AtaDevice device : devices) {
      if (device != null) {
        device.flushImage();
      }
    }
  }

  /**
   * The mechanics of a CD-ROM drive, to change its medium.
   *
   * @param number of the device: 0 and 1 primary, 2 and 3 secondary
   * @throws IllegalArgumentException when there is no CD-ROM drive
   */
  public OpticalDrive opticalDrive(int number) {
    if (number >= 0 && number < DEVICES && devices[number] instanceof AtapiCdrom cdrom) {
      return cdrom.drive();
    }
    throw new IllegalArgumentException("ATA device %d: no CD-ROM drive".formatted(number));
  }

  /** Whether a hard disk is the device of a number, 0 to 3. */
  public boolean hasDisk(int number) {
    return devices[number] instanceof AtaDisk;
  }
}
