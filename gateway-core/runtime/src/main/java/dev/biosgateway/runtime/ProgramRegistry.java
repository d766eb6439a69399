package dev.biosgateway.runtime;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MappedProgram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the programs of all bundles, decides which of them are in the machine, and registers their
 * routines. Of programs with one name the best is mapped; a program is also shadowed when higher
 * ranked ones serve all the interrupts it declares. Programs lie in the machine in a fixed order,
 * as adapters in slots, whichever came first; so taking one out means taking out those behind it
 * and putting them back. What a call changed with {@code Isolation.KEEP} since the first of them
 * was mapped is lost by that.
 *
 * <p>Lock order: this object's monitor, then the machine's lease.
 */
final class ProgramRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramRegistry.class);

  private final Dispatcher dispatcher;

  /** Guarded by this. */
  private final List<RegisteredProgram> programs = new ArrayList<>();

  /** In the order in which they lie in the machine. Guarded by the machine's lease. */
  private final List<RegisteredProgram> mapped = new ArrayList<>();

  private volatile List<RoutineService> routines = List.of();
  private boolean closed;

  /**
   * A registry without programs.
   *
   * @param power opens a machine
   */
  ProgramRegistry(Supplier<GuestMachine> power) {
    this.dispatcher = new Dispatcher(power, this::remap);
  }

  /** The dispatcher of the machine that holds the programs. */
  Dispatcher dispatcher() {
    return dispatcher;
  }

  /** Takes in all programs of a bundle and maps what is to be mapped now. Never throws. */
  synchronized void add(List<RegisteredProgram> added) {
    for (RegisteredProgram program : added) {
      if (program.failure() != null) {
        LOG.warn("{}", program.failure().getMessage());
      }
    }
    programs.addAll(added);
    programs.sort(Comparator.comparingLong(RegisteredProgram::order));
    settle();
  }

  /**
   * Lets all programs of a bundle go: their routines first, then, when running calls have ended,
   * the programs themselves. Never throws.
   */
  synchronized void remove(Bundle bundle) {
    for (RegisteredProgram program : programs) {
      if (program.bundle() == bundle) {
        unregister(program);
      }
    }
    programs.removeIf(program -> program.bundle() == bundle);
    settle();
  }

  /** Unregisters all routines, ends the running call and powers the machine off. */
  void close() {
    synchronized (this) {
      closed = true;
      programs.forEach(ProgramRegistry::unregister);
      publish();
    }
    dispatcher.close();
  }

  /**
   * Puts another machine in the place of the one there is, and all programs into it: those too that
   * found no place in the former one.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if there is no such machine
   */
  synchronized void replaceMachine() {
    dispatcher.power(true);
    programs.forEach(RegisteredProgram::retry);
    settle();
  }

  /** All programs, by name. */
  synchronized List<Program> programs() {
    return programs.stream()
        .map(RegisteredProgram::view)
        .sorted(Comparator.comparing(Program::name))
        .toList();
  }

  /** The programs of one bundle, in the order of its manifest. */
  synchronized List<Program> programs(Bundle bundle) {
    return programs.stream()
        .filter(program -> program.bundle() == bundle)
        .map(RegisteredProgram::view)
        .toList();
  }

  /** Why the first program of a bundle that failed did so; null if none did. */
  synchronized ProgramException failure(Bundle bundle) {
    return programs.stream()
        .filter(program -> program.bundle() == bundle && program.failure() != null)
        .map(RegisteredProgram::failure)
        .findFirst()
        .orElse(null);
  }

  /** All routines, by name; of one name the best first. */
  List<RoutineService> routines() {
    return routines;
  }

  /** Under the lease: puts the programs into a new machine; what does not fit any more failed. */
  private void remap(GuestMachine machine) {
    List<RegisteredProgram> before = List.copyOf(mapped);
    mapped.clear();
    before.forEach(program -> program.mappedAs(null));
    before.forEach(program -> map(machine, program));
  }

  private void settle() {
    if (closed) {
      return;
    }
    boolean settled = false;
    while (!settled) {
      settled = attempt(wanted());
    }
    for (RegisteredProgram program : programs) {
      if (!program.isMapped()) {
        unregister(program);
      } else if (program.routines().isEmpty()) {
        register(program);
      }
    }
    publish();
  }

  /** The programs to be mapped, in machine order; marks those that are shadowed. */
  private List<RegisteredProgram> wanted() {
    List<RegisteredProgram> best = new ArrayList<>();
    Map<String, RegisteredProgram> byName = new LinkedHashMap<>();
    List<RegisteredProgram> candidates =
        programs.stream()
            .filter(program -> program.failure() == null)
            .sorted(RegisteredProgram.BEST_FIRST)
            .toList();
    for (RegisteredProgram program : candidates) {
      RegisteredProgram better = byName.get(program.name());
      if (better == null) {
        better = servesAllOf(program, best);
      }
      program.shadowedBy(better);
      if (better == null) {
        byName.put(program.name(), program);
        best.add(program);
      }
    }
    best.sort(RegisteredProgram.MACHINE_ORDER);
    return best;
  }

  /** One of the higher ranked programs that together serve every vector the program declares. */
  private static RegisteredProgram servesAllOf(
      RegisteredProgram program, List<RegisteredProgram> accepted) {
    Set<Integer> open = new TreeSet<>(program.descriptor().vectors());
    RegisteredProgram better = null;
    if (!open.isEmpty()) {
      for (RegisteredProgram other : accepted) {
        if (other.descriptor().ranking() > program.descriptor().ranking()
            && open.removeAll(other.vectors())) {
          better = other;
        }
      }
    }
    return open.isEmpty() ? better : null;
  }

  /**
   * Brings the machine to the wanted programs; false if one failed, and the choice is to be made
   * again.
   */
  private boolean attempt(List<RegisteredProgram> wanted) {
    try {
      return dispatcher.lease(machine -> bring(machine, wanted));
    } catch (GatewayClosedException e) {
      LOG.debug("Not mapping anything: {}", e.getMessage());
      return true;
    } catch (GatewayException e) {
      // The machine itself failed. Whoever was being mapped is to blame; if nobody was, it could
      // not be powered on, and what is not mapped will not be.
      if (wanted.stream().allMatch(program -> program.failure() == null)) {
        wanted.stream()
            .filter(program -> !program.isMapped())
            .forEach(program -> program.failed(failure(program, e)));
        return true;
      }
      return false;
    }
  }

  /** Under the lease: unmaps from the first difference on, then maps what is missing. */
  private boolean bring(GuestMachine machine, List<RegisteredProgram> wanted) {
    int same = 0;
    while (same < mapped.size() && same < wanted.size() && mapped.get(same) == wanted.get(same)) {
      same++;
    }
    while (mapped.size() > same) {
      RegisteredProgram last = mapped.get(mapped.size() - 1);
      machine.unmap(last.handle());
      last.mappedAs(null);
      mapped.remove(mapped.size() - 1);
      LOG.debug("Unmapped {}", last);
    }
    for (RegisteredProgram program : wanted.subList(same, wanted.size())) {
      if (!map(machine, program)) {
        return false;
      }
    }
    return true;
  }

  private boolean map(GuestMachine machine, RegisteredProgram program) {
    try {
      MappedProgram handle =
          dispatcher.limited(
              machine, CallRequest.DEFAULT_TIMEOUT, leased -> leased.map(program.image()));
      program.mappedAs(handle);
      mapped.add(program);
      LOG.debug("Mapped {} at 0x{}", program, Long.toHexString(handle.address()));
      return true;
    } catch (ProgramException e) {
      LOG.warn("{}", e.getMessage());
      program.failed(e);
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      program.failed(failure(program, e));
      throw e;
    }
  }

  private static ProgramException failure(RegisteredProgram program, Throwable cause) {
    return ProgramException.of(program.name(), "machine")
        .file(program.descriptor().path())
        .expected("a machine that maps it")
        .found(String.valueOf(cause.getMessage()))
        .cause(cause)
        .build();
  }

  private void register(RegisteredProgram program) {
    List<RoutineService> services = new ArrayList<>();
    for (int vector : program.vectors()) {
      services.add(
          new RoutineService(
              dispatcher,
              program,
              InterruptVectors.routineName(vector),
              new CallTarget.Interrupt(vector)));
    }
    if (program.handle().entry().isPresent()) {
      services.add(
          new RoutineService(
              dispatcher, program, program.name(), new CallTarget.ProgramEntry(program.name())));
    }
    services.stream().filter(RoutineService::register).forEach(program.routines()::add);
  }

  private static void unregister(RegisteredProgram program) {
    program.routines().forEach(RoutineService::unregister);
    program.routines().clear();
  }

  private void publish() {
    routines =
        programs.stream()
            .filter(RegisteredProgram::isMapped)
            .sorted(RegisteredProgram.BEST_FIRST)
            .flatMap(program -> program.routines().stream())
            .sorted(Comparator.comparing(RoutineService::name))
            .toList();
  }
}
