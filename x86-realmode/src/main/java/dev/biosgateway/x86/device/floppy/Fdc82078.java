package dev.biosgateway.x86.device.floppy;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.Event;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.DeviceSuspendException;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.dma.Dma8237Pair;
import dev.biosgateway.x86.device.dma.DmaRequestLine;
import dev.biosgateway.x86.device.dma.DmaRequester;
import dev.biosgateway.x86.media.BlockImage;
import dev.biosgateway.x86.state.Section;
import java.util.List;

/**
 * The floppy disk controller 82078 (Intel order 290474) in PC/AT mode at 3F0h, interrupt 6, DMA
 * channel 2, with two drives: registers, the phases of a command, and the commands that need no
 * sector. Those that do are {@link SectorExecution}'s.
 */
public final class Fdc82078 implements Device, PortHandler {
  private static final int BASE = 0x3f0;
  private static final int IRQ = 6;
  private static final int DMA_CHANNEL = 2;

  // ---- registers
  private static final int STATUS_A = 0;
  private static final int STATUS_B = 1;
  private static final int DOR = 2;
  private static final int TDR = 3;
  private static final int MSR_DSR = 4;
  private static final int FIFO = 5;
  private static final int DIR_CCR = 7;

  private static final int DOR_RUN = 0x04;
  private static final int DOR_DMA_GATE = 0x08;
  private static final int DOR_MOTOR_0 = 0x10;

  private static final int MSR_READY = 0x80;
  private static final int MSR_TO_HOST = 0x40;
  private static final int MSR_NON_DMA = 0x20;
  private static final int MSR_BUSY = 0x10;

  private static final int DSR_SOFTWARE_RESET = 0x80;
  private static final int DSR_POWER_DOWN = 0x40;
  private static final int DSR_BITS = 0x7f;
  private static final int DIR_CHANGED = 0x80;

  /** The other lines of DIR are not driven in PC/AT mode, they float high. */
  private static final int DIR_FLOATING = 0x7f;

  /** From the end of a reset to the interrupt by which polling begins: 250 microseconds at most. */
  private static final long POLLING_NANOS = 20_000;

  private final FloppyDrive[] drives = new FloppyDrive[SeekUnit.DRIVES];
  private final FloppyRegisterFile settings = new FloppyRegisterFile();
  private final CommandPhases phases = new CommandPhases();

  private VirtualClock clock;
  private UnmodelledAccess unmodelled;
  private InterruptLine interrupt;
  private DmaRequestLine dmaRequest;
  private SeekUnit seekUnit;
  private SectorExecution execution;
  private Event polling;

  private int dor;
  private int tdr;
  private int dsr;

  /**
   * Whether the host has chosen a data rate. Until then that of the diskette is taken in place of
   * the data sheet's 250 kbps: the Bochs BIOS never chooses one.
   */
  private boolean rateChosen;

  /** INT for the result phase: high from its begin until its first byte is read. */
  private boolean resultInterrupt;

  /**
   * @param floppies the diskettes in drives A and B, at most two; each decides what its drive is
   * @throws dev.biosgateway.x86.media.ImageException when an image is larger than a diskette
   */
  public Fdc82078(List<BlockImage> floppies) {
    if (floppies.size() > 2) {
      throw new IllegalArgumentException(
          "floppy drives: expected at most 2, found " + floppies.size());
    }
    for (int i = 0; i < floppies.size(); i++) {
      drives[i] = FloppyDrive.with("drive" + i, floppies.get(i));
    }
  }

  /** The same with an empty drive of 1.44 MB in place of each that has no diskette. */
  public Fdc82078 withEmptyDrives(int count) {
    for (int i = 0; i < count; i++) {
      if (drives[i] == null) {
        drives[i] = FloppyDrive.empty("drive" + i);
      }
    }
    return this;
  }

