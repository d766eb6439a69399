package dev.biosgateway.kexec.call;

import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.context.LowMegabyte;
import dev.biosgateway.kexec.jump.KernelKexec;
import dev.biosgateway.kexec.jump.WakeAlarm;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.protocol.RestartPoint;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.acpi.Piix4Pm;
import dev.biosgateway.x86.device.rtc.Mc146818;
import dev.biosgateway.x86.state.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The host when an image comes back by a restart point other than the default: it sleeps, or
 * switches the power off, as pm_suspend() and kernel_power_off() do. Which restart points there are
 * depends on the machine: both want the PIIX4, and sleeping a ROM that boots the host again.
 */
final class RestartedHost {
  private final Machine machine;
  private final HostContext host;
  private final LowMegabyte low;
  private final KernelKexec kernelKexec;
  private final RoundTrip roundTrip;

  RestartedHost(
      Machine machine,
      HostContext host,
      LowMegabyte low,
      KernelKexec kernelKexec,
      RoundTrip roundTrip) {
    this.machine = machine;
    this.host = host;
    this.low = low;
    this.kernelKexec = kernelKexec;
    this.roundTrip = roundTrip;
  }

  /** The ways back for an image, to be told in the protocol block. */
  List<RestartPoint> waysBack(Kimage image) {
    boolean managed = machine.devices().stream().anyMatch(Piix4Pm.class::isInstance);
    return host.restartPoints(image.controlPage(), managed).stream()
        .filter(p -> p.number() != RestartPoint.SUSPEND_TO_RAM || low.bootsTheHost())
        .toList();
  }

  /**
   * Does what the restart point says by which the image came back.
   *
   * @param budget instructions, and events while the machine sleeps
   * @param wakeAfter when the clock is to wake a sleeping machine; nothing does when empty
   * @return RETURNED if and only if the host goes on
   */
  RoundTrip.End obey(int number, long budget, Optional<Duration> wakeAfter) {
    return switch (number) {
      case RestartPoint.RESTORE -> new RoundTrip.End(StopReason.RETURNED, "", null, null);
      case RestartPoint.SUSPEND_TO_RAM -> kernelKexec.execute(() -> sleep(budget, wakeAfter));
      case RestartPoint.POWER_OFF_S4 -> kernelKexec.execute(roundTrip::powerOff);
      default -> throw new IllegalStateException("an image came back by restart point " + number);
    };
  }

  /** Devices lose their state, and their drivers have kept it; the clock has a battery. */
  private RoundTrip.End sleep(long budget, Optional<Duration> wakeAfter) {
    wakeAfter.ifPresent(time -> WakeAlarm.arm(machine.ports(), time));
    List<Device> powered =
        machine.devices().stream()
            .filter(d -> !(d instanceof Mc146818 || d instanceof Piix4Pm))
            .toList();
    List<Section> kept = powered.stream().map(RestartedHost::save).toList();
    RoundTrip.End end = roundTrip.sleep(budget);
    if (end.returned()) {
      for (int i = 0; i < kept.size(); i++) {
        powered.get(i).restore(kept.get(i).rewind());
      }
    }
    return end;
  }

  private static Section save(Device device) {
    Section section = new Section(device.sectionName());
    device.save(section);
    return section;
  }
}
