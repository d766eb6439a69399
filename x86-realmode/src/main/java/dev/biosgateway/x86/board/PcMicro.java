package dev.biosgateway.x86.board;

import dev.biosgateway.x86.device.Device;
import java.util.ArrayList;
import java.util.List;

/** The least a physical-mode program may expect: interrupts, a timer, A20, somewhere to write. */
public record PcMicro() implements Board {
  @Override
  public String name() {
    return "micro";
  }

  @Override
  public String summary() {
    return "interrupt controllers, timer and debug ports only";
  }

  @Override
  public List<Device> devices(Fitting fitting) {
    List<Device> devices = new ArrayList<>(AtChips.core());
    devices.addAll(AtChips.debugPorts(fitting));
    return devices;
  }
}
