package dev.biosgateway.x86.board;

import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.pic.Pic8259Pair;
import dev.biosgateway.x86.device.pit.Pit8254;
import dev.biosgateway.x86.device.pit.SystemControlB;
import dev.biosgateway.x86.device.ports.CoprocessorError;
import dev.biosgateway.x86.device.ports.DebugPort;
import dev.biosgateway.x86.device.ports.Port92;
import dev.biosgateway.x86.device.ports.PostPort;
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
    return List.of(
        new Pic8259Pair(),
        new Pit8254(),
        new SystemControlB(),
        new CoprocessorError(),
        new Port92(true),
        new PostPort(),
        new DebugPort());
  }
}
