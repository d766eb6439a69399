package dev.biosgateway.kexec.context;

import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.CpuException;
import dev.biosgateway.x86.cpu.DeliveredEvent;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The low megabyte as it is before any program: the interrupt vector table, an empty BIOS data
 * area, and {@code system_rom.asm} at its top, with the reset vector. The host does not use it, so
 * it belongs to the called code.
 */
public final class SystemRom implements LowMegabyte {
  private static final int BASE = 0xff000;
  private static final int SEGMENT = 0xf000;
  private static final int EXCEPTIONS = 16;

  private final GuestImage image = GuestImage.named("system_rom");

  /** Builds the low megabyte in zeroed memory. */
  public SystemRom(PhysicalBus bus, HostContext host) {
    bus.load(BASE, image.code());
    int entry = BASE + image.offset("host_entry");
    for (int i = 0; i < 6; i++) {
      bus.write8(entry + i, bus.read8(host.bootGdtDescriptor() + i));
    }
    bus.write32(entry + 6, host.startup());
    for (int vector = 0; vector < 256; vector++) {
      bus.write32(4 * vector, vectorAtPowerOn(vector));
    }
    bus.setReadOnly(BASE, image.size(), true);
  }

  /** Who serves a vector on a PC before anybody else does; null for pointers to tables. */
  private static String handler(int vector) {
    if (vector < 8) {
      return "exceptions";
    }
    if (vector == 8) {
      return "timer";
    }
    if (vector < 0x10) {
      return "request_" + (vector - 8);
    }
    return switch (vector) {
      case 0x1d, 0x1e, 0x1f, 0x41, 0x43, 0x44, 0x46 -> null;
      case 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77 -> "slave_request";
      default -> "unserved";
    };
  }

  /** Whether a vector still has the handler of this ROM: no program has hooked it. */
  @Override
  public boolean serves(int vector, PhysicalBus bus) {
    int pointer = vectorAtPowerOn(vector);
    return pointer != 0 && bus.read32(4 * vector) == pointer;
  }

  /** Entry of the vector table before any program: segment and offset, or 0. */
  private int vectorAtPowerOn(int vector) {
    String handler = handler(vector);
    return handler == null ? 0 : SEGMENT << 16 | offset(handler) + (vector < 8 ? vector : 0);
  }

  private int offset(String symbol) {
    return (BASE & 0xffff) + image.offset(symbol);
  }

  /** One address for each exception, so that programs may go on to the handler they found. */
  @Override
  public Set<Integer> exceptionHandlers() {
    int first = BASE + image.offset("exceptions");
    return IntStream.range(first, first + EXCEPTIONS).boxed().collect(Collectors.toSet());
  }

  @Override
  public boolean unhandled(int handler, DeliveredEvent event) {
    int vector = handler - BASE - image.offset("exceptions");
    boolean instruction = vector == CpuException.BP || vector == CpuException.OF;
    return instruction || !event.fromInstruction();
  }

  @Override
  public boolean bootsTheHost() {
    return true;
  }

  @Override
  public int resetVector() {
    return BASE + image.offset("reset_vector");
  }

  /**
   * {@inheritDoc} CS is as the first far jump leaves it: this board has its ROM below 1 MB only.
   */
  @Override
  public void enterResetVector(Cpu cpu) {
    cpu.cs.selector = SEGMENT;
    cpu.cs.base = SEGMENT << 4;
    cpu.eip = offset("reset_vector");
  }
}
