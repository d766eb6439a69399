package dev.biosgateway.x86.device.pci;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.Region;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;

/**
 * The 82441FX host bridge at 00:00.0 (Intel order 290549): identification, the programmable
 * attribute map, by which firmware shadows ROMs in main memory between C0000h and FFFFFh, and the
 * memory below the display's window, which system management mode hides.
 */
public final class HostBridge440fx implements Device {
  private static final int DRAM_ROW_BOUNDARY = 0x60;
  private static final int DRAM_ROWS = 8;
  private static final int SMRAM = 0x72;
  private static final int SMRAM_LOCK = 0x10;
  private static final int SMRAM_ENABLE = 0x08;
  private static final int SMRAM_OPEN = 0x40;
  private static final int PAM0 = 0x59;
  private static final int PAM_REGISTERS = 7;
  private static final int READ_ENABLE = 1;
  private static final int WRITE_ENABLE = 2;
  private static final int SEGMENTS = 13;

  private final boolean shadowedAtReset;
  private final PciFunction function = new PciFunction("i440fx", 0x8086, 0x1237, 0x060000, 2);
  private final Segment[] segments = new Segment[SEGMENTS];
  private final SmramWindow smram = new SmramWindow();

  /** What answers on PCI and ISA between C0000h and FFFFFh. */
  private final List<Claim> claims = new ArrayList<>();

  private boolean smramLocked;
  private int smramEnabled;
  private PhysicalBus bus;
  private UnmodelledAccess unmodelled;

  /**
   * @param shadowedAtReset whether after reset all of C0000h to FFFFFh is main memory that can be
   *     read and written, as POST leaves it on a board without firmware; otherwise it is PCI's, as
   *     the chip has it
   */
  public HostBridge440fx(boolean shadowedAtReset) {
    this.shadowedAtReset = shadowedAtReset;
    function
        .subsystem(PciFunction.QEMU, PciFunction.QEMU_MACHINE)
        .commandHardWired(0x0006)
        .status(0x0280)
        .onWrite(this::apply);
    for (int row = 0; row < DRAM_ROWS; row++) {
      function.register(DRAM_ROW_BOUNDARY + row, 0x01, 0xff);
    }
    function.register(SMRAM, 0x02, 0x58);
    for (int i = 0; i < PAM_REGISTERS; i++) {
      int reset = !shadowedAtReset ? 0 : i == 0 ? 0x30 : 0x33;
      function.register(PAM0 + i, reset, i == 0 ? 0x30 : 0x33);
    }
  }

  @Override
  public void attach(Wiring wiring) {
    bus = wiring.bus();
    unmodelled = wiring.unmodelled();
    segments[0] = new Segment(0xf0000, 0x10000);
    for (int i = 1; i < SEGMENTS; i++) {
      segments[i] = new Segment(0xc0000 + (i - 1) * 0x4000, 0x4000);
    }
    function.attach(wiring, 0, 0);
  }

  @Override
  public void reset(ResetKind kind) {
    smramLocked = false;
    function.reset();
    apply();
  }

  /**
   * Lets a region answer reads between C0000h and FFFFFh wherever the attribute map sends them to
   * PCI; writes that go there are lost, as a ROM loses them.
   *
   * @param base first address
   * @param size bytes
   */
  public void claim(int base, int size, Region region) {
    claims.add(new Claim(base, size, region));
  }

  @Override
  public String sectionName() {
    return "i440fx";
  }

  @Override
  public void save(Section out) {
    out.put("smramLocked", smramLocked).put("smramEnabled", smramEnabled);
    function.save(out);
  }

  @Override
  public void restore(Section in) {
    smramLocked = in.getBoolean("smramLocked");
    smramEnabled = in.getInt("smramEnabled");
    function.restore(in);
  }

  @Override
  public String toString() {
    return shadowedAtReset ? "i440fx (shadowed)" : "i440fx";
  }

