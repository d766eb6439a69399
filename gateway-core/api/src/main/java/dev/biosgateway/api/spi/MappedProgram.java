package dev.biosgateway.api.spi;

import dev.biosgateway.api.CallMode;
import dev.biosgateway.api.CallResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;

/** A program in a machine's memory: the handle that {@link GuestMachine#unmap} wants back. */
@ConsumerType
public interface MappedProgram {
  /** What was mapped. */
  ProgramImage image();

  /** Physical address of the first byte. */
  long address();

  /** Bytes of guest memory taken. */
  long size();

  /** The mode its code is called in. */
  CallMode mode();

  /** Physical address of the entry for {@code CallTarget.ProgramEntry}, if the format has one. */
  OptionalLong entry();

  /** Interrupt vectors that its init changed, in ascending order. */
  List<Integer> vectorsHooked();

  /** How its init went; empty if the format has none. */
  Optional<CallResult> init();
}
