package dev.biosgateway.kexec.jump;

/** Told of every step of a jump, on the machine's thread. */
public interface KexecListener {
  /** Hears nothing. */
  KexecListener NONE = new KexecListener() {};

  /** A step begins. */
  default void entering(KexecStep step) {}

  /** A step has been undone. */
  default void left(KexecStep step) {}
}
