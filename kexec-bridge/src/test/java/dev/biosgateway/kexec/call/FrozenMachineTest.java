package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.MachineTemplate;
import dev.biosgateway.api.spi.MappedProgram;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Machines that begin as another one was. */
class FrozenMachineTest {
  private static final CallTarget EVERYTHING = new CallTarget.ProgramEntry("everything16");

  private static CallRequest request(Isolation isolation) {
    return CallRequest.builder()
        .register(Register.EAX, 0x1234)
        .buffer("out", Register.ES, Register.DI, 700)
        .isolation(isolation)
        .build();
  }

  private static BridgeMachine open(MachineTemplate template) {
    return (BridgeMachine) template.open();
  }

  @Test
  void aCloneIsTheSameInEveryByteAndAnswersTheSame() {
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(Guests.program("everything16"));
      MachineTemplate template = machine.freeze();
      try (BridgeMachine clone = open(template)) {
        WholeState.of(machine.machine()).assertSame(WholeState.of(clone.machine()), false);
        CallResult expected = machine.call(EVERYTHING, request(Isolation.ROLLBACK));
        CallResult found = clone.call(EVERYTHING, request(Isolation.ROLLBACK));
        assertTrue(found.returned(), found::toString);
        assertEquals(expected.registers(), found.registers());
        assertEquals(expected.instructions(), found.instructions());
        assertArrayEquals(expected.buffer("out"), found.buffer("out"));
        WholeState.of(machine.machine()).assertSame(WholeState.of(clone.machine()), false);
      }
      assertTrue(template.bytes() < 1 << 20, "zero pages are not held: " + template.bytes());
    }
  }

  @Test
  void whatACloneKeepsIsItsOwn() {
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(Guests.program("everything16"));
      MachineTemplate template = machine.freeze();
      WholeState before = WholeState.of(machine.machine());
      try (BridgeMachine one = open(template);
          BridgeMachine other = open(template)) {
        assertTrue(one.call(EVERYTHING, request(Isolation.KEEP)).returned());
        assertEquals(0xbeefbeef, one.machine().bus().read32(4 * 0x60));
        before.assertSame(WholeState.of(machine.machine()), false);
        before.assertSame(WholeState.of(other.machine()), false);
      }
    }
  }

  @Test
  void manyThreadsOpenAndCallAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(Guests.program("everything16"));
      MachineTemplate template = machine.freeze();
      CallResult expected = machine.call(EVERYTHING, request(Isolation.ROLLBACK));
      Callable<CallResult> caller =
          () -> {
            try (BridgeMachine clone = open(template)) {
              clone.call(EVERYTHING, request(Isolation.ROLLBACK));
              return clone.call(EVERYTHING, request(Isolation.ROLLBACK));
            }
          };
      List<Future<CallResult>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(threads.submit(caller));
      }
      for (Future<CallResult> answer : answers) {
        assertEquals(expected.registers(), answer.get().registers());
        assertEquals(expected.instructions(), answer.get().instructions());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aMachineThatIsWrittenAndReadGoesOn() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    WholeState kept;
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(Guests.program("everything16"));
      assertTrue(machine.call(EVERYTHING, request(Isolation.KEEP)).returned());
      machine.freeze().write(file);
      kept = WholeState.of(machine.machine());
    }
    ByteArrayInputStream stream = new ByteArrayInputStream(file.toByteArray());
    MachineTemplate template =
        new BridgeMachineProvider().read(MachineSettings.DEFAULT, List.of(), stream);
    assertEquals(0, stream.available(), "read to its end and no further");
    assertEquals(
        List.of("everything16"), template.programs().stream().map(p -> p.image().name()).toList());
    try (BridgeMachine machine = open(template)) {
      kept.assertSame(WholeState.of(machine.machine()), false);
      assertTrue(machine.call(EVERYTHING, request(Isolation.ROLLBACK)).returned());
    }
  }

  @Test
  void aDamagedFileIsRefusedInWords() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (BridgeMachine machine = Guests.machine()) {
      machine.freeze().write(file);
    }
    byte[] bytes = file.toByteArray();
    for (int at : List.of(0, 8, bytes.length / 2, bytes.length - 1)) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x5a;
      assertThrows(
          IOException.class,
          () ->
              new BridgeMachineProvider()
                  .read(MachineSettings.DEFAULT, List.of(), new ByteArrayInputStream(damaged)),
          "byte " + at);
    }
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - 100);
    assertThrows(
        IOException.class,
        () ->
            new BridgeMachineProvider()
                .read(MachineSettings.DEFAULT, List.of(), new ByteArrayInputStream(shorter)));
  }

  @Test
  void programsOfACloneAreNotUnmapped() {
    try (BridgeMachine machine = Guests.machine()) {
      machine.map(Guests.program("everything16"));
      MachineTemplate template = machine.freeze();
      try (BridgeMachine clone = open(template)) {
        MappedProgram program = template.programs().get(0);
        assertThrows(IllegalStateException.class, () -> clone.unmap(program));
      }
    }
  }

  @Test
  void aCloneTakesTheStateOfAnotherTemplate() {
    try (BridgeMachine machine = Guests.machine()) {
      MachineTemplate empty = machine.freeze();
      MappedProgram program = machine.map(Guests.program("everything16"));
      MachineTemplate full = machine.freeze();
      WholeState with = WholeState.of(machine.machine());
      machine.unmap(program);
      WholeState without = WholeState.of(machine.machine());
      try (BridgeMachine clone = open(empty)) {
        assertTrue(clone.become(full));
        with.assertSame(WholeState.of(clone.machine()), false);
        assertTrue(clone.call(EVERYTHING, request(Isolation.ROLLBACK)).returned());
        with.assertSame(WholeState.of(clone.machine()), false);
        assertTrue(clone.become(empty));
        without.assertSame(WholeState.of(clone.machine()), false);
        assertTrue(clone.become(full));
        clone.call(EVERYTHING, request(Isolation.KEEP));
        assertFalse(clone.become(empty), "what it has kept is not in any template");
      }
      assertFalse(machine.become(empty), "it has the way back of its programs");
    }
  }
}
