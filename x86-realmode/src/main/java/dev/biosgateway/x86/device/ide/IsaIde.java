package dev.biosgateway.x86.device.ide;

import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;

/** The two ATA channels of a PC/AT without PCI: always at their addresses, no DMA. */
public final class IsaIde implements Device {
  private final AtaBay bay;

  /**
   * @param bay the devices
   */
  public IsaIde(AtaBay bay) {
    this.bay = bay;
  }

  /** What is on the cables, to change the medium of a CD-ROM drive. */
  public AtaBay bay() {
    return bay;
  }

  @Override
  public void attach(Wiring wiring) {
    for (int i = 0; i < AtaBay.CHANNELS; i++) {
      bay.channel(i).attach(wiring, null);
      bay.channel(i).decode(true);
    }
  }

  @Override
  public void reset(ResetKind kind) {
    for (int i = 0; i < AtaBay.CHANNELS; i++) {
      bay.channel(i).reset();
    }
  }

  /** What the guest has written goes to where images keep it. */
  @Override
  public void suspend(PowerPhase phase) {
    if (phase == PowerPhase.FREEZE) {
      bay.flush();
    }
  }

  @Override
  public String sectionName() {
    return "ide";
  }

  @Override
  public void save(Section out) {
    for (int i = 0; i < AtaBay.CHANNELS; i++) {
      bay.channel(i).save(out);
    }
  }

  @Override
  public void restore(Section in) {
    for (int i = 0; i < AtaBay.CHANNELS; i++) {
      bay.channel(i).restore(in);
    }
  }

  @Override
  public String toString() {
    return "ide";
  }
}
