package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.state.Section;

/**
 * What a disk and a packet device have in common (ATA/ATAPI-6): registers, the interrupt, the busy
 * time before each step of a command, and blocks of data that the host takes or gives at the data
 * register or by DMA.
 */
abstract class AtaDevice {
  /** Where a command stands. */
  private enum Phase {
    IDLE,
    BUSY,
    DATA_IN,
    DATA_OUT,
    DMA_IN,
    DMA_OUT
  }

  private static final long RESET_NANOS = 50_000;

  final TaskFile registers = new TaskFile();

  /** Blocks of data at the data register. */
  final byte[] buffer = new byte[0x10000];

  private final String name;
  private VirtualClock clock;
  private UnmodelledAccess unmodelled;
  private AtaChannel channel;
  private Event ready;

  private Phase phase = Phase.IDLE;
  private int position;
  private int limit;
  private boolean interrupt;
  private boolean resetting;
  private boolean held;

  final TransferMode transferMode = new TransferMode();

  /** The command in progress or the last one; null since a reset, and for one nobody knows. */
  AtaCommand command;

  /** Bytes of its data that have gone, of {@link #length}. */
  long done;

  long length;

  AtaDevice(String name) {
    this.name = name;
  }

  void connect(AtaChannel to, VirtualClock machineClock, UnmodelledAccess account) {
    channel = to;
    clock = machineClock;
    unmodelled = account;
    ready =
        new Event(name + ".ready") {
          @Override
          protected void fire(long due) {
            busyIsOver();
          }
        };
  }

  // ---- what makes a device the one it is

  /** Settings that a software reset keeps get their defaults. */
  abstract void powerOn();

  /** Any reset: settings that it does not keep; then the registers show the signature. */
  abstract void resetSettings();

  abstract void signature();

  /** Status when nothing is going on. */
  abstract int idleStatus();

  /** A command was written; the device is idle. */
  abstract void execute(int command);

  /** The busy time is over. */
  abstract void proceed();

  /** The host has taken the whole block. */
  abstract void blockTaken();

  /** The host has given the whole block, which is in {@link #buffer} from 0 on. */
  abstract void blockGiven(int length);

  /** The next bytes of a DMA transfer to the host. */
  abstract void dmaTake(byte[] into, int length);

  /** The next bytes of a DMA transfer from the host. */
  abstract void dmaGive(byte[] from, int length);

  /** All bytes have gone. */
  abstract void dmaDone();

  /** Makes sure that what was written is where it will be kept; reports a host that cannot. */
  abstract void flushImage();

  // ---- resets

  /** Power, or RESET-: nothing is kept (ATA/ATAPI-6, 9.1). */
  final void hardwareReset() {
    powerOn();
    registers.device = 0;
    beginReset();
  }

  /** SRST is held: busy until it is let go. */
  final void hold() {
    stop();
    held = true;
    registers.status = TaskFile.BSY;
  }

  /** SRST is let go, EXECUTE DEVICE DIAGNOSTIC or DEVICE RESET: a self test follows. */
  final void beginReset() {
    stop();
    held = false;
    resetting = true;
    registers.status = TaskFile.BSY;
    phase = Phase.BUSY;
    clock.schedule(ready, clock.nanos() + RESET_NANOS);
  }

  private void stop() {
    clock.cancel(ready);
    phase = Phase.IDLE;
    position = 0;
    limit = 0;
    resetting = false;
    setInterrupt(false);
  }

  private void finishReset() {
    resetting = false;
    resetSettings();
    registers.error = TaskFile.PASSED;
    signature();
    phase = Phase.IDLE;
    registers.status = idleStatus();
    channel.resetFinished(this);
  }

  // ---- the host's side

  final boolean busy() {
    return held || phase == Phase.BUSY;
  }

  private boolean takesRegisters() {
    return !held && phase == Phase.IDLE;
  }

  final int readRegister(int register, boolean highOrder) {
    if (busy()) {
      return registers.status; // what a device drives while it is busy is its status
    }
    return switch (register) {
      case TaskFile.ERROR_FEATURES -> registers.error;
      case TaskFile.DEVICE -> registers.device | 0xa0;
      default -> highOrder ? registers.previous(register) : registers.get(register);
    };
  }

  final void writeRegister(int register, int value) {
    if (!takesRegisters()) {
      return; // ATA/ATAPI-6, 7: writes while BSY or DRQ is set are ignored
    }
    if (register == TaskFile.DEVICE) {
      registers.device = value;
    } else {
      registers.write(register, value);
    }
  }

  final void writeCommand(int command) {
    if (command == AtaCommand.DEVICE_RESET.opcode() && resetsByCommand() && !held) {
      registers.error = 0;
      beginReset();
      return;
    }
    if (!takesRegisters()) {
      unmodelled.record(name + ": command %02Xh while another is in progress", command);
      return;
    }
    setInterrupt(false);
    registers.error = 0;
    registers.status = idleStatus();
    execute(command);
  }

  /** Whether DEVICE RESET is one of its commands. */
  abstract boolean resetsByCommand();

