package dev.biosgateway.itests.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Something that runs guests in a process of its own and passes their markers on. */
interface Engine {
  /** Laps that no run comes to the end of: the process is ended when enough were measured. */
  int ENDLESS = Integer.MAX_VALUE;

  /** Where the markers of a guest come from. */
  @FunctionalInterface
  interface Markers {
    /** Opens it; may wait until the engine has opened its end. */
    InputStream open() throws IOException;
  }

  /**
   * A guest that is running.
   *
   * @param process that runs it, and whose processor time is what a lap costs
   * @param markers what the guest writes, as soon as it writes it
   */
  record Running(Process process, Markers markers) {}

  /** Column of the table. */
  String name();

  /** Why it cannot run here; empty when it can. */
  Optional<String> missing();

  /**
   * Starts a guest.
   *
   * @param iterations in a lap
   * @param folder for files that the engine wants, empty
   */
  Running start(GuestImage guest, int iterations, Path folder) throws IOException;
}
