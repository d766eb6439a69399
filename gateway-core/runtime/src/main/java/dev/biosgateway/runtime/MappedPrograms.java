package dev.biosgateway.runtime;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.GuestMachine;
import dev.biosgateway.api.spi.MappedProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs in the primary machine, in the order in which they lie there. Programs lie in a
 * fixed order, whichever came first; so taking one out means taking out those behind it and putting
 * them back. Guarded by the machine's lease; read under the registry's monitor too, which alone
 * lets the machine be changed.
 */
final class MappedPrograms {
  private static final Logger LOG = LoggerFactory.getLogger(MappedPrograms.class);

  private final RunningCalls running;
  private final LongSupplier numbers;
  private final List<RegisteredProgram> mapped = new ArrayList<>();

  /**
   * No programs.
   *
   * @param running limits inits in time, as calls
   * @param numbers gives inits their numbers
   */
  MappedPrograms(RunningCalls running, LongSupplier numbers) {
    this.running = running;
    this.numbers = numbers;
  }

  /** A copy, in machine order. */
  List<RegisteredProgram> list() {
    return List.copyOf(mapped);
  }

  /** Freezes the machine with the programs in it. */
  Generation freeze(GuestMachine machine) {
    return new Generation(machine.freeze(), Set.copyOf(mapped));
  }

  /** Puts the programs into a new machine; what does not fit any more failed. */
  void remap(GuestMachine machine) {
    List<RegisteredProgram> before = list();
    mapped.clear();
    before.forEach(program -> program.mappedAs(null));
    before.forEach(program -> map(machine, program));
  }

  /**
   * Unmaps from the first difference on, then maps what is missing.
   *
   * @return false if a program failed, and the choice is to be made again
   */
  boolean bring(GuestMachine machine, List<RegisteredProgram> wanted) {
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
      MappedProgram handle = mapInto(machine, program);
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

  /** Maps a program into any machine, without a note of it. */
  MappedProgram mapInto(GuestMachine machine, RegisteredProgram program) {
    return running.limited(
        numbers.getAsLong(),
        "init of " + program.name(),
        machine,
        Generation.TO_COME,
        CallRequest.DEFAULT_TIMEOUT,
        call -> machine.map(program.image()));
  }

  /** What is said of a program when the machine itself failed. */
  static ProgramException failure(RegisteredProgram program, Throwable cause) {
    return ProgramException.of(program.name(), "machine")
        .file(program.descriptor().path())
        .expected("a machine that maps it")
        .found(String.valueOf(cause.getMessage()))
        .cause(cause)
        .build();
  }
}
