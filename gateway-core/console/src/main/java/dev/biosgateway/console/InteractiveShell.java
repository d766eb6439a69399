package dev.biosgateway.console;

import java.util.function.IntSupplier;

/** Reads and runs commands until there are no more. */
@FunctionalInterface
interface InteractiveShell {
  /**
   * Runs until the end of the input.
   *
   * @param status asked after each line for what its command returned
   * @return the status of the last line
   */
  int run(IntSupplier status);
}
