package dev.biosgateway.x86.device.floppy;

import dev.biosgateway.x86.state.Section;

/** The bytes of a command on their way in, and of its result on their way out. */
final class CommandPhases {
  /** Where a command stands, its execution aside. */
  enum Phase {
    IDLE,
    COMMAND,
    RESULT
  }

  private static final int SIZE = 16;

  private final int[] bytes = new int[SIZE];
  private final int[] results = new int[SIZE];
  private Phase phase = Phase.IDLE;
  private int received;
  private int taken;
  private int resultCount;

  void idle() {
    phase = Phase.IDLE;
    received = 0;
    taken = 0;
    resultCount = 0;
  }

  Phase phase() {
    return phase;
  }

  /** Takes a byte of a command; true when it was the last one. */
  boolean accept(int value) {
    bytes[received++] = value;
    phase = Phase.COMMAND;
    FloppyCommand command = command();
    return command == null || received == command.parameters() + 1;
  }

  /** The command whose first byte has come, null when it is invalid. */
  FloppyCommand command() {
    return FloppyCommand.of(bytes[0]);
  }

  /** The command phase, first byte first. */
  int[] bytes() {
    return bytes;
  }

  /** Begins the result phase. */
  void result(int... values) {
    System.arraycopy(values, 0, results, 0, values.length);
    resultCount = values.length;
    taken = 0;
    received = 0;
    phase = Phase.RESULT;
  }

  int takeResult() {
    int value = results[taken++];
    if (taken == resultCount) {
      idle();
    }
    return value;
  }

  void save(Section out) {
    out.put("phase", phase.ordinal()).put("received", received).put("bytes", bytes);
    out.put("results", results).put("taken", taken).put("resultCount", resultCount);
  }

  void restore(Section in) {
    phase = Phase.values()[in.getInt("phase")];
    received = in.getInt("received");
    in.getInts("bytes", bytes);
    in.getInts("results", results);
    taken = in.getInt("taken");
    resultCount = in.getInt("resultCount");
  }
}
