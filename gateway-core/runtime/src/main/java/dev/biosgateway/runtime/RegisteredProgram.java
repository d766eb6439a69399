package dev.biosgateway.runtime;

import dev.biosgateway.api.Program;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.framework.Bundle;

/**
 * One program of one bundle: what its descriptor says and what became of it. The registry changes
 * it under its own lock; the handle alone also changes under the machine's lease.
 */
final class RegisteredProgram {
  /** The better one first: ranking, then version, then the bundle that came first. */
  static final Comparator<RegisteredProgram> BEST_FIRST =
      Comparator.comparingInt((RegisteredProgram p) -> p.descriptor.ranking())
          .thenComparing(p -> p.descriptor.version())
          .reversed()
          .thenComparing(RegisteredProgram::order, Comparator.naturalOrder());

  /**
   * The order in memory: those that want a certain address before those that take what is free,
   * then the better ranked, so that what a user named is placed first; then as they were installed.
   */
  static final Comparator<RegisteredProgram> MACHINE_ORDER =
      Comparator.comparing((RegisteredProgram p) -> p.image.address().isEmpty())
          .thenComparing(p -> p.descriptor.ranking(), Comparator.reverseOrder())
          .thenComparing(RegisteredProgram::order);

  private final Bundle bundle;
  private final int index;
  private final String name;
  private final ProgramDescriptor descriptor;
  private final ProgramImage image;
  private final List<RoutineService> routines = new ArrayList<>();

  private volatile MappedProgram handle;
  private volatile ProgramException failure;
  private RegisteredProgram shadowedBy;

  private RegisteredProgram(
      Bundle bundle,
      int index,
      String name,
      ProgramDescriptor descriptor,
      ProgramImage image,
      ProgramException failure) {
    this.bundle = bundle;
    this.index = index;
    this.name = name;
    this.descriptor = descriptor;
    this.image = image;
    this.failure = failure;
  }

  /** A program whose descriptor and image could be read. */
  static RegisteredProgram of(
      Bundle bundle, int index, ProgramDescriptor descriptor, ProgramImage image) {
    return new RegisteredProgram(bundle, index, descriptor.name(), descriptor, image, null);
  }

  /** A program that failed before it could be mapped. */
  static RegisteredProgram broken(
      Bundle bundle, int index, ProgramDescriptor descriptor, ProgramException failure) {
    return new RegisteredProgram(bundle, index, failure.program(), descriptor, null, failure);
  }

  Bundle bundle() {
    return bundle;
  }

  String name() {
    return name;
  }

  ProgramDescriptor descriptor() {
    return descriptor;
  }

  ProgramImage image() {
    return image;
  }

  List<RoutineService> routines() {
    return routines;
  }

  /** Where it stands among all programs: by bundle, then as in its manifest. */
  long order() {
    return bundle.getBundleId() << 16 | index;
  }

  MappedProgram handle() {
    return handle;
  }

  boolean isMapped() {
    return handle != null;
  }

  void mappedAs(MappedProgram mapped) {
    handle = mapped;
  }

  ProgramException failure() {
    return failure;
  }

  void failed(ProgramException why) {
    handle = null;
    failure = why;
  }

  /** Forgets a failure of the machine's; one of the bundle's own stays. */
  void retry() {
    if (image != null) {
      failure = null;
    }
  }

  void shadowedBy(RegisteredProgram better) {
    shadowedBy = better;
  }

  /** The interrupts it serves: those declared, or if it declares none, those its init hooked. */
  List<Integer> vectors() {
    MappedProgram mapped = handle;
    if (descriptor == null) {
      return List.of();
    }
    if (!descriptor.vectors().isEmpty() || mapped == null) {
      return descriptor.vectors();
    }
    return InterruptVectors.callable(mapped.vectorsHooked());
  }

  /** {@code vga 1.0.0 of dev.biosgateway.vga-rom}. */
  @Override
  public String toString() {
    String version = descriptor == null ? "" : " " + descriptor.version();
    return name + version + " of " + bundle.getSymbolicName();
  }

  /** What callers see of it. */
  Program view() {
    MappedProgram mapped = handle;
    ProgramException error = failure;
    RegisteredProgram better = shadowedBy;
    Program.State state =
        mapped != null
            ? Program.State.MAPPED
            : error != null ? Program.State.FAILED : Program.State.SHADOWED;
    String reason =
        mapped != null
            ? null
            : error != null
                ? error.getMessage()
                : better == null ? "not mapped yet" : "served by " + better;
    return new Program(
        name,
        descriptor == null ? bundle.getVersion().toString() : descriptor.version().toString(),
        descriptor == null ? "" : descriptor.format(),
        descriptor == null ? "" : descriptor.description(),
        vectors(),
        bundle.getSymbolicName() + " " + bundle.getVersion() + " (" + bundle.getLocation() + ")",
        state,
        Optional.ofNullable(reason),
        mapped == null ? OptionalLong.empty() : OptionalLong.of(mapped.address()),
        mapped == null ? OptionalLong.empty() : OptionalLong.of(mapped.size()));
  }
}
