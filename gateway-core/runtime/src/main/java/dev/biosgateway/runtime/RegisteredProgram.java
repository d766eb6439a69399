package dev.biosgateway.runtime;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.extension.MemoryInterceptor;
import dev.biosgateway.api.extension.PortInterceptor;
import dev.biosgateway.api.spi.MappedProgram;
import dev.biosgateway.api.spi.ProgramImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
   * The order in the machine: devices and interceptors in Java before all else, so that inits find
   * them; in memory those that want a certain address before those that take what is free, then the
   * better ranked, so that what a user named is placed first; then as they were installed.
   */
  static final Comparator<RegisteredProgram> MACHINE_ORDER =
      Comparator.comparing((RegisteredProgram p) -> !p.isDevice())
          .thenComparing(p -> !p.isInterceptor())
          .thenComparing(p -> p.image.address().isEmpty())
          .thenComparing(p -> p.descriptor.ranking(), Comparator.reverseOrder())
          .thenComparing(RegisteredProgram::order);

  private final Bundle bundle;
  private final int index;
  private final String name;
  private final ProgramDescriptor descriptor;
  private final ProgramImage image;
  private final ProgramRequirements requirements;
  private final CallPolicy policy;
  private final List<RoutineService> routines = new ArrayList<>();

  private volatile MappedProgram handle;
  private volatile ProgramException failure;
  private RegisteredProgram shadowedBy;
  private String missing;
  private boolean registeredStandingBy;
  private int registeredRanking;

  private RegisteredProgram(
      Bundle bundle,
      int index,
      String name,
      ProgramDescriptor descriptor,
      ProgramImage image,
      ProgramRequirements requirements,
      CallPolicy policy,
      ProgramException failure) {
    this.requirements = requirements;
    this.policy = policy;
    this.bundle = bundle;
    this.index = index;
    this.name = name;
    this.descriptor = descriptor;
    this.image = image;
    this.failure = failure;
  }

  /**
   * A program whose descriptor and image could be read.
   *
   * @param policy what its code may touch
   */
  static RegisteredProgram of(
      Bundle bundle,
      int index,
      ProgramDescriptor descriptor,
      ProgramImage image,
      ProgramRequirements requirements,
      CallPolicy policy) {
    return new RegisteredProgram(
        bundle,
        index,
        descriptor.name(),
        descriptor,
        image.within(policy),
        requirements,
        policy,
        null);
  }

  /** A program that failed before it could be mapped. */
  static RegisteredProgram broken(
      Bundle bundle, int index, ProgramDescriptor descriptor, ProgramException failure) {
    return new RegisteredProgram(
        bundle,
        index,
        failure.program(),
        descriptor,
        null,
        new ProgramRequirements(List.of()),
        CallPolicy.ALLOW_ALL,
        failure);
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

  ProgramRequirements requirements() {
    return requirements;
  }

  /** What its code may touch: as its bundle declares, within what the configuration lets. */
  CallPolicy policy() {
    return policy;
  }

  /** What it requires and is not there; null if nothing is missing. */
  void missing(String what) {
    missing = what;
  }

  /** The attributes that other programs' requirements are about. */
  Map<String, Object> capability() {
    Map<String, Object> attributes = new HashMap<>(descriptor.attributes());
    attributes.put("version", descriptor.version());
    return attributes;
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

  /** Whether only a better program of its own name keeps it out. */
  boolean standsBy() {
    return handle == null
        && failure == null
        && missing == null
        && shadowedBy != null
        && shadowedBy.name().equals(name);
  }

  /** Whether it has an entry that is called by its name. */
  boolean hasEntry() {
    MappedProgram mapped = handle;
    return mapped == null ? descriptor.isFlat() : mapped.entry().isPresent();
  }

  /** Whether it is a device, which requirements may be about. */
  boolean isDevice() {
    return descriptor != null && descriptor.format().equals(ProgramDescriptor.JAVA_DEVICE);
  }

  private boolean isInterceptor() {
    return image.extension(PortInterceptor.class).isPresent()
        || image.extension(MemoryInterceptor.class).isPresent();
  }

  /** Whether its routines are registered in this way. */
  boolean isRegistered(boolean standingBy, int ranking) {
    return !routines.isEmpty()
        && registeredStandingBy == standingBy
        && registeredRanking == ranking;
  }

  void registered(boolean standingBy, int ranking) {
    registeredStandingBy = standingBy;
    registeredRanking = ranking;
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

  private String shadow(RegisteredProgram better) {
    return better.name().equals(name)
        ? better
            + " is the better one of this name; callers who ask for version "
            + descriptor.version()
            + " get this one"
        : "its interrupts are served by others of higher ranking, such as " + better;
  }

  /** What callers see of it. */
  Program view() {
    MappedProgram mapped = handle;
    ProgramException error = failure;
    RegisteredProgram better = shadowedBy;
    Program.State state =
        mapped != null
            ? Program.State.MAPPED
            : error != null
                ? Program.State.FAILED
                : missing != null ? Program.State.UNRESOLVED : Program.State.SHADOWED;
    String reason =
        mapped != null
            ? null
            : error != null
                ? error.getMessage()
                : missing != null
                    ? "requires " + missing
                    : better == null ? "not mapped yet" : shadow(better);
    boolean takesMemory = mapped != null && mapped.size() > 0;
    return new Program(
        name,
        descriptor == null ? bundle.getVersion().toString() : descriptor.version().toString(),
        descriptor == null ? "" : descriptor.format(),
        descriptor == null ? "" : descriptor.description(),
        vectors(),
        bundle.getSymbolicName() + " " + bundle.getVersion() + " (" + bundle.getLocation() + ")",
        state,
        Optional.ofNullable(reason),
        takesMemory ? OptionalLong.of(mapped.address()) : OptionalLong.empty(),
        takesMemory ? OptionalLong.of(mapped.size()) : OptionalLong.empty());
  }
}
