package dev.biosgateway.runtime;

import dev.biosgateway.api.GatewayException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the machines that run calls are clones of: one generation for what is mapped, and one for
 * each program that stands by and was asked for. Guarded by the registry's monitor, but for {@link
 * #current}.
 */
final class Generations {
  private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

  /** Generations for programs that stand by, at most; the eldest is forgotten. */
  private static final int STANDBY_MOST = 8;

  private final Supplier<Generation> freeze;
  private final Function<RegisteredProgram, Generation> build;
  private final Consumer<Generation> retire;
  private final Map<RegisteredProgram, Generation> standby = new LinkedHashMap<>();
  private volatile Generation current;

  /**
   * None yet.
   *
   * @param freeze makes the generation of what is mapped
   * @param build makes the one in which a program that stands by has the place of the better one
   * @param retire told of each that is forgotten
   */
  Generations(
      Supplier<Generation> freeze,
      Function<RegisteredProgram, Generation> build,
      Consumer<Generation> retire) {
    this.freeze = freeze;
    this.build = build;
    this.retire = retire;
  }

  /** The generation of what is mapped; null until somebody has wanted a clone of it. */
  Generation current() {
    return current;
  }

  /** The generation of what is mapped, made if need be. */
  Generation mapped() {
    if (current == null) {
      current = freeze.get();
    }
    return current;
  }

  /** The generation of a program that stands by, made if need be. */
  Generation of(RegisteredProgram wanted) {
    Generation known = standby.get(wanted);
    if (known != null) {
      return known;
    }
    Generation generation = build.apply(wanted);
    if (standby.size() >= STANDBY_MOST) {
      drop(standby.keySet().iterator().next());
    }
    standby.put(wanted, generation);
    return generation;
  }

  /**
   * Other programs are mapped now, or in another machine: no call begins on what was.
   *
   * @param again whether calls may come: none of them shall wait for the next program that is
   *     mapped
   */
  void forget(boolean again) {
    Generation former = current;
    current = null;
    if (former != null) {
      retire.accept(former);
    }
    List.copyOf(standby.keySet()).forEach(this::drop);
    if (former != null && again) {
      try {
        current = freeze.get();
      } catch (GatewayException e) {
        LOG.debug("Not frozen: {}", e.getMessage());
      }
    }
  }

  private void drop(RegisteredProgram program) {
    retire.accept(standby.remove(program));
  }

  /** Bytes that they hold. */
  long bytes() {
    long bytes = current == null ? 0 : current.template().bytes();
    for (Generation generation : standby.values()) {
      bytes += generation.template().bytes();
    }
    return bytes;
  }
}