  @Override
  public void attach(Wiring wiring) {
    clock = wiring.clock();
    unmodelled = wiring.unmodelled();
    interrupt = wiring.irq(IRQ);
    seekUnit = new SeekUnit(drives, clock, this::driveLines);
    execution = new SectorExecution(new Selected(), clock);
    dmaRequest = wiring.device(Dma8237Pair.class).connect(DMA_CHANNEL, new DmaSide());
    polling =
        new Event("floppy.polling") {
          @Override
          protected void fire(long due) {
            seekUnit.pollAll();
          }
        };
    wiring.ports().map(BASE, 6, 1, this);
    wiring.ports().map(BASE + DIR_CCR, 1, 1, this); // 3F6h is the ATA channel's
  }

  /**
   * A drive.
   *
   * @param number 0 for A, 1 for B
   * @throws IllegalArgumentException when there is no such drive
   */
  public FloppyDrive drive(int number) {
    if (number < 0 || number >= drives.length || drives[number] == null) {
      throw new IllegalArgumentException("floppy drive %d: there is none".formatted(number));
    }
    return drives[number];
  }

  /** CMOS register 10h for these drives: type of A in the high nibble, of B in the low one. */
  public int cmosDriveTypes() {
    int a = drives[0] == null ? 0 : drives[0].type();
    int b = drives[1] == null ? 0 : drives[1].type();
    return a << 4 | b;
  }

  @Override
  public void reset(ResetKind kind) {
    dor = 0;
    tdr = 0;
    dsr = FloppyFormat.RATE_250;
    rateChosen = false;
    settings.hardwareReset();
    for (FloppyDrive drive : drives) {
      if (drive != null && kind == ResetKind.POWER_ON) {
        drive.powerOn();
      }
    }
    enterReset();
  }

  private void enterReset() {
    phases.idle();
    settings.softwareReset();
    seekUnit.reset();
    execution.reset();
    clock.cancel(polling);
    resultInterrupt = false;
    driveLines();
  }

  private void leaveReset() {
    if (settings.polls()) {
      clock.schedule(polling, clock.nanos() + POLLING_NANOS);
    }
  }

  // ---- registers

  @Override
  public int in(int port, int size) {
    return switch (port - BASE) {
      case STATUS_A, STATUS_B -> {
        unmodelled.record("floppy: status registers A and B, which PC/AT mode does not have");
        yield 0xff;
      }
      case DOR -> dor;
      case TDR -> tdr | 0xfc; // PC/AT mode: the rest floats
      case MSR_DSR -> mainStatus();
      case FIFO -> readFifo();
      case DIR_CCR -> DIR_FLOATING | (diskChanged() ? DIR_CHANGED : 0);
      default -> throw new AssertionError(port);
    };
  }

  @Override
  public void out(int port, int size, int value) {
    switch (port - BASE) {
      case STATUS_A, STATUS_B -> unmodelled.record("floppy: write of status register A or B");
      case DOR -> writeDor(value);
      case TDR -> tdr = value & 0x03;
      case MSR_DSR -> writeDataRateSelect(value);
      case FIFO -> writeFifo(value);
      case DIR_CCR -> {
        dsr = dsr & ~3 | value & 3;
        rateChosen = true;
      }
      default -> throw new AssertionError(port);
    }
  }

  private void writeDor(int value) {
    int before = dor;
    dor = value;
    if ((value & DOR_RUN) == 0) {
      enterReset();
    } else if ((before & DOR_RUN) == 0) {
      leaveReset();
    }
    driveLines();
  }

  private void writeDataRateSelect(int value) {
    dsr = value & DSR_BITS;
    rateChosen = true;
    if ((value & DSR_POWER_DOWN) != 0) {
      unmodelled.record("floppy DSR: power down");
    }
    if ((value & DSR_SOFTWARE_RESET) != 0) { // clears itself
      enterReset();
      leaveReset();
    }
  }

  private boolean diskChanged() {
    int selected = dor & 3;
    FloppyDrive drive = drives[selected];
    return drive != null && motorOn(selected) && drive.changed();
  }

  private boolean motorOn(int drive) {
    return (dor & DOR_MOTOR_0 << drive) != 0;
  }

