package dev.biosgateway.x86.translate;

/**
 * What every method of every region asks before it goes on: whether enough instructions are left.
 *
 * <p>A branch of a region's own would say so as well, but the JVM's compiler leaves out branches
 * that it has not seen taken, and compiles anew when one is; and a budget ends anywhere, in each of
 * some dozens of places of a method, once in a million instructions. These methods are compiled
 * into the regions, but the JVM learns about their branches from all regions together, and so knows
 * both ways; and it leaves out no exception that it can see thrown, which then is a jump.
 */
final class Countdown {
  /** The region, or at least this method, is not to go on. */
  static final class Over extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Over() {
      super(null, null, false, false);
    }
  }

  private static final Over OVER = new Over();

  private Countdown() {}

  /**
   * What is left of {@code left} after {@code count} instructions.
   *
   * @throws Over when these are too many
   */
  static int take(int left, int count) {
    int rest = left - count;
    if (rest < 0) {
      throw OVER;
    }
    return rest;
  }

  /**
   * The same at the head of a region, where it is left for good when fewer than {@code floor} are.
   *
   * @throws Over when these are too many
   */
  static int take(int left, int count, int floor) {
    int rest = left - count;
    if (rest < floor) {
      throw OVER;
    }
    return rest;
  }

  /**
   * After a call: {@code left} is what is left, or negative when the region has been left.
   *
   * @throws Over when it has
   */
  static void goOn(int left) {
    if (left < 0) {
      throw OVER;
    }
  }
}
