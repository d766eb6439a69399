package dev.biosgateway.x86.device.dma;

import dev.biosgateway.x86.state.Section;

/** Registers of one channel of an 8237A (data sheet, "Register description"). */
final class DmaChannel {
  private static final int MODE_TYPE = 0x0c;
  private static final int AUTO_INITIALIZE = 0x10;
  private static final int DECREMENT = 0x20;

  static final int TYPE_VERIFY = 0x00;
  static final int TYPE_WRITE = 0x04;
  static final int TYPE_READ = 0x08;

  private static final int SERVICE_BLOCK = 2;
  private static final int SERVICE_CASCADE = 3;

  final String name;

  /** The device at the channel, null when there is none. */
  DmaRequester requester;

  /** DREQ as the device drives it. */
  boolean requested;

  private int baseAddress;
  private int baseCount;
  private int address;
  private int count;
  private int mode;

  DmaChannel(String name) {
    this.name = name;
  }

  /** Power-on; neither RESET nor master clear touch these registers. */
  void powerOn() {
    baseAddress = 0;
    baseCount = 0;
    address = 0;
    count = 0;
    mode = 0;
    requested = false;
  }

  int mode() {
    return mode;
  }

  void setMode(int value) {
    mode = value & 0xfc;
  }

  int type() {
    return mode & MODE_TYPE;
  }

  boolean blockMode() {
    return mode >>> 6 == SERVICE_BLOCK;
  }

  boolean cascades() {
    return mode >>> 6 == SERVICE_CASCADE;
  }

  /** The 16 bits of the current address. */
  int address() {
    return address;
  }

  int count() {
    return count;
  }

  void writeAddress(int value, boolean high) {
    baseAddress = half(baseAddress, value, high);
    address = half(address, value, high);
  }

  void writeCount(int value, boolean high) {
    baseCount = half(baseCount, value, high);
    count = half(count, value, high);
  }

  private static int half(int register, int value, boolean high) {
    return high ? register & 0x00ff | value << 8 : register & 0xff00 | value;
  }

  /**
   * After a transfer: moves on, within 64 K.
   *
   * @param hold keeps the address, as channel 0 may in transfers from memory to memory
   * @return whether the count has run out: it went from 0 to FFFFh
   */
  boolean advance(boolean hold) {
    if (!hold) {
      address = address + ((mode & DECREMENT) != 0 ? -1 : 1) & 0xffff;
    }
    count = count - 1 & 0xffff;
    return count == 0xffff;
  }

  /**
   * At terminal count: starts over when the mode says so.
   *
   * @return whether it did; otherwise the channel masks itself
   */
  boolean autoInitialize() {
    if ((mode & AUTO_INITIALIZE) == 0) {
      return false;
    }
    address = baseAddress;
    count = baseCount;
    return true;
  }

  void save(Section out) {
    out.put(name + ".baseAddress", baseAddress).put(name + ".baseCount", baseCount);
    out.put(name + ".address", address).put(name + ".count", count);
    out.put(name + ".mode", mode).put(name + ".requested", requested);
  }

  void restore(Section in) {
    baseAddress = in.getInt(name + ".baseAddress");
    baseCount = in.getInt(name + ".baseCount");
    address = in.getInt(name + ".address");
    count = in.getInt(name + ".count");
    mode = in.getInt(name + ".mode");
    requested = in.getBoolean(name + ".requested");
  }
}
