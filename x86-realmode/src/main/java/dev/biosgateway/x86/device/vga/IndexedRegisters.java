package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;
import java.util.List;

/** Registers behind an index: how the sequencer, the CRTC and the graphics controller are built. */
final class IndexedRegisters {
  private final String name;
  private final List<RegisterBits> map;
  private final UnmodelledAccess unmodelled;
  private final byte[] values;
  private final String[] reserved;

  /** Bits of the index register. */
  private final int indexBits;

  private int index;

  IndexedRegisters(
      String name, int indexBits, List<RegisterBits> map, UnmodelledAccess unmodelled) {
    this.name = name;
    this.indexBits = indexBits;
    this.map = map;
    this.unmodelled = unmodelled;
    values = new byte[map.size()];
    reserved =
        map.stream()
            .map(r -> "%s %s: reserved bits".formatted(name, r.name()))
            .toArray(String[]::new);
  }

  void reset() {
    Arrays.fill(values, (byte) 0);
    index = 0;
  }

  int index() {
    return index;
  }

  void select(int value) {
    index = value & indexBits;
  }

  /** A register's value, 0 to 255. */
  int get(int register) {
    return values[register] & 0xff;
  }

  int read() {
    if (index < values.length) {
      return values[index] & 0xff;
    }
    unmodelled.record("%s: read of register %02Xh".formatted(name, index));
    return 0;
  }

  void write(int value) {
    if (index < values.length) {
      put(index, value);
    } else {
      unmodelled.record("%s: write of register %02Xh".formatted(name, index));
    }
  }

  void put(int register, int value) {
    int bits = map.get(register).bits();
    if ((value & ~bits & ~map.get(register).formerly() & 0xff) != 0) {
      unmodelled.record(reserved[register]);
    }
    values[register] = (byte) (value & bits);
  }

  void save(Section out) {
    out.put(name + ".index", index).put(name, values);
  }

  void restore(Section in) {
    index = in.getInt(name + ".index");
    in.getBytes(name, values);
  }
}
