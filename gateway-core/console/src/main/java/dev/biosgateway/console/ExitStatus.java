package dev.biosgateway.console;

/** What the process tells its caller. */
final class ExitStatus {
  /** The routine returned, or the command did what it should. */
  static final int RETURNED = 0;

  /** The guest stopped for another reason. */
  static final int STOPPED = 1;

  /** Bad input: one line on standard error says what. */
  static final int BAD_INPUT = 2;

  /** The gateway itself failed. */
  static final int INTERNAL = 3;

  private ExitStatus() {}
}
