package dev.biosgateway.x86.screen;

import java.util.Optional;

/**
 * An adapter with a monitor: what it shows follows from its registers, its memory and, for all that
 * blinks, from the instant. Asking changes nothing in the machine. On the machine's thread only.
 */
public interface Display {
  /** What a text mode shows; empty in a graphics mode. */
  Optional<TextScreen> text();

  /** What the monitor shows at this instant, without the border. */
  ScreenPicture picture();

  /**
   * A number that differs from an earlier one when memory or registers may have changed since. What
   * only blinks does not count.
   */
  long changes();
}
