package dev.biosgateway.x86.device.vga;

import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_OVERFLOW;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_RETRACE_END;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.CRTC_RETRACE_START;
import static dev.biosgateway.x86.device.vga.VgaRegisterMaps.SEQ_CLOCKING_MODE;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.device.InterruptLine;
import dev.biosgateway.x86.state.Section;
import java.util.function.BooleanSupplier;

/** The I/O ports of a VGA, 3B4h to 3DAh, and of the Bochs display interface, 1CEh to 1D0h. */
final class VgaPorts implements PortHandler {
  private static final int DISPI_INDEX = 0x1ce;
  private static final int MONO_TO_COLOR = 0x20;

  private static final int MISC_COLOR = 0x01;
  private static final int MISC_ENABLE_RAM = 0x02;
  private static final int MISC_EXTERNAL_CLOCK = 0x08;

  /** Clocking mode: the shift registers of two or four planes in a row. */
  private static final int SHIFT_LOAD = 0x14;

  /** Input status 0: the monitor's sense switch, closed as with a colour monitor. */
  private static final int SWITCH_SENSE = 0x10;

  private static final int CRTC_PROTECT = 0x80;
  private static final int CRTC_LINE_COMPARE_8 = 0x10;

  /** Input status 0: the vertical interrupt's latch. */
  private static final int INTERRUPT_PENDING = 0x80;

  final IndexedRegisters sequencer;
  final IndexedRegisters crtc;
  final IndexedRegisters graphics;
  final AttributeController attribute;
  final Dac dac = new Dac();
  final DispiRegisters dispi;

  private final VirtualClock clock;
  private final UnmodelledAccess unmodelled;
  private int miscellaneousOutput;
  private int featureControl;
  private boolean enabled;

  /** Writes to ports so far: a hint that the screen may look different, no state of the machine. */
  private long writes;

  private final RetraceInterrupt interrupt;
  private BooleanSupplier responds;
  private Runnable onEnable;
  private Retrace retrace;

  /**
   * @param line of the retrace interrupt, null where none is connected
   */
  VgaPorts(
      DisplayMemory memory, VirtualClock clock, UnmodelledAccess unmodelled, InterruptLine line) {
    this.clock = clock;
    interrupt = new RetraceInterrupt(clock, this::retrace, line);
    this.unmodelled = unmodelled;
    sequencer = new IndexedRegisters("sequencer", 0x07, VgaRegisterMaps.SEQUENCER, unmodelled);
    crtc = new IndexedRegisters("crtc", 0x3f, VgaRegisterMaps.CRTC, unmodelled);
    graphics = new IndexedRegisters("graphics", 0x0f, VgaRegisterMaps.GRAPHICS, unmodelled);
    attribute = new AttributeController(unmodelled);
    dispi = new DispiRegisters(memory, dac, unmodelled);
  }

  /**
   * @param responds whether PCI lets the ports answer
   * @param onEnable told when the adapter's memory is enabled or disabled
   */
  void attach(PortMap map, BooleanSupplier responds, Runnable onEnable) {
    this.responds = responds;
    this.onEnable = onEnable;
    map.map(DISPI_INDEX, 3, 2, this);
    map.map(0x3b4, 2, 1, this);
    map.map(0x3ba, 1, 1, this);
    map.map(0x3c0, 16, 1, this);
    map.map(0x3d4, 2, 1, this);
    map.map(0x3da, 1, 1, this);
  }

  void reset() {
    sequencer.reset();
    crtc.reset();
    graphics.reset();
    attribute.reset();
    dac.reset();
    dispi.reset();
    miscellaneousOutput = 0;
    featureControl = 0;
    enabled = true; // an adapter on PCI is woken by its command register
    retrace = null;
    interrupt.reset();
    writes++;
  }

  /** A count of writes to ports that may have changed the screen. */
  long writes() {
    return writes + dispi.writes();
  }

  /** Whether the CRTC makes frames that a monitor could follow. */
  boolean isTimingProgrammed() {
    return retrace() != Retrace.WITHOUT_CRTC;
  }

  /** Where the beam is, as the CRTC makes it. */
  Retrace retrace() {
    if (retrace == null) {
      retrace = Retrace.of(crtc, sequencer, miscellaneousOutput >>> 2);
    }
    return retrace;
  }

  /** Whether display memory answers: 3C3h and the enable in miscellaneous output. */
  boolean memoryEnabled() {
    return enabled && (miscellaneousOutput & MISC_ENABLE_RAM) != 0;
  }

  @Override
  public int in(int port, int size) {
    if (!answers(port)) {
      unmodelled.record("vga: read of a port while disabled");
      return size == 1 ? 0xff : 0xffff;
    }
    if (port < 0x3b4) {
      return readDispi(port, size);
    }
    return switch (colorPort(port)) {
      case 0x3c0 -> attribute.readIndex();
      case 0x3c1 -> attribute.readData();
      case 0x3c2 -> SWITCH_SENSE | (interrupt.isPending() ? INTERRUPT_PENDING : 0);
      case 0x3c3 -> enabled ? 1 : 0;
      case 0x3c4 -> sequencer.index();
      case 0x3c5 -> sequencer.read();
      case 0x3c6 -> dac.pelMask();
      case 0x3c7 -> dac.state();
      case 0x3c8 -> dac.writeAddress();
      case 0x3c9 -> dac.readData();
      case 0x3ca -> featureControl;
      case 0x3cc -> miscellaneousOutput;
      case 0x3ce -> graphics.index();
      case 0x3cf -> graphics.read();
      case 0x3d4 -> crtc.index();
      case 0x3d5 -> crtc.read();
      case 0x3da -> {
        attribute.resetFlipFlop();
        yield inputStatus1();
      }
      default -> {
        unmodelled.record("vga: read of port %Xh".formatted(port));
        yield 0xff;
      }
    };
  }

