package dev.biosgateway.x86.device.ide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.device.DeviceBench;
import dev.biosgateway.x86.device.pci.PciBus;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.state.Section;
import java.util.List;

/** A PIIX3's IDE function with devices, and what a driver does with its ports. */
final class IdeBench {
  static final int PRIMARY = 0x1f0;
  static final int SECONDARY = 0x170;
  static final int MASTER = 0xc000;

  static final int BSY = 0x80;
  static final int DRDY = 0x40;
  static final int DRQ = 0x08;
  static final int ERR = 0x01;

  final DeviceBench bench = new DeviceBench();
  final AtaBay bay;
  final Piix3Ide ide;
  private final int base;
  private final int irq;

  IdeBench(int base, List<BlockImage> disks, List<BlockImage> cdroms) {
    this.base = base;
    irq = base == PRIMARY ? 14 : 15;
    bench.plug(new PciBus());
    bay = new AtaBay(disks, cdroms);
    ide = bench.plug(new Piix3Ide(1, bay, MASTER));
    bench.runFor(1_000_000);
  }

  int in(int register) {
    return bench.in(base + register);
  }

  void out(int register, int value) {
    bench.out(base + register, value);
  }

  int status() {
    return in(7);
  }

  int alternateStatus() {
    return bench.in(base + 0x206);
  }

  void control(int value) {
    bench.out(base + 0x206, value);
  }

  boolean interrupt() {
    return bench.lines[irq];
  }

  /** Registers 1 to 6, low to high, then the command. */
  void command(int command, int features, int count, int low, int mid, int high, int device) {
    out(6, device);
    out(1, features);
    out(2, count);
    out(3, low);
    out(4, mid);
    out(5, high);
    out(7, command);
  }

  /** A command with an address of 28 bits on device 0. */
  void lba28(int command, int lba, int count) {
    command(command, 0, count, lba & 0xff, lba >> 8 & 0xff, lba >> 16 & 0xff, 0xe0 | lba >> 24);
  }

  /** A command with an address of 48 bits on device 0. */
  void lba48(int command, long lba, int count) {
    out(6, 0x40);
    for (int i = 1; i >= 0; i--) {
      out(2, count >> 8 * i & 0xff);
      out(3, (int) (lba >> 24 * i) & 0xff);
      out(4, (int) (lba >> 24 * i + 8) & 0xff);
      out(5, (int) (lba >> 24 * i + 16) & 0xff);
    }
    out(7, command);
  }

  /** Lets time go on until the device is not busy. */
  IdeBench settle() {
    for (int i = 0; (alternateStatus() & BSY) != 0; i++) {
      assertTrue(i < 100_000, "busy for ever");
      bench.runFor(1000);
    }
    return this;
  }

  /** Waits for the interrupt and reads the status, which takes it away. */
  int finish() {
    for (int i = 0; !interrupt(); i++) {
      assertTrue(i < 200_000, () -> "no interrupt, status %02x".formatted(alternateStatus()));
      bench.runFor(1000);
    }
    return status();
  }

  /** Takes a block of data. */
  byte[] take(int bytes) {
    byte[] out = new byte[bytes];
    for (int i = 0; i < bytes; i += 2) {
      int word = bench.ports.in(base, 2);
      out[i] = (byte) word;
      if (i + 1 < bytes) {
        out[i + 1] = (byte) (word >>> 8);
      }
    }
    return out;
  }

  void give(byte[] data) {
    for (int i = 0; i < data.length; i += 2) {
      bench.ports.out(base, 2, data[i] & 0xff | (data[i + 1] & 0xff) << 8);
    }
  }

  /** A whole PIO read of blocks of a size. */
  byte[] readBlocks(int total, int block) {
    byte[] out = new byte[total];
    for (int done = 0; done < total; done += block) {
      int status = finish();
      assertEquals(DRDY | DRQ, status & (BSY | DRDY | DRQ | ERR), "a block is ready");
      System.arraycopy(take(Math.min(block, total - done)), 0, out, done, block);
    }
    assertEquals(DRDY, settle().status() & (BSY | DRDY | DRQ | ERR));
    return out;
  }

  /** Descriptors from 8000h on: address, length, address, length, … */
  void descriptors(int... areas) {
    for (int i = 0; i < areas.length; i += 2) {
      boolean last = i + 2 == areas.length;
      bench.bus.write32(0x8000 + 4 * i, areas[i]);
      bench.bus.write32(0x8004 + 4 * i, areas[i + 1] & 0xffff | (last ? 1 << 31 : 0));
    }
    bench.ports.out(master() + 4, 4, 0x8000);
  }

  int master() {
    return base == PRIMARY ? MASTER : MASTER + 8;
  }

  void startMaster(boolean toMemory) {
    bench.out(master() + 2, 0x66);
    bench.out(master(), toMemory ? 0x09 : 0x01);
  }

  byte[] memory(int address, int length) {
    byte[] out = new byte[length];
    bench.bus.read(address, out, 0, length);
    return out;
  }

  Section save() {
    return DeviceBench.save(ide);
  }
}
