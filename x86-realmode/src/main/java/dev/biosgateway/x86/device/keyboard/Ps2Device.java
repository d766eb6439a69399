package dev.biosgateway.x86.device.keyboard;

import dev.biosgateway.x86.state.Section;

/**
 * The side of a keyboard or mouse that faces the cable: answers to commands, which go first, data
 * of its own, and the byte sent last, which can be asked for again.
 */
abstract class Ps2Device {
  static final int ACKNOWLEDGE = 0xfa;
  static final int RESEND = 0xfe;
  static final int SELF_TEST_PASSED = 0xaa;

  private static final int ANSWER_MAX = 8;

  final ByteQueue data;
  private final ByteQueue answers = new ByteQueue(ANSWER_MAX);
  private int last;
  private Runnable onOutput = () -> {};

  /**
   * @param capacity bytes of data that wait at most, a power of two
   */
  Ps2Device(int capacity) {
    data = new ByteQueue(capacity);
  }

  /** Carries out a byte from the controller. */
  abstract void command(int value);

  /** Takes a byte from the controller; what was still to be answered is given up. */
  final void receive(int value) {
    answers.clear();
    command(value);
  }

  /** Sets who is told that there is something to send. */
  final void connect(Runnable listener) {
    onOutput = listener;
  }

  final boolean hasOutput() {
    return !answers.isEmpty() || !data.isEmpty();
  }

  /** The next byte for the controller. */
  final int take() {
    last = answers.isEmpty() ? data.take() : answers.take();
    return last;
  }

  final void answer(int... bytes) {
    for (int b : bytes) {
      answers.add(b);
    }
    onOutput.run();
  }

  /** Sends the last byte again: command FEh. */
  final void resendLast() {
    answer(last);
  }

  /** Tells the controller that there is new data. */
  final void announce() {
    onOutput.run();
  }

  /** Forgets what waits, as a power-on does. */
  final void forget() {
    data.clear();
    answers.clear();
    last = 0;
  }

  void save(String prefix, Section out) {
    data.save(prefix + "data", out);
    answers.save(prefix + "answers", out);
    out.put(prefix + "last", last);
  }

  void restore(String prefix, Section in) {
    data.restore(prefix + "data", in);
    answers.restore(prefix + "answers", in);
    last = in.getInt(prefix + "last");
  }
}