  private void apply() {
    applyPam();
    int control = function.register(SMRAM);
    if (smramLocked || (control & SMRAM_LOCK) != 0) {
      // D_LCK stays until the next reset; it takes D_OPEN away and keeps G_SMRAME as it is.
      control =
          control & ~SMRAM_OPEN & ~SMRAM_ENABLE
              | SMRAM_LOCK
              | (smramLocked ? smramEnabled : control & SMRAM_ENABLE);
      function.setRegister(SMRAM, control);
      smramLocked = true;
    }
    smramEnabled = control & SMRAM_ENABLE;
    int open = SMRAM_ENABLE | SMRAM_OPEN;
    smram.show((control & open) == open);
  }

  private void applyPam() {
    // The high nibble of PAM0 is F0000h; then two segments of 16 KB a register, low one first.
    segments[0].apply(function.register(PAM0) >>> 4);
    for (int i = 1; i < SEGMENTS; i++) {
      int register = function.register(PAM0 + (i + 1 >>> 1));
      segments[i].apply((i & 1) != 0 ? register : register >>> 4);
    }
  }

  /**
   * One range of the attribute map; a region of PCI's lies over main memory while reads go there.
   */
  private final class Segment implements Region {
    private final int base;
    private final int size;
    private int attributes = READ_ENABLE | WRITE_ENABLE;

    Segment(int base, int size) {
      this.base = base;
      this.size = size;
    }

    void apply(int bits) {
      int wanted = bits & (READ_ENABLE | WRITE_ENABLE);
      if (wanted == attributes) {
        return; // who has protected a ROM here since keeps it protected
      }
      if ((attributes & READ_ENABLE) == 0) {
        bus.unmap(this);
      }
      attributes = wanted;
      if ((wanted & READ_ENABLE) == 0) {
        bus.map(base, size, this);
      }
      bus.setReadOnly(base, size, (wanted & WRITE_ENABLE) == 0);
    }

    @Override
    public String name() {
      return "i440fx.pam.%05X".formatted(base);
    }

    @Override
    public int read(int offset, int size) {
      int address = base + offset;
      for (Claim claim : claims) {
        if (claim.contains(address, size)) {
          return claim.region.read(address - claim.base, size);
        }
      }
      unmodelled.record("read of PCI memory at %05Xh, nothing is there", address & ~0xfff);
      return size == 4 ? -1 : (1 << 8 * size) - 1;
    }

    @Override
    public void write(int offset, int size, int value) {
      if ((attributes & WRITE_ENABLE) == 0) {
        unmodelled.record("write to PCI memory at %05Xh", base + offset & ~0xfff);
        return;
      }
      byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) (value >>> 8 * i);
      }
      bus.load(base + offset, bytes);
    }

    @Override
    public boolean isConstant(int offset) {
      int address = base + offset;
      for (Claim claim : claims) {
        if (claim.contains(address, PhysicalBus.PAGE)) {
          return claim.region.isConstant(address - claim.base);
        }
      }
      return false;
    }
  }

  private record Claim(int base, int size, Region region) {
    boolean contains(int address, int bytes) {
      return address >= base && address + bytes <= base + size;
    }
  }

  /** Main memory at A0000h, in front of the display's window while SMRAM is open. */
  private final class SmramWindow implements Region {
    private static final int BASE = 0xa0000;
    private static final int SIZE = 0x20000;
    private boolean shown;

    void show(boolean show) {
      if (show != shown) {
        shown = show;
        if (show) {
          bus.map(BASE, SIZE, this);
        } else {
          bus.unmap(this);
        }
      }
    }

    @Override
    public String name() {
      return "i440fx.smram";
    }

    @Override
    public int read(int offset, int size) {
      int value = 0;
      for (int i = 0; i < size; i++) {
        value |= (bus.ram[BASE + offset + i] & 0xff) << 8 * i;
      }
      return value;
    }

    @Override
    public void write(int offset, int size, int value) {
      byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) (value >>> 8 * i);
      }
      bus.load(BASE + offset, bytes);
    }
  }
}
