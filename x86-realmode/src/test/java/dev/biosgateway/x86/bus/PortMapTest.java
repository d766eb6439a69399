package dev.biosgateway.x86.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortMapTest {
  private final UnmodelledAccess unmodelled = new UnmodelledAccess();
  private final PortMap ports = new PortMap(unmodelled);
  private final List<String> log = new ArrayList<>();

  private final PortHandler recorder =
      new PortHandler() {
        @Override
        public int in(int port, int size) {
          log.add("in%d %x".formatted(size, port));
          return port & 0xff;
        }

        @Override
        public void out(int port, int size, int value) {
          log.add("out%d %x=%x".formatted(size, port, value));
        }

        @Override
        public String toString() {
          return "recorder";
        }
      };

  @Test
  void wideAccessIsSplitToTheWidthOfTheHandler() {
    ports.map(0x3c0, 0x20, 1, recorder);
    ports.map(0xcf8, 8, 4, recorder);
    ports.out(0x3c4, 2, 0x0f02);
    assertEquals(0xc7c6c5c4, ports.in(0x3c4, 4));
    ports.out(0xcf8, 4, 0x80000000);
    assertEquals(
        List.of(
            "out1 3c4=2",
            "out1 3c5=f",
            "in1 3c4",
            "in1 3c5",
            "in1 3c6",
            "in1 3c7",
            "out4 cf8=80000000"),
        log);
  }

  @Test
  void accessThatStraddlesTwoHandlersReachesBoth() {
    ports.map(0x60, 1, 2, recorder);
    assertEquals(0xff60, ports.in(0x60, 2));
    assertEquals(List.of("in1 60"), log);
  }

  @Test
  void floatingPortsReadOnesAndAreCounted() {
    assertEquals(0xffff, ports.in(0x402, 2));
    ports.out(0xffff, 2, 0x1234);
    assertEquals(
        List.of(
            "in port 0x0402 x1", "in port 0x0403 x1", "out port 0xffff x1", "out port 0x0000 x1"),
        unmodelled.entries().stream().map(Object::toString).toList());
  }

  @Test
  void touchedPortsAreListedByNumberReadsFirst() {
    ports.map(0x20, 2, 1, recorder);
    ports.out(0x21, 1, 0);
    ports.in(0x20, 1);
    ports.in(0x21, 1);
    ports.out(0x21, 1, 0);
    assertEquals(
        List.of(
            new PortMap.Touched(0x20, false, 1),
            new PortMap.Touched(0x21, false, 1),
            new PortMap.Touched(0x21, true, 2)),
        ports.touched());
    ports.clearCounts();
    assertEquals(List.of(), ports.touched());
  }

  @Test
  void filterStopsAnAccessBeforeTheDevice() {
    ports.map(0x70, 2, 1, recorder);
    ports.setFilter((port, size, out) -> out && port == 0x70 ? "no CMOS writes" : null);
    assertEquals(0x71, ports.in(0x71, 1));
    String reason =
        assertThrows(AccessDeniedException.class, () -> ports.out(0x70, 1, 0)).getMessage();
    assertEquals("no CMOS writes", reason);
    assertEquals(List.of("in1 71"), log);
  }

  @Test
  void takenPortNamesBothSides() {
    ports.map(0x3f8, 8, 1, recorder);
    String text =
        assertThrows(IllegalStateException.class, () -> ports.map(0x3f0, 9, 1, recorder))
            .getMessage();
    assertEquals("port 0x03f8: recorder wants it, recorder has it", text);
    ports.unmap(0x3f8, 8);
    ports.map(0x3f0, 9, 1, recorder);
  }

  @Test
  void aHandlerBelongsToWhoMappedItFirstThoughItMovesLater() {
    ports.mappedBy("ide");
    ports.own(recorder);
    ports.mappedBy("last");
    ports.map(0xc000, 16, 4, recorder);
    assertEquals("ide", ports.owner(0xc000));
    ports.unmap(0xc000, 16);
    ports.map(0xd000, 16, 4, recorder);
    assertEquals("ide", ports.owner(0xd000));
    ports.disown(recorder);
    assertNull(ports.owner(0xd000));
    assertEquals(0xff, ports.in(0xd000, 1));
  }

  @Test
  void anInterposerSeesWholeAccessesOfItsPortsAndPassesThemOnOrNot() {
    ports.map(0x60, 8, 1, recorder);
    ports.setInterposer(
        new PortInterposer() {
          @Override
          public boolean interposes(int port, int size) {
            return port == 0x60;
          }

          @Override
          public int in(int port, int size) {
            log.add("front in%d".formatted(size));
            return ports.readDevice(port, size) + 1;
          }

          @Override
          public void out(int port, int size, int value) {
            log.add("front out%d".formatted(size));
          }
        });
    assertEquals(0x6161, ports.in(0x60, 2));
    ports.out(0x60, 2, 7);
    ports.out(0x61, 1, 7);
    assertEquals(List.of("front in2", "in1 60", "in1 61", "front out2", "out1 61=7"), log);
    ports.setInterposer(null);
    assertEquals(0x60, ports.in(0x60, 1));
  }
}
