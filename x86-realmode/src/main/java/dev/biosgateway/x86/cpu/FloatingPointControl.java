package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.fpu.EnvironmentImage;
import dev.biosgateway.x86.fpu.Fpu;
import dev.biosgateway.x86.isa.Insn;

/** FLDENV, FNSTENV, FRSTOR, FNSAVE: images of the unit in memory (SDM vol. 1, 8.1.10). */
final class FloatingPointControl {
  private FloatingPointControl() {}

  static void storeEnvironment(Cpu c, Fpu f, Insn i) {
    store(c, f, i, false);
    f.environment.maskExceptions();
  }

  static void save(Cpu c, Fpu f, Insn i) {
    store(c, f, i, true);
    f.initialize();
  }

  static void loadEnvironment(Cpu c, Fpu f, Insn i) {
    load(c, f, i, false);
  }

  static void restore(Cpu c, Fpu f, Insn i) {
    load(c, f, i, true);
  }

  private static void store(Cpu c, Fpu f, Insn i, boolean registers) {
    int length = EnvironmentImage.length(i.is32(), registers);
    int linear = c.loadStore.writable(i.segment, i.address(c.gpr), length);
    c.loadStore.probeWrite(linear, length);
    f.environment.build(i.is32(), hasSelectors(c), registers);
    byte[] image = f.environment.bytes();
    for (int at = 0; at < length; at += 2) {
      int word = image[at] & 0xff | (image[at + 1] & 0xff) << 8;
      c.loadStore.storeLinear16(linear + at, word);
    }
  }

  private static void load(Cpu c, Fpu f, Insn i, boolean registers) {
    int length = EnvironmentImage.length(i.is32(), registers);
    int linear = c.loadStore.readable(i.segment, i.address(c.gpr), length);
    byte[] image = f.environment.bytes();
    for (int at = 0; at < length; at += 2) {
      int word = c.loadStore.linear16(linear + at);
      image[at] = (byte) word;
      image[at + 1] = (byte) (word >> 8);
    }
    f.environment.load(i.is32(), hasSelectors(c), registers);
  }

  private static boolean hasSelectors(Cpu c) {
    return c.protectedMode() && !c.virtual8086();
  }
}
