package dev.biosgateway.x86.board;

import dev.biosgateway.x86.device.Device;
import java.util.List;

/** A main board: a list of devices. Immutable; safe for use by any thread. */
public interface Board {

  /** Name, as {@link Boards#named} takes it. */
  String name();

  /** One line about what it is for. */
  String summary();

  /** New devices, in the order in which they are attached: who is asked for comes first. */
  List<Device> devices(Fitting fitting);
}
