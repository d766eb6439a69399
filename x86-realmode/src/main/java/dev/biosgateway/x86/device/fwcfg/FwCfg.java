package dev.biosgateway.x86.device.fwcfg;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.function.Supplier;

/**
 * The firmware configuration device of QEMU's PCs (QEMU, docs/specs/fw_cfg): a selector at 510h, a
 * byte of the selected item at a time at 511h, and a DMA interface at 514h, whose address register
 * is big-endian. Nothing can be written to items.
 */
public final class FwCfg implements Device, PortHandler {
  private static final int SELECTOR = 0x510;
  private static final int DATA = 0x511;
  private static final int DMA_HIGH = 0x514;
  private static final int DMA_LOW = 0x518;

  private static final int DMA_ERROR = 0x01;
  private static final int DMA_READ = 0x02;
  private static final int DMA_SKIP = 0x04;
  private static final int DMA_SELECT = 0x08;
  private static final int DMA_WRITE = 0x10;

  /** "QEMU CFG", which the address register reads as. */
  private static final int SIGNATURE_HIGH = 0x51454d55;

  private static final int SIGNATURE_LOW = 0x20434647;

  private final Supplier<FirmwareItems> source;
  private FirmwareItems items;
  private PhysicalBus bus;
  private UnmodelledAccess unmodelled;
  private int selected;
  private int offset;
  private int dmaHigh;
  private int dmaLow;

  /**
   * @param source is asked once, when software asks the device for the first time: most machines
   *     are made of an image and never do
   */
  public FwCfg(Supplier<FirmwareItems> source) {
    this.source = source;
  }

  private byte[] selectedItem() {
    if (items == null) {
      items = source.get();
    }
    return items.item(selected);
  }

  @Override
  public void attach(Wiring wiring) {
    bus = wiring.bus();
    unmodelled = wiring.unmodelled();
    wiring.ports().map(SELECTOR, 2, 2, this);
    wiring.ports().map(DMA_HIGH, 8, 4, this);
  }

  @Override
  public void reset(ResetKind kind) {
    selected = 0;
    offset = 0;
    dmaHigh = 0;
    dmaLow = 0;
  }

  @Override
  public int in(int port, int size) {
    if (port == DATA && size == 1) {
      return next();
    }
    if (size == 4 && (port == DMA_HIGH || port == DMA_LOW)) {
      return Integer.reverseBytes(port == DMA_HIGH ? SIGNATURE_HIGH : SIGNATURE_LOW);
    }
    unmodelled.record("fw_cfg: read of port %Xh with a width that has no meaning", port);
    return size == 4 ? -1 : (1 << 8 * size) - 1;
  }

  @Override
  public void out(int port, int size, int value) {
    if (port == SELECTOR && size == 2) {
      select(value);
    } else if (port == DMA_HIGH && size == 4) {
      dmaHigh = Integer.reverseBytes(value);
    } else if (port == DMA_LOW && size == 4) {
      dmaLow = Integer.reverseBytes(value);
      transfer();
    } else {
      unmodelled.record("fw_cfg: write of port %Xh: items are read-only", port);
    }
  }

  @Override
  public String sectionName() {
    return "fw_cfg";
  }

  @Override
  public void save(Section out) {
    out.put("selected", selected).put("offset", offset);
    out.put("dmaHigh", dmaHigh).put("dmaLow", dmaLow);
  }

  @Override
  public void restore(Section in) {
    selected = in.getInt("selected");
    offset = in.getInt("offset");
    dmaHigh = in.getInt("dmaHigh");
    dmaLow = in.getInt("dmaLow");
  }

  @Override
  public String toString() {
    return "fw_cfg";
  }

  private void select(int key) {
    selected = key;
    offset = 0;
  }

  /** The next byte of the item, 0 behind its end. */
  private int next() {
    byte[] item = selectedItem();
    return offset < item.length ? item[offset++] & 0xff : 0;
  }

  /** Carries out the FWCfgDmaAccess structure that the address register points to. */
  private void transfer() {
    int at = dmaLow;
    boolean beyond = dmaHigh != 0;
    dmaHigh = 0;
    dmaLow = 0;
    if (beyond) {
      unmodelled.record("fw_cfg: DMA descriptor above 4 GB");
      return;
    }
    int control = bigEndian(at);
    int length = bigEndian(at + 4);
    int targetHigh = bigEndian(at + 8);
    int target = bigEndian(at + 12);
    if ((control & DMA_SELECT) != 0) {
      select(control >>> 16);
    }
    int result = 0;
    if ((control & DMA_READ) != 0) {
      if (targetHigh != 0) {
        unmodelled.record("fw_cfg: DMA target above 4 GB");
        result = DMA_ERROR;
      } else {
        read(target, length);
      }
    } else if ((control & DMA_WRITE) != 0) {
      result = DMA_ERROR; // no item can be written
    } else if ((control & DMA_SKIP) != 0) {
      offset = (int) Math.min(selectedItem().length, offset + (length & 0xffffffffL));
    }
    bus.write32(at, Integer.reverseBytes(result));
  }

  private void read(int target, int length) {
    byte[] item = selectedItem();
    long wanted = length & 0xffffffffL;
    int present = (int) Math.min(wanted, item.length - offset);
    bus.write(target, item, offset, present);
    offset += present;
    for (long i = present; i < wanted; i++) {
      bus.write8(target + (int) i, 0);
    }
  }

  private int bigEndian(int address) {
    return Integer.reverseBytes(bus.read32(address));
  }
}
