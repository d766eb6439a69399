package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EflagsTest {
  @Test
  void everyCombinationOfArithmeticFlagsCanBeSetAndRead() {
    int[] bits = {Eflags.CF, Eflags.PF, Eflags.AF, Eflags.ZF, Eflags.SF, Eflags.OF};
    for (int combination = 0; combination < 1 << bits.length; combination++) {
      int c = combination;
      int value =
          IntStream.range(0, bits.length).map(i -> (c >>> i & 1) != 0 ? bits[i] : 0).sum() | 2;
      Eflags f = new Eflags();
      f.set(value);
      assertEquals(value, f.get());
      f.setCarry(true);
      assertEquals(value | Eflags.CF, f.get());
      f.setCarry(false);
      assertEquals(value & ~Eflags.CF, f.get());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, 0x12345678})
  void additionLeavesTheFlagsOfTheManual(int a) {
    for (int b : new int[] {0, 1, 8, 0x7fffffff, 0x80000000, 0xffffffff}) {
      int r = a + b;
      Eflags f = new Eflags();
      f.result = r;
      f.carries = ((a & b) | ((a | b) & ~r)) & Eflags.CARRY_MASK;
      long wide = (a & 0xffffffffL) + (b & 0xffffffffL);
      assertEquals(wide >>> 32 != 0, f.cf());
      assertEquals((long) a + b != r, f.of());
      assertEquals(((a & 15) + (b & 15)) > 15, f.af());
      assertEquals(r == 0, f.zf());
      assertEquals(r < 0, f.sf());
      assertEquals(Integer.bitCount(r & 0xff) % 2 == 0, f.pf());
    }
  }
}
