package dev.biosgateway.x86.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class SectionTest {
  private static Section sample(int imr, int lastByte) {
    return new Section("pic8259")
        .put("imr", imr)
        .put("autoEoi", true)
        .put("fifo", new byte[] {1, 2, (byte) lastByte})
        .put("levels", new int[] {0x80000000, 7});
  }

  @Test
  void readsBackWhatWasWritten() {
    Section s = sample(0xff, 3);
    assertEquals(0xff, s.getInt("imr"));
    assertEquals(true, s.getBoolean("autoEoi"));
    byte[] fifo = new byte[3];
    s.getBytes("fifo", fifo);
    assertArrayEquals(new byte[] {1, 2, 3}, fifo);
    int[] levels = new int[2];
    s.getInts("levels", levels);
    assertArrayEquals(new int[] {0x80000000, 7}, levels);
  }

  @Test
  void wrongOrderOrShapeNamesWhatWasExpectedAndFound() {
    assertEquals(
        "section pic8259: expected field irr, found imr",
        assertThrows(StateException.class, () -> sample(1, 1).getInt("irr")).getMessage());
    Section s = sample(1, 1).rewind();
    s.getInt("imr");
    s.getBoolean("autoEoi");
    assertEquals(
        "section pic8259, field fifo: holds 3 bytes, the component takes 4",
        assertThrows(StateException.class, () -> s.getBytes("fifo", new byte[4])).getMessage());
    Section end = new Section("empty");
    assertEquals(
        "section empty: expected field a, found the end of the section",
        assertThrows(StateException.class, () -> end.getLong("a")).getMessage());
  }

  @Test
  void differencesAreNamedByField() {
    assertEquals(List.of(), sample(1, 3).differences(sample(1, 3)));
    assertEquals(sample(1, 3), sample(1, 3));
    assertEquals(sample(1, 3).hashCode(), sample(1, 3).hashCode());
    assertNotEquals(sample(1, 3), sample(2, 3));
    assertEquals(
        List.of("pic8259.imr: 0x1, other 0x2", "pic8259.fifo: differs from byte 0x2 on"),
        sample(1, 3).differences(sample(2, 4)));
    assertEquals(
        List.of("pic8259: another shape than pit8254"),
        sample(1, 3).differences(new Section("pit8254")));
  }

  @Test
  void clearedSectionCanBeFilledAgain() {
    Section s = sample(1, 3).clear();
    assertEquals(List.of(), s.fields());
    for (int i = 0; i < 40; i++) {
      s.put("f" + i, i);
    }
    for (int i = 0; i < 40; i++) {
      assertEquals(i, s.getInt("f" + i));
    }
  }
}
