package dev.biosgateway.x86.translate;

/** What a generated class extends: the code of one region. */
public abstract class RegionCode {
  /**
   * Runs from the region's head until it is left; registers, flags and EIP are in the CPU then, as
   * are those of the instruction that raised an exception.
   *
   * @param left how many instructions may retire, as many as the first block has at least
   * @return how many of them did not
   */
  public abstract int run(int left);
}
