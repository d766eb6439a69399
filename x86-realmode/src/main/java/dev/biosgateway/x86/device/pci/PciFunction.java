package dev.biosgateway.x86.device.pci;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.PortWindow;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.OptionalInt;

/**
 * The configuration space of one PCI function with a type 0 header (PCI Local Bus Specification
 * 2.1, chapter 6): identification, command and status, base addresses in memory and I/O space that
 * can be sized and moved, an expansion ROM, an interrupt pin. The device that owns it fills it
 * while it is attached, and passes on reset, save and restore.
 */
public final class PciFunction {
  public static final int COMMAND = 0x04;
  public static final int COMMAND_IO = 0x01;
  public static final int COMMAND_MEMORY = 0x02;

  /** Subsystem vendor by which firmware knows that the machine has what QEMU's machines have. */
  public static final int QEMU = 0x1af4;

  /** Subsystem id of the functions of such a machine. */
  public static final int QEMU_MACHINE = 0x1100;

  private static final int STATUS = 0x06;
  private static final int REVISION = 0x08;
  private static final int CACHE_LINE_SIZE = 0x0c;
  private static final int LATENCY_TIMER = 0x0d;
  private static final int HEADER_TYPE = 0x0e;
  private static final int BASE_ADDRESS = 0x10;
  private static final int SUBSYSTEM = 0x2c;
  private static final int ROM_ADDRESS = 0x30;
  private static final int INTERRUPT_LINE = 0x3c;
  private static final int INTERRUPT_PIN = 0x3d;
  private static final int DEVICE_SPECIFIC = 0x40;

  private static final int ROM_ENABLE = 1;
  private static final int PREFETCHABLE = 8;
  private static final int IO_SPACE = 1;
  private static final int MULTIFUNCTION = 0x80;

  /** Index of the expansion ROM among the windows. */
  private static final int ROM = 6;

  private static final int NOWHERE = 0;

  private final String name;
  private final byte[] config = new byte[256];
  private final byte[] atReset = new byte[256];

  /** Bits that software can write. */
  private final byte[] writable = new byte[256];

  /** Bits that software clears by writing 1. */
  private final byte[] clearable = new byte[256];

  private final int[] sizes = new int[7];
  private final Region[] regions = new Region[7];
  private final PortWindow[] portWindows = new PortWindow[6];
  private final int[] mappedAt = new int[7];
  private final int[] firmwareAddress = new int[7];
  private boolean firmwareDone;
  private boolean romNeedsMemorySpace = true;
  private PhysicalBus bus;
  private UnmodelledAccess unmodelled;
  private Runnable onWrite = () -> {};

  /**
   * @param classCode class, subclass and programming interface: 24 bits, for example 0x030000
   */
  public PciFunction(String name, int vendor, int device, int classCode, int revision) {
    this.name = name;
    word(atReset, 0, vendor);
    word(atReset, 2, device);
    dword(atReset, REVISION, classCode << 8 | revision);
    word(writable, COMMAND, 0x0547); // I/O, memory, master, parity, SERR#, INTx disable
    writable[CACHE_LINE_SIZE] = (byte) 0xff;
    writable[LATENCY_TIMER] = (byte) 0xf8;
    writable[INTERRUPT_LINE] = (byte) 0xff;
  }

  public PciFunction subsystem(int vendor, int id) {
    word(atReset, SUBSYSTEM, vendor);
    word(atReset, SUBSYSTEM + 2, id);
    return this;
  }

  /** Says that the device has functions other than 0; to be said by function 0. */
  public PciFunction multifunction() {
    atReset[HEADER_TYPE] = (byte) MULTIFUNCTION;
    return this;
  }

  /**
   * The interrupt pin the function uses; the line itself is {@link PciBus#interrupt}.
   *
   * @param pin 1 for INTA# to 4 for INTD#
   */
  public PciFunction interruptPin(int pin) {
    atReset[INTERRUPT_PIN] = (byte) pin;
    return this;
  }

  /** Bits of the status register that are hard-wired to 1. */
  public PciFunction status(int bits) {
    word(atReset, STATUS, bits);
    return this;
  }

  /** Bits of the command register that are 1 after reset and cannot be changed. */
  public PciFunction commandHardWired(int bits) {
    word(atReset, COMMAND, bits);
    word(writable, COMMAND, 0x0547 & ~bits);
    return this;
  }