  final int readData(int size) {
    if (phase != Phase.DATA_IN) {
      unmodelled.record(name + ": read of the data register without a request for data");
      return size == 4 ? -1 : (1 << 8 * size) - 1;
    }
    int value = 0;
    for (int i = 0; i < size && position < limit; i++) {
      value |= (buffer[position++] & 0xff) << 8 * i;
    }
    if (position >= limit) {
      phase = Phase.IDLE;
      blockTaken();
    }
    return value;
  }

  final void writeData(int size, int value) {
    if (phase != Phase.DATA_OUT) {
      unmodelled.record(name + ": write of the data register without a request for data");
      return;
    }
    for (int i = 0; i < size && position < limit; i++) {
      buffer[position++] = (byte) (value >>> 8 * i);
    }
    if (position >= limit) {
      phase = Phase.IDLE;
      blockGiven(limit);
    }
  }

  final boolean interrupting() {
    return interrupt;
  }

  final void setInterrupt(boolean on) {
    interrupt = on;
    channel.driveInterrupt();
  }

  // ---- the device's side

  /** Busy for a while; {@link #proceed} follows. */
  final void busyFor(long nanos) {
    phase = Phase.BUSY;
    registers.status = TaskFile.BSY | idleStatus() & TaskFile.DRDY;
    clock.schedule(ready, clock.nanos() + nanos);
  }

  private void busyIsOver() {
    phase = Phase.IDLE;
    if (resetting) {
      finishReset();
    } else {
      proceed();
    }
  }

  /** Asks the host to take a block of {@link #buffer}, with an interrupt. */
  final void offer(int length) {
    phase = Phase.DATA_IN;
    request(length, true);
  }

  /** Asks the host to give a block. */
  final void want(int length, boolean withInterrupt) {
    phase = Phase.DATA_OUT;
    request(length, withInterrupt);
  }

  private void request(int length, boolean withInterrupt) {
    position = 0;
    limit = length;
    registers.status = idleStatus() | TaskFile.DRDY | TaskFile.DRQ;
    if (withInterrupt) {
      setInterrupt(true);
    }
  }

  /** DMARQ: the bus master moves the data and then calls {@link #dmaDone}. */
  final void requestDma(boolean toHost) {
    phase = toHost ? Phase.DMA_IN : Phase.DMA_OUT;
    registers.status = idleStatus() | TaskFile.DRDY | TaskFile.DRQ;
    channel.dmaRequested();
  }

  final boolean wantsDma() {
    return phase == Phase.DMA_IN || phase == Phase.DMA_OUT;
  }

  /** Bytes that the DMA transfer in progress still wants. */
  final long dmaRemaining() {
    return length - done;
  }

  final boolean dmaToHost() {
    return phase == Phase.DMA_IN;
  }

  /** The command has done what it should. */
  final void complete() {
    finish(0, true);
  }

  /** The command has ended without an interrupt: the last block of data had it. */
  final void completeQuietly() {
    finish(0, false);
  }

  /** The command ends with bits of the error register. */
  final void fail(int error) {
    finish(error, true);
  }

  private void finish(int error, boolean withInterrupt) {
    phase = Phase.IDLE;
    registers.error = error;
    registers.status = idleStatus() | (error != 0 ? TaskFile.ERR : 0);
    if (withInterrupt) {
      setInterrupt(true);
    }
  }

  final void notModelled(String what) {
    unmodelled.record(name + ": " + what);
  }

  final void notModelled(String format, int number) {
    unmodelled.record(name + ": " + format, number);
  }

  void save(Section out) {
    registers.save(name, out);
    out.put(name + ".phase", phase.ordinal()).put(name + ".position", position);
    out.put(name + ".limit", limit).put(name + ".interrupt", interrupt);
    out.put(name + ".resetting", resetting).put(name + ".held", held);
    out.put(name + ".ready", ready.dueNanos());
    out.put(name + ".command", command == null ? -1 : command.opcode());
    out.put(name + ".done", done).put(name + ".length", length);
    out.put(name + ".transferMode", transferMode.code());
    byte[] block = new byte[limit];
    System.arraycopy(buffer, 0, block, 0, limit);
    out.put(name + ".block", block);
  }

  void restore(Section in) {
    registers.restore(name, in);
    phase = Phase.values()[in.getInt(name + ".phase")];
    position = in.getInt(name + ".position");
    limit = in.getInt(name + ".limit");
    interrupt = in.getBoolean(name + ".interrupt");
    resetting = in.getBoolean(name + ".resetting");
    held = in.getBoolean(name + ".held");
    clock.cancel(ready);
    long due = in.getLong(name + ".ready");
    if (due != Long.MAX_VALUE) {
      clock.schedule(ready, due);
    }
    int code = in.getInt(name + ".command");
    command = code < 0 ? null : AtaCommand.of(code);
    done = in.getLong(name + ".done");
    length = in.getLong(name + ".length");
    transferMode.restore(in.getInt(name + ".transferMode"));
    byte[] block = in.getShared(name + ".block");
    System.arraycopy(block, 0, buffer, 0, block.length);
  }

  final String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
