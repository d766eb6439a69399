package dev.biosgateway.console;

import java.util.Collection;
import java.util.List;
import java.util.function.IntSupplier;

/** Reads and runs commands until there are no more. */
@FunctionalInterface
interface InteractiveShell {
  /** Completes lines. */
  @FunctionalInterface
  interface Completer {
    /**
     * What the last word of a line could be.
     *
     * @param line up to where somebody is typing
     * @param others commands of the shell that are not the gateway's
     */
    List<String> complete(String line, Collection<String> others);
  }

  /**
   * Runs until the end of the input.
   *
   * @param status asked after each line for what its command returned
   * @param completer what Tab brings in a terminal
   * @return the status of the last line
   */
  int run(IntSupplier status, Completer completer);
}