  private int mainStatus() {
    if ((dor & DOR_RUN) == 0) {
      return 0;
    }
    int seeking = seekUnit.busy();
    if (execution.running()) {
      boolean byHost = !settings.usesDma();
      return MSR_BUSY
          | seeking
          | (byHost ? MSR_NON_DMA : 0)
          | (byHost && execution.transferring() ? MSR_READY : 0)
          | (byHost && execution.transferring() && execution.toHost() ? MSR_TO_HOST : 0);
    }
    return switch (phases.phase()) {
      case IDLE -> MSR_READY | seeking;
      case COMMAND -> MSR_READY | MSR_BUSY | seeking;
      case RESULT -> MSR_READY | MSR_TO_HOST | MSR_BUSY | seeking;
    };
  }

  // ---- the FIFO

  private int readFifo() {
    if (execution.running() && !settings.usesDma() && execution.transferring()) {
      if (execution.toHost()) {
        int value = execution.take();
        driveLines();
        return value;
      }
    } else if (phases.phase() == CommandPhases.Phase.RESULT && !execution.running()) {
      resultInterrupt = false;
      int value = phases.takeResult();
      driveLines();
      return value;
    }
    unmodelled.record("floppy: read of the FIFO when nothing is in it");
    return 0xff;
  }

  private void writeFifo(int value) {
    if ((dor & DOR_RUN) == 0) {
      unmodelled.record("floppy: write of the FIFO during reset");
    } else if (execution.running()) {
      if (!settings.usesDma() && execution.transferring() && !execution.toHost()) {
        execution.give(value);
        driveLines();
      } else {
        unmodelled.record("floppy: write of the FIFO during the execution phase");
      }
    } else if (phases.phase() == CommandPhases.Phase.RESULT) {
      unmodelled.record("floppy: write of the FIFO during the result phase");
    } else if (phases.accept(value)) {
      execute();
    }
  }

  private void execute() {
    FloppyCommand command = phases.command();
    int[] bytes = phases.bytes();
    if (command == null) {
      unmodelled.record("floppy: invalid command %02Xh", bytes[0]);
      phases.result(FloppyStatus.ST0_INVALID);
      return;
    }
    int drive = bytes[1] & 3;
    int head = bytes[1] >>> 2 & 1;
    switch (command) {
      case SPECIFY -> settings.specify(bytes[1], bytes[2]);
      case CONFIGURE -> settings.configure(bytes[2], bytes[3]);
      case PERPENDICULAR_MODE -> settings.perpendicular(bytes[1]);
      case LOCK -> phases.result(settings.lock((bytes[0] & 0x80) != 0) << 4);
      case POWERDOWN_MODE -> phases.result(bytes[1]);
      case VERSION -> phases.result(0x90);
      case PART_ID -> phases.result(0x41);
      case DUMPREG -> phases.result(settings.dump(seekUnit));
      case SENSE_DRIVE_STATUS -> phases.result(driveStatus(drive, head));
      case SENSE_INTERRUPT_STATUS -> senseInterrupt();
      case RECALIBRATE -> seekUnit.recalibrate(drive);
      case SEEK -> {
        settings.sought();
        seekUnit.seek(drive, head, bytes[2]);
      }
      case RELATIVE_SEEK -> {
        settings.sought();
        boolean inwards = (bytes[0] & 0x40) != 0;
        seekUnit.seekBy(drive, head, inwards ? bytes[2] : -bytes[2]);
      }
      case READ_TRACK,
          WRITE_DATA,
          READ_DATA,
          WRITE_DELETED_DATA,
          READ_ID,
          READ_DELETED_DATA,
          FORMAT_TRACK,
          SCAN_EQUAL,
          VERIFY,
          SCAN_LOW_OR_EQUAL,
          SCAN_HIGH_OR_EQUAL -> {
        settings.lastEndOfTrack(command == FloppyCommand.FORMAT_TRACK ? bytes[3] : bytes[6]);
        execution.start(command, bytes);
      }
    }
    if (command.results() == 0) {
      phases.idle();
    }
    driveLines();
  }

  private void senseInterrupt() {
    if (!seekUnit.statusWaits()) {
      phases.result(FloppyStatus.ST0_INVALID);
      return;
    }
    int st0 = seekUnit.senseInterrupt();
    phases.result(st0, seekUnit.cylinder(st0 & 3));
  }

