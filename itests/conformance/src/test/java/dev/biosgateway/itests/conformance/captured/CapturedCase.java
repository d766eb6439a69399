package dev.biosgateway.itests.conformance.captured;

import java.util.HexFormat;

/**
 * One instruction of a real processor, captured by its bus cycles: registers and memory before and
 * after.
 *
 * @param number of the case in its file
 * @param name the instruction as text
 * @param bytes its bytes
 * @param registers values before, in the order of {@link #REGISTERS}
 * @param memory bytes before, as address and value
 * @param finalRegisters values after; what did not change has the value from before
 * @param finalMemory bytes after
 * @param exception vector of the exception that was raised, -1 for none or where the file does not
 *     say
 */
record CapturedCase(
    int number,
    String name,
    byte[] bytes,
    int[] registers,
    int[][] memory,
    int[] finalRegisters,
    int[][] finalMemory,
    int exception) {
  /** Order of the registers, as both formats have it. */
  static final String[] REGISTERS = {
    "ax", "bx", "cx", "dx", "cs", "ss", "ds", "es", "sp", "bp", "si", "di", "ip", "flags"
  };

  static final int CS = 4;
  static final int SS = 5;
  static final int DS = 6;
  static final int ES = 7;
  static final int SP = 8;
  static final int IP = 12;
  static final int FLAGS = 13;

  /** Number, text and bytes, for messages. */
  String title() {
    return "#%d %s [%s]".formatted(number, name, HexFormat.of().formatHex(bytes));
  }
}
