package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.load.LoadedSegment;
import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A mapped program, and everything as it was before it was mapped.
 *
 * @param segments source pages of a program that is in memory during its calls only
 * @param before what {@link BridgeMachine#unmap} goes back to; null in a clone
 */
record Mapping(
    ProgramImage image,
    long address,
    long size,
    CallMode mode,
    OptionalLong entry,
    List<Integer> vectorsHooked,
    Optional<CallResult> init,
    List<LoadedSegment> segments,
    StateAtRest.Before before)
    implements MappedProgram {

  /** A program that takes no memory: a device, an interceptor, or what machines are booted with. */
  static Mapping outsideMemory(ProgramImage image, StateAtRest.Before before) {
    return new Mapping(
        image,
        0,
        0,
        CallMode.REAL,
        OptionalLong.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        before);
  }

  /** The same mapping in a machine that was made of an image of this one's; it is not unmapped. */
  Mapping in(PhysicalBus other) {
    return new Mapping(
        image,
        address,
        size,
        mode,
        entry,
        vectorsHooked,
        init,
        segments.stream().map(segment -> segment.in(other)).toList(),
        null);
  }

  /** Whether the program stays in memory, so that others must not lie there. */
  boolean stays() {
    return segments.isEmpty();
  }

  @Override
  public String toString() {
    return String.format("%s at 0x%05x", image, address);
  }
}
