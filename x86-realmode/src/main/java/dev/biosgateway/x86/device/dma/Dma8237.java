package dev.biosgateway.x86.device.dma;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.state.Section;

/**
 * One 8237A DMA controller (Intel order 231466): four channels, their arbitration, and the
 * registers that software sees. Transfers take no time of their own: the devices pace them.
 */
final class Dma8237 {
  // ---- registers beyond the eight of addresses and counts
  private static final int STATUS_COMMAND = 8;
  private static final int REQUEST = 9;
  private static final int SINGLE_MASK = 10;
  private static final int MODE = 11;
  private static final int CLEAR_FLIP_FLOP = 12;
  private static final int TEMPORARY_MASTER_CLEAR = 13;
  private static final int CLEAR_MASK = 14;
  private static final int ALL_MASK = 15;

  private static final int COMMAND_MEMORY_TO_MEMORY = 0x01;
  private static final int COMMAND_HOLD_ADDRESS = 0x02;
  private static final int COMMAND_DISABLE = 0x04;
  private static final int COMMAND_ROTATE = 0x10;

  /** DREQ active low, DACK active high: no PC has its lines that way round. */
  private static final int COMMAND_POLARITY = 0xc0;

  private static final int CHANNELS = 4;
  private static final int ALL = 0x0f;

  /** What lies around the chip: page registers, memory, and whether its requests get through. */
  interface Surroundings {
    /** Whether HRQ is answered by HLDA: the way through a cascade is open. */
    boolean holdGranted();

    int readMemory(int channel, int address);

    void writeMemory(int channel, int address, int value);
  }

  private final String name;
  private final Surroundings surroundings;
  private final UnmodelledAccess unmodelled;
  private final DmaChannel[] channels = new DmaChannel[CHANNELS];

  private int command;
  private int mask;
  private int softwareRequests;
  private int terminalCounts;
  private int temporary;
  private boolean highByte;

  /** Channel of the highest priority. */
  private int first;

  private boolean serving;

  Dma8237(String name, int firstChannel, Surroundings surroundings, UnmodelledAccess unmodelled) {
    this.name = name;
    this.surroundings = surroundings;
    this.unmodelled = unmodelled;
    for (int i = 0; i < CHANNELS; i++) {
      channels[i] = new DmaChannel("channel" + (firstChannel + i));
    }
  }

  DmaChannel channel(int index) {
    return channels[index];
  }

  boolean masked(int index) {
    return (mask & 1 << index) != 0;
  }

  boolean enabled() {
    return (command & COMMAND_DISABLE) == 0;
  }

  void powerOn() {
    for (DmaChannel channel : channels) {
      channel.powerOn();
    }
    temporary = 0;
    masterClear();
  }

  /** RESET and the master clear command do the same. */
  void masterClear() {
    command = 0;
    mask = ALL;
    softwareRequests = 0;
    terminalCounts = 0;
    temporary = 0;
    highByte = false;
    first = 0;
  }

  int read(int register) {
    return switch (register) {
      case STATUS_COMMAND -> readStatus();
      case TEMPORARY_MASTER_CLEAR -> temporary;
      case ALL_MASK -> mask; // as the 82371SB has it; on an 8237A this read is illegal
      case REQUEST, SINGLE_MASK, MODE, CLEAR_FLIP_FLOP, CLEAR_MASK -> {
        unmodelled.record(name + ": read of write-only register %d", register);
        yield 0xff;
      }
      default -> {
        DmaChannel channel = channels[register >>> 1];
        int value = (register & 1) == 0 ? channel.address() : channel.count();
        highByte = !highByte;
        yield highByte ? value & 0xff : value >>> 8;
      }
    };
  }

  private int readStatus() {
    int value = terminalCounts | requests() << 4;
    terminalCounts = 0;
    return value;
  }

  void write(int register, int value) {
    switch (register) {
      case STATUS_COMMAND -> writeCommand(value);
      case REQUEST -> softwareRequests = bit(softwareRequests, value);
      case SINGLE_MASK -> mask = bit(mask, value);
      case MODE -> channels[value & 3].setMode(value);
      case CLEAR_FLIP_FLOP -> highByte = false;
      case TEMPORARY_MASTER_CLEAR -> masterClear();
      case CLEAR_MASK -> mask = 0;
      case ALL_MASK -> mask = value & ALL;
      default -> {
        DmaChannel channel = channels[register >>> 1];
        if ((register & 1) == 0) {
          channel.writeAddress(value, highByte);
        } else {
          channel.writeCount(value, highByte);
        }
        highByte = !highByte;
      }
    }
  }

