package dev.biosgateway.kexec.context;

import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.CpuException;
import dev.biosgateway.x86.cpu.DeliveredEvent;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** The low megabyte as a machine's own firmware has left it at the end of its POST. */
public final class PostedFirmware implements LowMegabyte {
  private static final int RESET_VECTOR = 0xffff0;
  private static final int EXCEPTIONS = 16;

  /** Vectors from 08h on are interrupt requests on a PC as well. */
  private static final int FIRST_REQUEST = 8;

  /** What firmware gives to vectors that nobody serves, the overflow exception's for one. */
  private final int unserved;

  private final Set<Integer> handlers = new HashSet<>();

  /**
   * Looks at the interrupt vector table.
   *
   * @param memory the doubleword at a physical address
   */
  public PostedFirmware(IntUnaryOperator memory) {
    unserved = memory.applyAsInt(4 * CpuException.OF);
    for (int vector = 0; vector < EXCEPTIONS; vector++) {
      if (isException(vector)) {
        int pointer = memory.applyAsInt(4 * vector);
        handlers.add((pointer >>> 16 << 4) + (pointer & 0xffff));
      }
    }
  }

  /** Not INT 5 (print screen), nor NMI and the numeric errors, which firmware does serve. */
  private static boolean isException(int vector) {
    return switch (vector) {
      case CpuException.DE, CpuException.DB, CpuException.BP, CpuException.OF, CpuException.UD ->
          true;
      case CpuException.DF, CpuException.SS, CpuException.GP -> true;
      default -> false;
    };
  }

  @Override
  public boolean serves(int vector, PhysicalBus bus) {
    int pointer = bus.read32(4 * vector);
    return pointer == 0 || pointer == unserved;
  }

  @Override
  public int resetVector() {
    return RESET_VECTOR;
  }

  /** Firmware would look for a waking vector in the FACS, which our host has not. */
  @Override
  public boolean bootsTheHost() {
    return false;
  }

  @Override
  public void enterResetVector(Cpu cpu) {
    throw new UnsupportedOperationException("firmware does not boot the host");
  }

  @Override
  public Set<Integer> exceptionHandlers() {
    return handlers;
  }

  @Override
  public boolean unhandled(int handler, DeliveredEvent event) {
    int vector = event.vector();
    if (!isException(vector)) {
      return false;
    }
    if (event.fromInstruction()) {
      return vector == CpuException.BP || vector == CpuException.OF;
    }
    return vector < FIRST_REQUEST || event.hasErrorCode();
  }
}
