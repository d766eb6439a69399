package dev.biosgateway.kexec.extension;

import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.MemoryInterceptor;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.program.ProgramFormat;
import dev.biosgateway.x86.bus.MemoryInterposer;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.ArrayList;
import java.util.List;

/** The interceptors in front of a machine's memory: each has the next one behind it. */
public final class InterceptedMemory implements MemoryInterposer {
  private static final long ADDRESS_MAX = 0xffff_ffffL;
  private static final int PAGE = PhysicalBus.PAGE;

  private final PhysicalBus bus;
  private final GuestMachine machine;
  private List<Link> links = List.of();

  /** No interceptors yet. */
  public InterceptedMemory(PhysicalBus bus, GuestMachine machine) {
    this.bus = bus;
    this.machine = machine;
  }

  /**
   * Takes the interceptors among some programs, the first one nearest to the guest.
   *
   * @throws dev.biosgateway.api.ProgramException if one does not say its addresses
   */
  public void set(List<ProgramImage> programs) {
    List<Link> chain = new ArrayList<>();
    Responder behind = new Behind();
    for (int i = programs.size() - 1; i >= 0; i--) {
      ProgramImage image = programs.get(i);
      // One object may be registered as several programs.
      if (ProgramFormat.of(image) == ProgramFormat.JAVA_MEMORY) {
        MemoryInterceptor java = image.extension(MemoryInterceptor.class).orElseThrow();
        AddressRanges ranges = AddressRanges.of(image, "memory", ADDRESS_MAX);
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
    interpose(this);
  }

  /** The routine has ended. */
  public void end() {
    interpose(null);
  }

  private void interpose(MemoryInterposer who) {
    for (Link link : links) {
      for (AddressRanges.Range range : link.ranges.ranges()) {
        int first = (int) (range.first() / PAGE);
        bus.interpose(first, (int) (range.last() / PAGE) - first + 1, who);
      }
    }
  }

  @Override
  public int read(int physical, int size) {
    return links.get(0).read(physical, size);
  }

  @Override
  public void write(int physical, int size, int value) {
    links.get(0).write(physical, size, value);
  }

  /** One interceptor, and who is behind it. */
  private record Link(
      AddressRanges ranges, MemoryInterceptor java, Responder behind, JavaFailure failure)
      implements Responder {
    @Override
    public int read(int at, int size) {
      long address = at & ADDRESS_MAX;
      return ranges.touch(address, size)
          ? failure.guard(size, () -> java.read(address, size, behind))
          : behind.read(at, size);
    }

    @Override
    public void write(int at, int size, int value) {
      long address = at & ADDRESS_MAX;
      if (ranges.touch(address, size)) {
        failure.guard(() -> java.write(address, size, value, behind));
      } else {
        behind.write(at, size, value);
      }
    }
  }

  /** RAM, or the device whose memory it is. Who asks for more than a page has gets it in bytes. */
  private final class Behind implements Responder {
    @Override
    public int read(int at, int size) {
      if ((at & PAGE - 1) + size <= PAGE) {
        return bus.readBehind(at, size);
      }
      int value = 0;
      for (int i = 0; i < size; i++) {
        value |= bus.readBehind(at + i, 1) << 8 * i;
      }
      return value;
    }

    @Override
    public void write(int at, int size, int value) {
      if ((at & PAGE - 1) + size <= PAGE) {
        bus.writeBehind(at, size, value);
        return;
      }
      for (int i = 0; i < size; i++) {
        bus.writeBehind(at + i, 1, value >>> 8 * i & 0xff);
      }
    }
  }
}