  /** A device-specific register of 8 bits. */
  public PciFunction register(int offset, int reset, int writableBits) {
    atReset[offset] = (byte) reset;
    writable[offset] = (byte) writableBits;
    return this;
  }

  /** A device-specific register of 8 bits some of which are cleared by writing 1. */
  public PciFunction register(int offset, int reset, int writableBits, int clearableBits) {
    clearable[offset] = (byte) clearableBits;
    return register(offset, reset, writableBits);
  }

  /**
   * An I/O base address register.
   *
   * @param bar 0 to 5
   * @param window whose size is a power of two from 4 on
   */
  public PciFunction io(int bar, PortWindow window) {
    if (window.size() < 4 || Integer.bitCount(window.size()) != 1) {
      throw new IllegalArgumentException(
          "%s, base address %d: expected a power of two from 4 on, found %d ports"
              .formatted(name, bar, window.size()));
    }
    portWindows[bar] = window;
    int at = BASE_ADDRESS + 4 * bar;
    dword(atReset, at, IO_SPACE);
    // All 32 bits, though only 16 are decoded: SeaBIOS takes the size from all of them.
    dword(writable, at, -window.size());
    return this;
  }

  /**
   * A memory base address register.
   *
   * @param bar 0 to 5
   * @param size bytes, a power of two from 4096 on
   */
  public PciFunction memory(int bar, int size, boolean prefetchable, Region region) {
    window(bar, size, region);
    int at = BASE_ADDRESS + 4 * bar;
    dword(atReset, at, prefetchable ? PREFETCHABLE : 0);
    dword(writable, at, -size);
    return this;
  }

  /**
   * The expansion ROM, padded to a power of two with FFh.
   *
   * @param image what it holds
   */
  public PciFunction expansionRom(byte[] image) {
    int size = Math.max(PhysicalBus.PAGE, Integer.highestOneBit(image.length - 1) << 1);
    window(ROM, size, new RomRegion(name + ".rom", image));
    dword(writable, ROM_ADDRESS, -size | ROM_ENABLE);
    return this;
  }

  /**
   * Lets the expansion ROM answer whenever its own enable is set, whatever the command register
   * says. The specification wants both; Bochs' adapter wants one, and Bochs' BIOS counts on it.
   */
  public PciFunction expansionRomWithoutMemorySpace() {
    romNeedsMemorySpace = false;
    return this;
  }

  /**
   * Says where firmware would have put a window, for boards without firmware: after every reset the
   * base address is written and the command register enables I/O and memory, as POST does.
   *
   * @param address 0 on a board whose firmware does this itself
   */
  public PciFunction asFirmwareLeavesIt(int bar, int address) {
    if (address == NOWHERE) {
      return this;
    }
    firmwareAddress[bar] = address;
    firmwareDone = true;
    return this;
  }

  /** Tells the owner after each write to configuration space that something may have changed. */
  public PciFunction onWrite(Runnable owner) {
    onWrite = owner;
    return this;
  }

  /** To be called by the owner when it is attached. */
  public void attach(Wiring wiring, int device, int function) {
    bus = wiring.bus();
    unmodelled = wiring.unmodelled();
    for (PortWindow window : portWindows) {
      if (window != null) {
        window.attach(wiring);
      }
    }
    wiring.device(PciBus.class).plug(device, function, this);
  }

  /** To be called by the owner when it is pulled: no window answers any more. */
  public void withdraw() {
    for (PortWindow window : portWindows) {
      if (window != null) {
        window.withdraw();
      }
    }
    for (int i = 0; i < mappedAt.length; i++) {
      if (mappedAt[i] != NOWHERE) {
        bus.unmap(regions[i]);
        mappedAt[i] = NOWHERE;
      }
    }
  }

  public void reset() {
    System.arraycopy(atReset, 0, config, 0, config.length);
    if (firmwareDone) {
      for (int bar = 0; bar < ROM; bar++) {
        if (firmwareAddress[bar] != NOWHERE) {
          int at = BASE_ADDRESS + 4 * bar;
          dword(config, at, dword(atReset, at) | firmwareAddress[bar]);
        }
      }
      config[COMMAND] |= COMMAND_IO | COMMAND_MEMORY;
    }
    remap();
  }

