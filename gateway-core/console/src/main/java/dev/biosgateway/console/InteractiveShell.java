package dev.biosgateway.console;

/** Reads commands until there are no more. It is there only together with Gogo. */
interface InteractiveShell {
  /** Runs until the input ends or {@code exit} is read. */
  void run();
}