  private int driveStatus(int number, int head) {
    FloppyDrive drive = drives[number];
    return FloppyStatus.ST3_ALWAYS
        | (drive != null && drive.writeProtected() ? FloppyStatus.ST3_WRITE_PROTECTED : 0)
        | (drive != null && drive.atTrackZero() ? FloppyStatus.ST3_TRACK_0 : 0)
        | head << 2
        | number;
  }

  // ---- lines

  private void driveLines() {
    boolean gate = (dor & DOR_DMA_GATE) != 0;
    boolean byHost = execution.running() && !settings.usesDma() && execution.transferring();
    interrupt.set(gate && (resultInterrupt || byHost || seekUnit.interrupting()));
    dmaRequest.set(gate && dmaWanted());
  }

  private boolean dmaWanted() {
    return execution.running() && settings.usesDma() && execution.transferring();
  }

  /** What the execution phase sees of the controller. */
  private final class Selected implements SectorExecution.Controller {
    @Override
    public FloppyDrive drive(int number) {
      return motorOn(number) ? drives[number] : null;
    }

    @Override
    public int dataRate() {
      return rateChosen ? dsr & 3 : FloppyFormat.RATE_OF_DISKETTE;
    }

    @Override
    public boolean impliedSeek() {
      return settings.impliedSeek();
    }

    @Override
    public SeekUnit seekUnit() {
      return seekUnit;
    }

    @Override
    public void beginHostTransfer() {
      driveLines();
    }

    @Override
    public void finish(int st0, int st1, int st2, int c, int h, int r, int n) {
      phases.result(st0, st1, st2, c, h, r, n);
      resultInterrupt = true;
      driveLines();
    }

    @Override
    public void notModelled(String what) {
      unmodelled.record(what);
    }
  }

  private final class DmaSide implements DmaRequester {
    @Override
    public int read() {
      if (!dmaWanted() || !execution.toHost()) {
        unmodelled.record("floppy: DMA reads, and there is nothing to be read");
        return 0xff;
      }
      int value = execution.take();
      driveLines();
      return value;
    }

    @Override
    public void write(int value) {
      if (!dmaWanted() || execution.toHost()) {
        unmodelled.record("floppy: DMA writes, and nothing is to be written");
        return;
      }
      execution.give(value);
      driveLines();
    }

    @Override
    public void verify() {
      if (dmaWanted()) {
        execution.pass();
        driveLines();
      }
    }

    @Override
    public void terminalCount() {
      execution.terminalCount();
      driveLines();
    }

    @Override
    public String toString() {
      return "floppy";
    }
  }

  /** Refuses while sectors pass below a head: the DMA controller would write to memory. */
  @Override
  public void suspend(PowerPhase phase) throws DeviceSuspendException {
    if (phase == PowerPhase.FREEZE && execution.pending()) {
      throw new DeviceSuspendException(
          sectionName(), phase, "a command is being executed; let it come to its end");
    }
  }

  @Override
  public String sectionName() {
    return "floppy";
  }

  @Override
  public void save(Section out) {
    out.put("dor", dor).put("tdr", tdr).put("dsr", dsr).put("rateChosen", rateChosen);
    out.put("resultInterrupt", resultInterrupt);
    out.put("polling", polling.dueNanos());
    settings.save(out);
    phases.save(out);
    seekUnit.save(out);
    execution.save(out);
    for (FloppyDrive drive : drives) {
      if (drive != null) {
        drive.save(out);
      }
    }
  }

  /** The interrupt and the DMA request are as they were in the controllers' own sections. */
  @Override
  public void restore(Section in) {
    dor = in.getInt("dor");
    tdr = in.getInt("tdr");
    dsr = in.getInt("dsr");
    rateChosen = in.getBoolean("rateChosen");
    resultInterrupt = in.getBoolean("resultInterrupt");
    clock.cancel(polling);
    long due = in.getLong("polling");
    if (due != Long.MAX_VALUE) {
      clock.schedule(polling, due);
    }
    settings.restore(in);
    phases.restore(in);
    seekUnit.restore(in);
    execution.restore(in);
    for (FloppyDrive drive : drives) {
      if (drive != null) {
        drive.restore(in);
      }
    }
  }

  @Override
  public String toString() {
    return "floppy";
  }
}
