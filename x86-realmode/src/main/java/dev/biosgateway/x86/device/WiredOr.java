package dev.biosgateway.x86.device;

import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * Inputs that several wires lead to: an input is high while any of its wires is, as where devices
 * share an interrupt. The levels of the wires are part of the state, so that devices which drive
 * theirs again after a restore make no edge.
 */
public final class WiredOr {
  /** Told when an input changes its level. */
  @FunctionalInterface
  public interface Listener {
    void level(int input, boolean high);
  }

  private final Listener listener;

  /** How many wires of each input are high. */
  private final int[] highWires;

  /** The input and the level of each wire, in the order in which they were laid. */
  private int[] inputOf = new int[16];

  private byte[] levels = new byte[16];
  private Runnable beforeChange = () -> {};
  private int wires;

  /**
   * @param inputs how many
   */
  public WiredOr(int inputs, Listener listener) {
    this.highWires = new int[inputs];
    this.listener = listener;
  }

  /** Sets who is told in front of every change of a wire, even if its input stays as it is. */
  public void beforeChange(Runnable who) {
    beforeChange = who;
  }

  /** Lays a new wire to an input; to be done while devices are attached. */
  public InterruptLine wire(int input) {
    int wire = wires++;
    if (wires > levels.length) {
      levels = Arrays.copyOf(levels, 2 * levels.length);
      inputOf = Arrays.copyOf(inputOf, 2 * inputOf.length);
    }
    inputOf[wire] = input;
    return high -> drive(wire, high);
  }

  /** Takes the wire away that was laid last; it is low then. */
  public void cut() {
    drive(wires - 1, false);
    wires--;
  }

  /** Whether an input is high. */
  public boolean isHigh(int input) {
    return highWires[input] > 0;
  }

  /** Writes the levels of the wires, as a field of that name. */
  public void save(String field, Section out) {
    out.put(field, Arrays.copyOf(levels, wires));
  }

  /** Takes the levels back; the listener's own state says what it was told. */
  public void restore(String field, Section in) {
    byte[] saved = new byte[wires];
    in.getBytes(field, saved);
    Arrays.fill(highWires, 0);
    for (int wire = 0; wire < wires; wire++) {
      levels[wire] = saved[wire];
      highWires[inputOf[wire]] += saved[wire];
    }
  }

  private void drive(int wire, boolean high) {
    if (levels[wire] != 0 == high) {
      return;
    }
    beforeChange.run();
    levels[wire] = (byte) (high ? 1 : 0);
    int input = inputOf[wire];
    highWires[input] += high ? 1 : -1;
    if (highWires[input] == (high ? 1 : 0)) {
      listener.level(input, high);
    }
  }
}
