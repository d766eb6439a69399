package dev.biosgateway.x86.translate;

/**
 * Where regions are entered: by linear address, direct-mapped, as the buffer of that name in a
 * processor. What is in it is what the interpreter came to; whether a region can be entered in the
 * mode of the moment is for the region to say.
 */
final class BranchTargetBuffer {
  private static final int ENTRIES = 1 << 12;

  private final int[] addresses = new int[ENTRIES];
  private final Region[] regions = new Region[ENTRIES];

  /** The region with code and an entry at {@code linear}; null when none is known. */
  Region at(int linear) {
    int slot = slot(linear);
    Region region = regions[slot];
    return region != null && addresses[slot] == linear && region.valid() ? region : null;
  }

  void put(int linear, Region region) {
    int slot = slot(linear);
    addresses[slot] = linear;
    regions[slot] = region;
  }

  void clear() {
    java.util.Arrays.fill(regions, null);
  }

  private static int slot(int linear) {
    return (linear ^ linear >>> 12) & ENTRIES - 1;
  }
}
