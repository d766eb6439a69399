package dev.biosgateway.kexec.extension;

import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.PortInterceptor;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.program.ProgramFormat;
import dev.biosgateway.x86.bus.PortInterposer;
import dev.biosgateway.x86.bus.PortMap;
import java.util.ArrayList;
import java.util.List;

/** The interceptors in front of a machine's ports: each has the next one behind it. */
public final class InterceptedPorts implements PortInterposer {
  private static final int PORT_MAX = 0xffff;

  private final PortMap ports;
  private final GuestMachine machine;
  private List<Link> links = List.of();

  /** No interceptors yet. */
  public InterceptedPorts(PortMap ports, GuestMachine machine) {
    this.ports = ports;
    this.machine = machine;
  }

  /**
   * Takes the interceptors among some programs, the first one nearest to the guest.
   *
   * @throws dev.biosgateway.api.ProgramException if one does not say its ports
   */
  public void set(List<ProgramImage> programs) {
    List<Link> chain = new ArrayList<>();
    Responder behind = new Devices();
    for (int i = programs.size() - 1; i >= 0; i--) {
      ProgramImage image = programs.get(i);
      // One object may be registered as several programs.
      if (ProgramFormat.of(image) == ProgramFormat.JAVA_PORTS) {
        PortInterceptor java = image.extension(PortInterceptor.class).orElseThrow();
        AddressRanges ranges = AddressRanges.of(image, "ports", PORT_MAX);
        Link link =
            new Link(ranges, java, behind, new JavaFailure(machine, "interceptor " + image.name()));
        chain.add(0, link);
        behind = link;
      }
    }
    links = List.copyOf(chain);
  }

  /** The routine begins. */
  public void begin() {
    if (!links.isEmpty()) {
      ports.setInterposer(this);
    }
  }

  /** The routine has ended. */
  public void end() {
    if (!links.isEmpty()) {
      ports.setInterposer(null);
    }
  }

  @Override
  public boolean interposes(int port, int size) {
    for (Link link : links) {
      if (link.ranges.touch(port, size)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public int in(int port, int size) {
    return links.get(0).read(port, size);
  }

  @Override
  public void out(int port, int size, int value) {
    links.get(0).write(port, size, value);
  }

  /** One interceptor, and who is behind it. */
  private record Link(
      AddressRanges ranges, PortInterceptor java, Responder behind, JavaFailure failure)
      implements Responder {
    @Override
    public int read(int port, int size) {
      return ranges.touch(port, size)
          ? failure.guard(size, () -> java.in(port, size, behind))
          : behind.read(port, size);
    }

    @Override
    public void write(int port, int size, int value) {
      if (ranges.touch(port, size)) {
        failure.guard(() -> java.out(port, size, value, behind));
      } else {
        behind.write(port, size, value);
      }
    }
  }

  /** The devices themselves. */
  private final class Devices implements Responder {
    @Override
    public int read(int port, int size) {
      return ports.readDevice(port & PORT_MAX, size);
    }

    @Override
    public void write(int port, int size, int value) {
      ports.writeDevice(port & PORT_MAX, size, value);
    }
  }
}
