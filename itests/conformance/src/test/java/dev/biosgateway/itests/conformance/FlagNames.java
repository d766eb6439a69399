package dev.biosgateway.itests.conformance;

/** Says which of the arithmetic flags are in a mask. */
public final class FlagNames {
  private static final String[] NAMES = {
    "CF", "", "PF", "", "AF", "", "ZF", "SF", "TF", "IF", "DF", "OF"
  };

  private FlagNames() {}

  /** Names of the flags in {@code mask}, lowest first, with a space between them. */
  public static String of(int mask) {
    StringBuilder out = new StringBuilder();
    for (int bit = 0; bit < NAMES.length; bit++) {
      out.append((mask >> bit & 1) == 0 ? "" : NAMES[bit] + " ");
    }
    return out.toString().strip();
  }
}
