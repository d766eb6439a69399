package dev.biosgateway.x86.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wires that share an input, and ports that move. */
class WiredOrTest {
  private final List<String> changes = new ArrayList<>();
  private final WiredOr inputs = new WiredOr(2, (input, high) -> changes.add(input + "=" + high));

  @Test
  void anInputFollowsTheFirstThatRisesAndTheLastThatFalls() {
    InterruptLine a = inputs.wire(1);
    InterruptLine b = inputs.wire(1);
    a.set(true);
    a.set(true);
    b.set(true);
    a.set(false);
    assertTrue(inputs.isHigh(1));
    assertFalse(inputs.isHigh(0));
    b.set(false);
    assertEquals(List.of("1=true", "1=false"), changes);
  }

  @Test
  void levelsAreStateAndTellNobody() {
    List<InterruptLine> wires = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      wires.add(inputs.wire(0));
    }
    wires.get(39).set(true);
    Section saved = new Section("inputs");
    inputs.save("levels", saved);
    wires.get(39).set(false);
    wires.get(3).set(true);
    changes.clear();
    inputs.restore("levels", saved.rewind());
    wires.get(3).set(false);
    wires.get(39).set(true);
    assertEquals(List.of(), changes, "driving a wire as it was makes no edge");
    wires.get(39).set(false);
    assertEquals(List.of("0=false"), changes);
  }

  @Test
  void portsMoveWhereThereIsRoom() {
    DeviceBench bench = new DeviceBench();
    PortHandler offsets =
        new PortHandler() {
          @Override
          public int in(int offset, int size) {
            return 0x40 + offset;
          }

          @Override
          public void out(int offset, int size, int value) {}
        };
    PortWindow window = new PortWindow("window", 8, 1, offsets);
    window.attach(bench);
    window.moveTo(0xc000);
    assertEquals(0x47, bench.in(0xc007));
    window.moveTo(0xd000);
    assertEquals(0xff, bench.in(0xc007));
    assertEquals(0x41, bench.in(0xd001));
    bench.ports.map(0xe004, 1, 1, offsets);
    window.moveTo(0xe000);
    assertEquals(PortWindow.CLOSED, window.base(), "somebody is there");
    assertTrue(bench.recorded("window: moved to ports that are not free"));
    window.moveTo(0xfffc);
    assertEquals(PortWindow.CLOSED, window.base(), "beyond the last port");
    window.moveTo(0xd000);
    window.moveTo(PortWindow.CLOSED);
    assertEquals(0xff, bench.in(0xd001));
  }
}
