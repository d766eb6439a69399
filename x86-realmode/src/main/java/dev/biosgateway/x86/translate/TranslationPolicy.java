package dev.biosgateway.x86.translate;

import java.util.Locale;

/** When guest code is translated. State, counts and time are the same with each. */
public enum TranslationPolicy {
  /** Never: the interpreter does everything. */
  OFF(0, false),
  /**
   * What is hot, by a thread in the background; the guest goes on interpreted meanwhile. A region
   * costs the JVM tens of milliseconds, which a kernel that boots has to gain with it: a quarter as
   * many executions had it lose a second of processor time.
   */
  HOT(32_000, true),
  /**
   * What is very hot, by a thread in the background: for machines that live for many short calls,
   * in which the JVM would spend more on a class than that call after call has to gain.
   */
  VERY_HOT(1_000_000, true),
  /** What is hot, at once: when a run must not depend on the host's load even in its speed. */
  HOT_AT_ONCE(1500, false),
  /** Everything, when it is executed for the first time: for tests. */
  ALWAYS(0, false);

  /** System property with the policy of machines whose configuration names none. */
  public static final String PROPERTY = "biosgateway.translation";

  private final int heat;
  private final boolean background;

  TranslationPolicy(int heat, boolean background) {
    this.heat = heat;
    this.background = background;
  }

  /** How often the head of a block is reached before it is translated. */
  int heat() {
    return heat;
  }

  boolean inBackground() {
    return background;
  }

  /**
   * What {@link #PROPERTY} names, in lower case and with hyphens; {@code otherwise} without it.
   *
   * @throws IllegalArgumentException when it names none; the message lists those that exist
   */
  public static TranslationPolicy ofProperty(TranslationPolicy otherwise) {
    String name = System.getProperty(PROPERTY);
    return name == null ? otherwise : named(name);
  }

  /**
   * The policy with that name: off, hot, very-hot, hot-at-once or always.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static TranslationPolicy named(String name) {
    for (TranslationPolicy policy : values()) {
      if (policy.toString().equals(name)) {
        return policy;
      }
    }
    throw new IllegalArgumentException(
        "translation: expected off, hot, very-hot, hot-at-once or always, found '" + name + "'");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
