package dev.biosgateway.x86.device.vga;

import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/** The video DAC: 256 colours of three components, written and read in threes at 3C9h. */
final class Dac {
  /** What 3C7h reads after a read, respectively a write address was set. */
  private static final int STATE_READ = 3;

  private static final int STATE_WRITE = 0;

  private final byte[] components = new byte[256 * 3];
  private int pelMask;
  private int state;
  private int readAddress;
  private int writeAddress;

  /** 0 red, 1 green, 2 blue: which component the next access is for. */
  private int component;

  /** A colour takes effect when its third component has been written. */
  private final byte[] pending = new byte[3];

  private boolean eightBits;

  void reset() {
    Arrays.fill(components, (byte) 0);
    Arrays.fill(pending, (byte) 0);
    pelMask = 0xff;
    state = STATE_WRITE;
    readAddress = 0;
    writeAddress = 0;
    component = 0;
    eightBits = false;
  }

  /** Bochs display interface: components of 8 instead of 6 bits. */
  void setEightBits(boolean on) {
    eightBits = on;
  }

  int pelMask() {
    return pelMask;
  }

  void setPelMask(int value) {
    pelMask = value;
  }

  int state() {
    return state;
  }

  void setReadAddress(int value) {
    readAddress = value;
    state = STATE_READ;
    component = 0;
  }

  int writeAddress() {
    return writeAddress;
  }

  void setWriteAddress(int value) {
    writeAddress = value;
    state = STATE_WRITE;
    component = 0;
  }

  int readData() {
    int value = components[readAddress * 3 + component] & 0xff;
    component = (component + 1) % 3;
    if (component == 0) {
      readAddress = readAddress + 1 & 0xff;
    }
    return value;
  }

  void writeData(int value) {
    pending[component] = (byte) (eightBits ? value : value & 0x3f);
    component = (component + 1) % 3;
    if (component == 0) {
      System.arraycopy(pending, 0, components, writeAddress * 3, 3);
      writeAddress = writeAddress + 1 & 0xff;
    }
  }

  /** A colour as 0xRRGGBB, 8 bits each. */
  int rgb(int color) {
    int at = (color & pelMask) * 3;
    int rgb = 0;
    for (int i = 0; i < 3; i++) {
      int c = components[at + i] & 0xff;
      rgb = rgb << 8 | (eightBits ? c : (c & 0x3f) << 2 | (c & 0x3f) >>> 4);
    }
    return rgb;
  }

  void save(Section out) {
    out.put("dac", components).put("dac.pelMask", pelMask).put("dac.state", state);
    out.put("dac.read", readAddress).put("dac.write", writeAddress);
    out.put("dac.component", component).put("dac.pending", pending);
    out.put("dac.eightBits", eightBits);
  }

  void restore(Section in) {
    in.getBytes("dac", components);
    pelMask = in.getInt("dac.pelMask");
    state = in.getInt("dac.state");
    readAddress = in.getInt("dac.read");
    writeAddress = in.getInt("dac.write");
    component = in.getInt("dac.component");
    in.getBytes("dac.pending", pending);
    eightBits = in.getBoolean("dac.eightBits");
  }
}