  /**
   * @param register 0 to 255; the access stays within its doubleword
   * @param size 1, 2 or 4
   */
  public int read(int register, int size) {
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= (config[register + i] & 0xff) << 8 * i;
    }
    return value;
  }

  public void write(int register, int size, int value) {
    for (int i = 0; i < size; i++) {
      int at = register + i;
      int bits = writable[at] & 0xff;
      int b = value >>> 8 * i & 0xff;
      int ones = clearable[at] & 0xff;
      if (at >= DEVICE_SPECIFIC && ((b ^ config[at]) & 0xff & ~bits & ~ones) != 0) {
        unmodelled.record("%s: PCI configuration register %02Xh".formatted(name, at));
      }
      config[at] = (byte) ((config[at] & ~bits | b & bits) & ~(b & ones));
    }
    remap();
    onWrite.run();
  }

  /** One byte of configuration space. */
  public int register(int offset) {
    return config[offset] & 0xff;
  }

  /** A register of 16 bits. */
  public int register16(int offset) {
    return register(offset) | register(offset + 1) << 8;
  }

  /** Sets a register's value from the device's side, whatever software can write there. */
  public void setRegister(int offset, int value) {
    config[offset] = (byte) value;
  }

  /** Whether all of {@code bits} are set in the command register. */
  public boolean commandHas(int bits) {
    return (config[COMMAND] & bits) == bits;
  }

  /** Where a memory window answers now, empty when it does not. */
  public OptionalInt mappedAt(int bar) {
    return mappedAt[bar] == NOWHERE ? OptionalInt.empty() : OptionalInt.of(mappedAt[bar]);
  }

  public void save(Section out) {
    out.put("config", config);
  }

  public void restore(Section in) {
    in.getBytes("config", config);
    remap();
    onWrite.run();
  }

  @Override
  public String toString() {
    return name;
  }

  private void window(int index, int size, Region region) {
    if (size < PhysicalBus.PAGE || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(
          "%s: expected a power of two from 4096 on, found 0x%x".formatted(region.name(), size));
    }
    sizes[index] = size;
    regions[index] = region;
  }

  /** Moves every window whose address or enable has changed. */
  private void remap() {
    boolean io = commandHas(COMMAND_IO);
    for (int bar = 0; bar < portWindows.length; bar++) {
      PortWindow window = portWindows[bar];
      if (window != null) {
        int register = dword(config, BASE_ADDRESS + 4 * bar);
        window.moveTo(io ? register & -window.size() : PortWindow.CLOSED);
      }
    }
    boolean memory = commandHas(COMMAND_MEMORY);
    for (int i = 0; i < regions.length; i++) {
      if (regions[i] == null) {
        continue;
      }
      int register = dword(config, i == ROM ? ROM_ADDRESS : BASE_ADDRESS + 4 * i);
      boolean enabled =
          i == ROM ? (register & ROM_ENABLE) != 0 && (memory || !romNeedsMemorySpace) : memory;
      int address = enabled ? register & -sizes[i] : NOWHERE;
      if (address != mappedAt[i]) {
        if (mappedAt[i] != NOWHERE) {
          bus.unmap(regions[i]);
        }
        if (address != NOWHERE) {
          bus.map(address, sizes[i], regions[i]);
        }
        mappedAt[i] = address;
      }
    }
  }

  private static void word(byte[] space, int at, int value) {
    space[at] = (byte) value;
    space[at + 1] = (byte) (value >>> 8);
  }

  private static void dword(byte[] space, int at, int value) {
    PhysicalBus.INT.set(space, at, value);
  }

  private static int dword(byte[] space, int at) {
    return (int) PhysicalBus.INT.get(space, at);
  }

  /** Reads bytes of an image, FFh beyond its end; a ROM ignores writes. */
  private record RomRegion(String name, byte[] image) implements Region {
    @Override
    public int read(int offset, int size) {
      int value = 0;
      for (int i = 0; i < size; i++) {
        value |= (offset + i < image.length ? image[offset + i] & 0xff : 0xff) << 8 * i;
      }
      return value;
    }

    @Override
    public void write(int offset, int size, int value) {}

    @Override
    public boolean isConstant(int offset) {
      return true;
    }
  }
}
