package dev.biosgateway.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A program of a plugin, as it is at one moment.
 *
 * @param name its name in the {@code biosgateway.program} namespace
 * @param version its version, as OSGi writes versions
 * @param format {@code option-rom}, {@code flat32} and so on
 * @param description what its author says about it, or empty
 * @param vectors interrupts it serves: those declared, or if none were, those its init hooked
 * @param origin where it comes from: bundle symbolic name, version and location
 * @param state whether it can be called
 * @param reason why it is not mapped, in words; empty if it is
 * @param address physical address of its first byte, once mapped, if it takes memory
 * @param size bytes of guest memory it takes, once mapped, if any
 */
public record Program(
    String name,
    String version,
    String format,
    String description,
    List<Integer> vectors,
    String origin,
    State state,
    Optional<String> reason,
    OptionalLong address,
    OptionalLong size) {

  /** Copies the list. */
  public Program {
    vectors = List.copyOf(vectors);
  }

  /** Life of a program. */
  public enum State {
    /** In the machine and initialised; what machines are booted with is checked. */
    MAPPED,
    /**
     * A better one has its name, or higher ranked ones serve its interrupts. In the first case
     * callers who ask for its version get it.
     */
    SHADOWED,
    /** The machine, or the programs there are, do not have what it requires; that may change. */
    UNRESOLVED,
    /** Its descriptor or its image is bad, or its init did not return. */
    FAILED
  }
}