  @Override
  public void out(int port, int size, int value) {
    if (!answers(port)) {
      unmodelled.record("vga: write of a port while disabled");
      return;
    }
    writes++;
    if (port < 0x3b4) {
      writeDispi(port, size, value);
      return;
    }
    switch (colorPort(port)) {
      case 0x3c0 -> attribute.write(value);
      case 0x3c2 -> writeMiscellaneousOutput(value);
      case 0x3c3 -> {
        enabled = (value & 1) != 0;
        onEnable.run();
      }
      case 0x3c4 -> sequencer.select(value);
      case 0x3c5 -> {
        sequencer.write(value);
        if ((sequencer.get(SEQ_CLOCKING_MODE) & SHIFT_LOAD) != 0) {
          unmodelled.record("sequencer clocking mode: shift registers loaded less often");
        }
        timingChanged();
      }
      case 0x3c6 -> dac.setPelMask(value);
      case 0x3c7 -> dac.setReadAddress(value);
      case 0x3c8 -> dac.setWriteAddress(value);
      case 0x3c9 -> dac.writeData(value);
      case 0x3ce -> graphics.select(value);
      case 0x3cf -> graphics.write(value);
      case 0x3d4 -> crtc.select(value);
      case 0x3d5 -> {
        writeCrtc(value);
      }
      case 0x3da -> {
        featureControl = value & 0x08;
        if ((value & ~0x08) != 0) {
          unmodelled.record("vga feature control: reserved bits");
        }
      }
      default -> unmodelled.record("vga: write of port %Xh".formatted(port));
    }
  }

  void save(Section out) {
    sequencer.save(out);
    crtc.save(out);
    graphics.save(out);
    attribute.save(out);
    dac.save(out);
    dispi.save(out);
    out.put("miscellaneousOutput", miscellaneousOutput).put("featureControl", featureControl);
    out.put("enabled", enabled);
    interrupt.save(out);
  }

  void restore(Section in) {
    sequencer.restore(in);
    crtc.restore(in);
    graphics.restore(in);
    attribute.restore(in);
    dac.restore(in);
    dispi.restore(in);
    miscellaneousOutput = in.getInt("miscellaneousOutput");
    featureControl = in.getInt("featureControl");
    enabled = in.getBoolean("enabled");
    interrupt.restore(in);
    timingChanged();
    writes++;
  }

  @Override
  public String toString() {
    return "vga";
  }

  /** 3C3h wakes the adapter, so it answers always; the unused half of 3Bxh and 3Dxh never does. */
  private boolean answers(int port) {
    if (!responds.getAsBoolean()) {
      return false;
    }
    if (port == 0x3c3 || port < 0x3b4) {
      return true;
    }
    boolean color = (miscellaneousOutput & MISC_COLOR) != 0;
    boolean wrongHalf = color ? port < 0x3c0 : port >= 0x3d0;
    return enabled && !wrongHalf;
  }

  private static int colorPort(int port) {
    return port < 0x3c0 ? port + MONO_TO_COLOR : port;
  }

  private int inputStatus1() {
    if (dispi.enabled()) {
      return Retrace.WITHOUT_CRTC.status(clock.nanos());
    }
    return retrace().status(clock.nanos());
  }

  private void timingChanged() {
    retrace = null;
    interrupt.program(crtc.get(CRTC_RETRACE_END));
  }

  private void writeMiscellaneousOutput(int value) {
    if ((value & MISC_EXTERNAL_CLOCK) != 0) {
      unmodelled.record("vga miscellaneous output: external dot clock");
    }
    miscellaneousOutput = value & 0xef;
    timingChanged();
    onEnable.run();
  }

  private void writeCrtc(int value) {
    int register = crtc.index();
    boolean isProtected = (crtc.get(CRTC_RETRACE_END) & CRTC_PROTECT) != 0;
    if (isProtected && register <= CRTC_OVERFLOW) {
      if (register == CRTC_OVERFLOW) {
        int old = crtc.get(CRTC_OVERFLOW);
        crtc.put(CRTC_OVERFLOW, old & ~CRTC_LINE_COMPARE_8 | value & CRTC_LINE_COMPARE_8);
      }
      return; // "protect registers 0-7": what software sets this bit for
    }
    crtc.write(value);
    boolean addressing = register > CRTC_OVERFLOW && register < CRTC_RETRACE_START;
    if (!addressing) {
      timingChanged();
    }
  }

  private int readDispi(int port, int size) {
    if (size != 2) {
      unmodelled.record("dispi: read of one byte");
      return 0xff;
    }
    return port == DISPI_INDEX ? dispi.index() : dispi.read();
  }

  private void writeDispi(int port, int size, int value) {
    if (size != 2) {
      unmodelled.record("dispi: write of one byte");
    } else if (port == DISPI_INDEX) {
      dispi.select(value);
    } else {
      dispi.write(value);
    }
  }
}
