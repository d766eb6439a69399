package dev.biosgateway.runtime;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.GatewayClosedException;
import dev.biosgateway.api.GatewayException;
import dev.biosgateway.api.NoSuchRoutineException;
import dev.biosgateway.api.Program;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.extension.Extension;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.ProgramImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.VersionRange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the programs of all bundles, decides which of them are in the machine, and registers their
 * routines. Of programs with one name the best is mapped; a program is also shadowed when higher
 * ranked ones serve all the interrupts it declares.
 *
 * <p>The machine they are mapped into is the primary one. It is frozen into a {@link Generation} of
 * which the machines that run calls are clones. A program that only a better one of its name keeps
 * out stands by: callers who ask for its version get a generation in which it has the place of the
 * better one, made when the first of them comes.
 *
 * <p>Lock order: this object's monitor, then the primary machine's lease.
 */
final class ProgramRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramRegistry.class);

  private final Supplier<GuestMachine> power;
  private final GatewayLimits limits;
  private final PluginTerms terms;
  private final BootContent content;
  private final Consumer<Consumer<GatewayListener>> listeners;

  /** What listeners were told last. Guarded by this. */
  private Map<RegisteredProgram, Program.State> told = Map.of();

  private final PrimaryMachine primary;
  private final RunningCalls running = new RunningCalls();
  private final Dispatcher dispatcher;
  private final OpenSessions sessions;

  /** Guarded by this. */
  private final List<RegisteredProgram> programs = new ArrayList<>();

  private final MappedPrograms mapped;

  private final Generations generations;

  private volatile List<RoutineService> routines = List.of();
  private boolean closed;

  /**
   * A registry without programs.
   *
   * @param power opens a machine
   * @param terms bounds of calls that no program serves
   * @param content told of programs that have gone
   * @param journal told of every call that has ended
   * @param listeners gives what it is given to all who listen
   */
  ProgramRegistry(
      Supplier<GuestMachine> power,
      GatewayLimits limits,
      PluginTerms terms,
      BootContent content,
      CallJournal journal,
      Consumer<Consumer<GatewayListener>> listeners) {
    this.listeners = listeners;
    this.terms = terms;
    this.content = content;
    this.power = power;
    this.limits = limits;
    this.mapped = new MappedPrograms(running, this::number);
    this.primary = new PrimaryMachine(power, mapped::remap);
    this.dispatcher = new Dispatcher(primary, this::generation, limits, running, journal);
    this.generations =
        new Generations(() -> primary.lease(mapped::freeze), this::withStandby, this::retire);
    this.sessions = new OpenSessions(dispatcher, this::bound, limits.sessions());
  }

  /** The dispatcher of the machines that hold the programs. */
  Dispatcher dispatcher() {
    return dispatcher;
  }

  private long number() {
    return dispatcher.number();
  }

  /** The sessions that are open. */
  OpenSessions sessions() {
    return sessions;
  }

  /** Powers the primary machine on, if it is off. */
  void power() {
    primary.power(false);
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
   * Lets programs go: their routines first, then the programs themselves. Waits until the calls
   * that run with them have ended, or ends them when {@link GatewayLimits#drain} is over; sessions
   * that have them end too. Never throws.
   */
  void remove(List<RegisteredProgram> leaving) {
    synchronized (this) {
      leaving.forEach(ProgramRegistry::unregister);
    }
    String reason = "its program " + leaving + " is being removed";
    running.drain(call -> call.generation() == null, limits.drain(), reason);
    synchronized (this) {
      programs.removeAll(leaving);
      content.forget(leaving);
      settle();
    }
    List<GatewaySession> ending = sessions.endThoseWith(leaving, leaving + " has been removed");
    running.drain(
        call -> call.generation() != null && leaving.stream().anyMatch(call.generation()::holds),
        limits.drain(),
        reason);
    ending.forEach(GatewaySession::close);
  }

  /** Unregisters all routines, ends the running calls and powers the machines off. */
  void close() {
    synchronized (this) {
      closed = true;
      programs.forEach(ProgramRegistry::unregister);
      publish();
    }
    sessions.close();
    dispatcher.close();
  }

  /**
   * Puts another machine in the place of the one there is, and all programs into it: those too that
   * found no place in the former one.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if there is no such machine
   */
  synchronized void replaceMachine() {
    primary.power(true);
    generations.forget(!closed);
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

  /**
   * The best program of a name that is mapped or stands by.
   *
   * @param versions null for any
   * @throws NoSuchRoutineException if there is none; the message says why, or what there is
   */
  synchronized RegisteredProgram usable(String name, VersionRange versions) {
    List<RegisteredProgram> named =
        programs.stream().filter(program -> program.name().equals(name)).toList();
    return named.stream()
        .filter(program -> program.isMapped() || program.standsBy())
        .filter(program -> versions == null || versions.includes(program.descriptor().version()))
        .min(RegisteredProgram.BEST_FIRST)
        .orElseThrow(
            () ->
                new NoSuchRoutineException(
                    "no program \""
                        + name
                        + (versions == null ? "\"" : "\" of a version in " + versions)
                        + ": there is "
                        + (named.isEmpty() ? programs : named)
                            .stream()
                                .map(RegisteredProgram::view)
                                .map(
                                    p ->
                                        p.name()
                                            + " "
                                            + p.version()
                                            + p.reason().map(why -> " (" + why + ")").orElse(""))
                                .sorted()
                                .collect(Collectors.joining(", "))));
  }

  /** The images of the programs in Java. */
  synchronized List<ProgramImage> javaPrograms() {
    return programs.stream()
        .map(RegisteredProgram::image)
        .filter(image -> image != null && image.extension(Extension.class).isPresent())
        .toList();
  }

  /** All routines, by name; of one name the best first. */
  List<RoutineService> routines() {
    return routines;
  }

  // ---- generations

  /**
   * What machines for a caller are clones of.
   *
   * @param wanted a program that stands by; null for what is mapped
   * @throws GatewayClosedException if the registry is closed, or the program has gone
   * @throws ProgramException if the program that stands by cannot be mapped
   */
  Generation generation(RegisteredProgram wanted) {
    Generation known = generations.current();
    if (wanted == null && known != null) {
      return known;
    }
    synchronized (this) {
      if (closed) {
        throw new GatewayClosedException("the gateway is closed");
      }
      if (wanted != null && !wanted.isMapped()) {
        return generations.of(wanted);
      }
      return generations.mapped();
    }
  }

  /** A machine in which a program that stands by has the place of the better one. */
  private Generation withStandby(RegisteredProgram wanted) {
    if (!programs.contains(wanted)) {
      throw new GatewayClosedException(wanted + " has gone; look the service up again");
    }
    List<RegisteredProgram> choice = new ArrayList<>(mapped.list());
    choice.removeIf(other -> other.name().equals(wanted.name()));
    choice.add(wanted);
    choice.sort(RegisteredProgram.MACHINE_ORDER);
    GuestMachine machine = power.get();
    try {
      for (RegisteredProgram program : choice) {
        mapped.mapInto(machine, program);
      }
      return new Generation(machine.freeze(), Set.copyOf(choice));
    } finally {
      PrimaryMachine.powerOff(machine);
    }
  }

  private void retire(Generation generation) {
    if (dispatcher.pool() != null) {
      dispatcher.pool().retire(generation);
    }
  }

  private void settle() {
    if (closed) {
      return;
    }
    List<RegisteredProgram> before = mapped.list();
    boolean settled = false;
    while (!settled) {
      settled = attempt(wanted());
    }
    if (!mapped.list().equals(before)) {
      generations.forget(!closed);
    }
    int place = 0;
    for (RegisteredProgram program : ProgramRegistry.worstFirst(programs)) {
      if (program.isMapped()) {
        register(program, program.descriptor().ranking());
      } else if (program.standsBy()) {
        // Behind every program that is mapped; among those that stand by, the better one first.
        register(program, Integer.MIN_VALUE + place++);
      } else {
        unregister(program);
      }
    }
    publish();
  }

  private static List<RegisteredProgram> worstFirst(List<RegisteredProgram> programs) {
    return programs.stream()
        .sorted(
            Comparator.comparing((RegisteredProgram p) -> p.descriptor() != null)
                .thenComparing(
                    (a, b) ->
                        a.descriptor() == null || b.descriptor() == null
                            ? 0
                            : RegisteredProgram.BEST_FIRST.compare(b, a)))
        .toList();
  }

  /** The programs to be mapped, in machine order. */
  private List<RegisteredProgram> wanted() {
    Map<String, Object> machine = null;
    if (ProgramChoice.requiresAnything(programs)) {
      try {
        machine = primary.lease(GuestMachine::attributes);
      } catch (GatewayException e) {
        LOG.debug("No machine whose attributes programs could require: {}", e.getMessage());
      }
    }
    return ProgramChoice.of(programs, mapped.list(), machine);
  }

  /** What bounds calls of a target: the terms of the program that serves it. */
  CallPolicy bound(CallTarget target) {
    for (RoutineService routine : routines) {
      if (routine.target().equals(target)) {
        return routine.policy();
      }
    }
    return terms.bound();
  }

  /**
   * Brings the machine to the wanted programs; false if one failed, and the choice is to be made
   * again.
   */
  private boolean attempt(List<RegisteredProgram> wanted) {
    try {
      return primary.lease(machine -> mapped.bring(machine, wanted));
    } catch (GatewayClosedException e) {
      LOG.debug("Not mapping anything: {}", e.getMessage());
      return true;
    } catch (GatewayException e) {
      // The machine itself failed. Whoever was being mapped is to blame; if nobody was, it could
      // not be powered on, and what is not mapped will not be.
      if (wanted.stream().allMatch(program -> program.failure() == null)) {
        wanted.stream()
            .filter(program -> !program.isMapped())
            .forEach(program -> program.failed(MappedPrograms.failure(program, e)));
        return true;
      }
      return false;
    }
  }

  /** Registers the routines of a program, unless they are registered in this way already. */
  private void register(RegisteredProgram program, int ranking) {
    boolean standsBy = !program.isMapped();
    if (program.isRegistered(standsBy, ranking)) {
      return;
    }
    unregister(program);
    List<RoutineService> services = new ArrayList<>();
    for (int vector : program.vectors()) {
      services.add(
          new RoutineService(
              dispatcher,
              program,
              InterruptVectors.routineName(vector),
              new CallTarget.Interrupt(vector),
              standsBy));
    }
    if (program.hasEntry()) {
      services.add(
          new RoutineService(
              dispatcher,
              program,
              program.name(),
              new CallTarget.ProgramEntry(program.name()),
              standsBy));
    }
    services.stream().filter(service -> service.register(ranking)).forEach(program.routines()::add);
    program.registered(standsBy, ranking);
  }

  private static void unregister(RegisteredProgram program) {
    program.routines().forEach(RoutineService::unregister);
    program.routines().clear();
  }

  private void publish() {
    routines =
        programs.stream()
            .filter(program -> !program.routines().isEmpty())
            .sorted(
                Comparator.comparing((RegisteredProgram p) -> !p.isMapped())
                    .thenComparing(RegisteredProgram.BEST_FIRST))
            .flatMap(program -> program.routines().stream())
            .sorted(Comparator.comparing(RoutineService::name))
            .toList();
    tell();
  }

  private void tell() {
    Map<RegisteredProgram, Program.State> now = new LinkedHashMap<>();
    for (RegisteredProgram program : programs) {
      Program view = program.view();
      now.put(program, view.state());
      if (told.get(program) != view.state()) {
        listeners.accept(listener -> listener.programChanged(view));
      }
    }
    for (RegisteredProgram program : told.keySet()) {
      if (!now.containsKey(program)) {
        Program view = program.view();
        listeners.accept(listener -> listener.programGone(view));
      }
    }
    told = now;
  }

  /** Bytes that the generations hold. */
  synchronized long templateBytes() {
    return generations.bytes();
  }
}
