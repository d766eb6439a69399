package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.DeviceSuspendException;
import dev.biosgateway.x86.device.PortWindow;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.device.pci.PciFunction;
import dev.biosgateway.x86.state.Section;

/**
 * Function 1 of the 82371SB (PIIX3, Intel order 290550): two ATA channels at their ISA addresses,
 * each decoded when its timing register says so, and a bus master for each behind BAR 4.
 *
 * <p>The chip comes out of reset deaf; here both channels answer from the first instruction on, as
 * on the machines of QEMU and Bochs: firmware made for these and for ISA (Bochs's legacy BIOS)
 * opens none.
 */
public final class Piix3Ide implements Device {
  private static final int FUNCTION = 1;

  /** Timing registers, 16 bits a channel; bit 15 lets the channel answer. */
  private static final int TIMING = 0x40;

  private static final int SLAVE_TIMING = 0x44;
  private static final int DECODE_ENABLE = 0x80;

  private static final int COMMAND_MASTER = 0x04;
  private static final int BUS_MASTER_BAR = 4;
  private static final int BUS_MASTER_PORTS = 16;

  private final int slot;
  private final int firmwareBusMaster;
  private final AtaBay bay;
  private final PciFunction function;
  private final BusMaster[] masters = new BusMaster[AtaBay.CHANNELS];

  /**
   * @param slot PCI device number
   * @param bay the devices
   * @param firmwareBusMaster where firmware would have put the bus masters' ports; 0 on a board
   *     whose firmware does this itself
   */
  public Piix3Ide(int slot, AtaBay bay, int firmwareBusMaster) {
    this.slot = slot;
    this.bay = bay;
    this.firmwareBusMaster = firmwareBusMaster;
    function =
        new PciFunction("piix3-ide", 0x8086, 0x7010, 0x010180, 0)
            .status(0x0280)
            .register(TIMING, 0, 0xff)
            .register(TIMING + 1, DECODE_ENABLE, 0xf3)
            .register(TIMING + 2, 0, 0xff)
            .register(TIMING + 3, DECODE_ENABLE, 0xf3)
            .register(SLAVE_TIMING, 0, 0xff)
            .io(
                BUS_MASTER_BAR,
                new PortWindow("piix3-ide.master", BUS_MASTER_PORTS, 1, new MasterPorts()))
            .asFirmwareLeavesIt(BUS_MASTER_BAR, firmwareBusMaster)
            .onWrite(this::decode);
    for (int i = 0; i < masters.length; i++) {
      masters[i] =
          new BusMaster("master" + i, bay.channel(i), () -> function.commandHas(COMMAND_MASTER));
    }
  }

  /** What is on the cables, to change the medium of a CD-ROM drive. */
  public AtaBay bay() {
    return bay;
  }

  @Override
  public void attach(Wiring wiring) {
    function.attach(wiring, slot, FUNCTION);
    for (int i = 0; i < masters.length; i++) {
      masters[i].attach(wiring);
      bay.channel(i).attach(wiring, masters[i]);
    }
  }

  @Override
  public void reset(ResetKind kind) {
    function.reset();
    int master = firmwareBusMaster != 0 ? COMMAND_MASTER : 0;
    function.write(PciFunction.COMMAND, 2, PciFunction.COMMAND_IO | master);
    decode();
    for (int i = 0; i < masters.length; i++) {
      masters[i].reset();
      bay.channel(i).reset();
    }
  }

  /**
   * Refuses while a bus master moves data: memory is about to be another's. What the guest has
   * written goes to where images keep it.
   */
  @Override
  public void suspend(PowerPhase phase) throws DeviceSuspendException {
    if (phase != PowerPhase.FREEZE) {
      return;
    }
    for (BusMaster master : masters) {
      if (master.moving()) {
        throw new DeviceSuspendException(
            sectionName(), phase, master + " is moving data; let the command come to its end");
      }
    }
    bay.flush();
  }

  private void decode() {
    boolean io = function.commandHas(PciFunction.COMMAND_IO);
    for (int i = 0; i < masters.length; i++) {
      boolean enabled = (function.register(TIMING + 2 * i + 1) & DECODE_ENABLE) != 0;
      bay.channel(i).decode(io && enabled);
    }
  }

  /** The bus masters' ports, eight a channel. */
  private final class MasterPorts implements PortHandler {
    @Override
    public int in(int offset, int size) {
      return masters[offset >>> 3].read(offset & 7);
    }

    @Override
    public void out(int offset, int size, int value) {
      masters[offset >>> 3].write(offset & 7, value);
    }
  }

  @Override
  public String sectionName() {
    return "ide";
  }

  @Override
  public void save(Section out) {
    function.save(out);
    for (int i = 0; i < masters.length; i++) {
      masters[i].save(out);
      bay.channel(i).save(out);
    }
  }

  @Override
  public void restore(Section in) {
    function.restore(in);
    for (int i = 0; i < masters.length; i++) {
      masters[i].restore(in);
      bay.channel(i).restore(in);
    }
  }

  @Override
  public String toString() {
    return "piix3-ide";
  }
}