  private void writeCommand(int value) {
    if ((value & COMMAND_POLARITY) != 0) {
      unmodelled.record(name + ": command register, DREQ active low or DACK active high");
    }
    command = value;
  }

  /** Sets or clears the bit of the channel in bits 0 and 1, as bit 2 says. */
  private static int bit(int register, int value) {
    int bit = 1 << (value & 3);
    return (value & 4) != 0 ? register | bit : register & ~bit;
  }

  private int requests() {
    int bits = 0;
    for (int i = 0; i < CHANNELS; i++) {
      if (channels[i].requested) {
        bits |= 1 << i;
      }
    }
    return bits;
  }

  /** Serves who may be served, until nobody asks any more. */
  void serve() {
    if (serving) {
      return; // a device changes its line while it is acknowledged: the loop below sees it
    }
    serving = true;
    try {
      for (int next = arbitrate(); next >= 0; next = arbitrate()) {
        transfer(next);
      }
    } finally {
      serving = false;
    }
  }

  /** The channel to be served next, -1 when there is none. */
  private int arbitrate() {
    int bits = requests() & ~mask | softwareRequests;
    if (bits == 0 || !enabled() || !surroundings.holdGranted()) {
      return -1;
    }
    for (int i = 0; i < CHANNELS; i++) {
      int index = first + i & 3;
      if ((bits & 1 << index) != 0 && !channels[index].cascades()) {
        return index;
      }
    }
    return -1;
  }

  private void transfer(int index) {
    DmaChannel channel = channels[index];
    boolean software = (softwareRequests & 1 << index) != 0;
    if (index == 0 && software && (command & COMMAND_MEMORY_TO_MEMORY) != 0) {
      memoryToMemory();
    } else {
      boolean end;
      do {
        end = cycle(index, channel, software);
      } while (!end && channel.blockMode());
    }
    if ((command & COMMAND_ROTATE) != 0) {
      first = index + 1 & 3;
    }
  }

  /** One byte or word between memory and the device. */
  private boolean cycle(int index, DmaChannel channel, boolean software) {
    DmaRequester device = channel.requester;
    switch (channel.type()) {
      case DmaChannel.TYPE_VERIFY -> {
        if (device != null) {
          device.verify();
        }
      }
      case DmaChannel.TYPE_WRITE -> {
        int value = device != null ? device.read() : -1; // nobody drives the data lines
        surroundings.writeMemory(index, channel.address(), value);
      }
      case DmaChannel.TYPE_READ -> {
        int value = surroundings.readMemory(index, channel.address());
        if (device != null) {
          device.write(value);
        }
      }
      default -> {
        unmodelled.record(name + ": mode register, the illegal transfer type 11");
        softwareRequests &= ~(1 << index);
        mask |= 1 << index; // the chip does nothing sensible; do not ask it for ever
        return true;
      }
    }
    if (!channel.advance(false)) {
      if (software && !channel.blockMode()) {
        softwareRequests &= ~(1 << index);
      }
      return false;
    }
    terminalCount(index);
    if (device != null) {
      device.terminalCount();
    }
    return true;
  }

  private void terminalCount(int index) {
    terminalCounts |= 1 << index;
    softwareRequests &= ~(1 << index);
    if (!channels[index].autoInitialize()) {
      mask |= 1 << index;
    }
  }

  /** Channel 0 reads, channel 1 writes and counts; a byte goes by the temporary register. */
  private void memoryToMemory() {
    boolean hold = (command & COMMAND_HOLD_ADDRESS) != 0;
    boolean end;
    do {
      temporary = surroundings.readMemory(0, channels[0].address()) & 0xff;
      channels[0].advance(hold);
      surroundings.writeMemory(1, channels[1].address(), temporary);
      end = channels[1].advance(false);
    } while (!end);
    softwareRequests &= ~1;
    terminalCount(1);
  }

  void save(Section out) {
    out.put(name + ".command", command).put(name + ".mask", mask);
    out.put(name + ".softwareRequests", softwareRequests);
    out.put(name + ".terminalCounts", terminalCounts).put(name + ".temporary", temporary);
    out.put(name + ".highByte", highByte).put(name + ".first", first);
    for (DmaChannel channel : channels) {
      channel.save(out);
    }
  }

  void restore(Section in) {
    command = in.getInt(name + ".command");
    mask = in.getInt(name + ".mask");
    softwareRequests = in.getInt(name + ".softwareRequests");
    terminalCounts = in.getInt(name + ".terminalCounts");
    temporary = in.getInt(name + ".temporary");
    highByte = in.getBoolean(name + ".highByte");
    first = in.getInt(name + ".first");
    for (DmaChannel channel : channels) {
      channel.restore(in);
    }
  }
}
