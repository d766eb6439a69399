package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/**
 * The bus master of one channel (82371SB data sheet, "Bus master IDE"; Intel's Programming
 * Interface for Bus Master IDE Controller, 1.0): moves data between a device and the memory areas
 * that a table of descriptors names. A piece of up to 16 KB goes in a fixed virtual time.
 */
final class BusMaster {
  private static final int COMMAND = 0;
  private static final int STATUS = 2;
  private static final int TABLE = 4;

  private static final int COMMAND_START = 0x01;
  private static final int COMMAND_TO_MEMORY = 0x08;

  private static final int STATUS_ACTIVE = 0x01;
  private static final int STATUS_ERROR = 0x02;
  private static final int STATUS_INTERRUPT = 0x04;

  /** What software remembers of the drives. */
  private static final int STATUS_CAPABLE = 0x60;

  private static final int END_OF_TABLE = 1 << 31;

  /** Descriptors lie within 64 KB (Programming Interface, 1.2). */
  private static final int TABLE_SPAN = 0xffff;

  private static final int PIECE = 16 << 10;
  private static final long PIECE_NANOS = 50_000;

  /** Whether the function may drive the PCI bus. */
  interface Permission {
    boolean mayMaster();
  }

  private final String name;
  private final AtaChannel channel;
  private final Permission permission;
  private final byte[] piece = new byte[PIECE];
  private PhysicalBus bus;
  private VirtualClock clock;
  private UnmodelledAccess unmodelled;
  private Event next;

  private int command;
  private int status;
  private int table;

  // ---- the descriptor in use
  private int descriptor;
  private int address;
  private int left;
  private boolean last;
  private boolean loaded;

  BusMaster(String name, AtaChannel channel, Permission permission) {
    this.name = name;
    this.channel = channel;
    this.permission = permission;
  }

  void attach(Wiring wiring) {
    bus = wiring.bus();
    clock = wiring.clock();
    unmodelled = wiring.unmodelled();
    next =
        new Event(name + ".piece") {
          @Override
          protected void fire(long due) {
            move();
          }
        };
  }

  void reset() {
    clock.cancel(next);
    command = 0;
    status = 0;
    table = 0;
    descriptor = 0;
    address = 0;
    left = 0;
    last = false;
    loaded = false;
  }

  // ---- registers, as offsets into the eight of the channel

  int read(int register) {
    return switch (register) {
      case COMMAND -> command;
      case STATUS -> status;
      case TABLE, TABLE + 1, TABLE + 2, TABLE + 3 -> table >>> 8 * (register - TABLE) & 0xff;
      default -> {
        unmodelled.record(name + ": read of reserved register %d", register);
        yield 0;
      }
    };
  }

  void write(int register, int value) {
    switch (register) {
      case COMMAND -> writeCommand(value);
      case STATUS -> {
        int cleared = value & (STATUS_ERROR | STATUS_INTERRUPT);
        status = status & ~cleared & ~STATUS_CAPABLE | value & STATUS_CAPABLE;
      }
      case TABLE, TABLE + 1, TABLE + 2, TABLE + 3 -> {
        int shift = 8 * (register - TABLE);
        table = (table & ~(0xff << shift) | value << shift) & ~3;
      }
      default -> unmodelled.record(name + ": write of reserved register %d", register);
    }
  }

  private void writeCommand(int value) {
    boolean was = (command & COMMAND_START) != 0;
    command = value & (COMMAND_START | COMMAND_TO_MEMORY);
    boolean now = (command & COMMAND_START) != 0;
    if (now && !was) {
      status |= STATUS_ACTIVE;
      descriptor = table;
      loaded = false;
      last = false;
      left = 0;
      begin();
    } else if (was && !now) {
      status &= ~STATUS_ACTIVE;
      clock.cancel(next);
    }
  }

  /** A device of the channel drives DMARQ. */
  void requested() {
    begin();
  }

  void interruptRises() {
    status |= STATUS_INTERRUPT;
  }

  private void begin() {
    AtaDevice device = channel.selected();
    boolean active = (status & STATUS_ACTIVE) != 0;
    if (active && device != null && device.wantsDma() && !next.isScheduled()) {
      clock.schedule(next, clock.nanos() + PIECE_NANOS);
    }
  }

  /** One piece. */
  private void move() {
    AtaDevice device = channel.selected();
    if (device == null || !device.wantsDma()) {
      return; // it was reset meanwhile
    }
    if (!permission.mayMaster()) {
      unmodelled.record(name + ": started without the bus master bit in the PCI command register");
      return;
    }
    if (device.dmaToHost() != ((command & COMMAND_TO_MEMORY) != 0)) {
      unmodelled.record(name + ": direction is not that of the device's command");
      return;
    }
    int room = PIECE;
    while (room > 0 && device.wantsDma() && device.dmaRemaining() > 0) {
      if (left == 0 && !nextArea()) {
        return; // the table is too short: the device waits, active is 0, no interrupt comes
      }
      int n = (int) Math.min(Math.min(room, left), device.dmaRemaining());
      transfer(device, n);
      address += n;
      left -= n;
      room -= n;
    }
    if (!device.wantsDma()) {
      status &= ~STATUS_ACTIVE; // the device has failed and said so
    } else if (device.dmaRemaining() > 0) {
      clock.schedule(next, clock.nanos() + PIECE_NANOS);
    } else {
      if (left == 0 && last) {
        status &= ~STATUS_ACTIVE; // otherwise the table was longer than the transfer
      }
      device.dmaDone();
    }
  }

  private void transfer(AtaDevice device, int n) {
    if (device.dmaToHost()) {
      device.dmaTake(piece, n);
      bus.write(address, piece, 0, n);
    } else {
      bus.read(address, piece, 0, n);
      device.dmaGive(piece, n);
    }
  }

  /** Loads the next descriptor; false when the last one is used up. */
  private boolean nextArea() {
    if (loaded && last) {
      status &= ~STATUS_ACTIVE;
      return false;
    }
    address = bus.read32(descriptor) & ~1;
    int second = bus.read32(descriptor + 4);
    left = second & 0xfffe;
    left = left == 0 ? 0x10000 : left;
    last = (second & END_OF_TABLE) != 0;
    loaded = true;
    descriptor = descriptor & ~TABLE_SPAN | descriptor + 8 & TABLE_SPAN;
    return true;
  }

  /** Whether it will write or read memory without anything else happening first. */
  boolean moving() {
    return next.isScheduled();
  }

  @Override
  public String toString() {
    return name;
  }

  void save(Section out) {
    out.put(name + ".command", command).put(name + ".status", status).put(name + ".table", table);
    out.put(name + ".descriptor", descriptor).put(name + ".address", address);
    out.put(name + ".left", left).put(name + ".last", last).put(name + ".loaded", loaded);
    out.put(name + ".next", next.dueNanos());
  }

  void restore(Section in) {
    command = in.getInt(name + ".command");
    status = in.getInt(name + ".status");
    table = in.getInt(name + ".table");
    descriptor = in.getInt(name + ".descriptor");
    address = in.getInt(name + ".address");
    left = in.getInt(name + ".left");
    last = in.getBoolean(name + ".last");
    loaded = in.getBoolean(name + ".loaded");
    clock.cancel(next);
    long due = in.getLong(name + ".next");
    if (due != Long.MAX_VALUE) {
      clock.schedule(next, due);
    }
  }
}
