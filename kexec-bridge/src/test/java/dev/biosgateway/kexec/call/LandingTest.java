package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.BufferPointer;
import dev.biosgateway.api.CallBuffer;
import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.PortRange;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.jump.KexecListener;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.bus.PortMap;
import dev.biosgateway.x86.cpu.Trap;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls that begin where a jump is held, beside the same calls that go all the way: what the
 * routine finds, what it answers and what is left are the same, to the last bit.
 */
class LandingTest {
  /** Calls that are placed alike before a jump is held, and some. */
  private static final int MANY = 40;

  private static final CallTarget CODE = new CallTarget.FarCall(new FarPointer(0x3000, 0));
  private static final int CODE_AT = 0x30000;

  private static BridgeMachine machine(String board) {
    return new BridgeMachine(
        MachineConfig.DEFAULT.withBoard(Boards.named(board)).withMemory(4 << 20), PagingMode.PAE);
  }

  /** Puts a routine where {@link #CODE} is. */
  private static void load(BridgeMachine machine, byte... code) {
    machine.machine().bus().load(CODE_AT, code);
    machine.keep();
  }

  /** Has every call go all the way. */
  private static void observe(BridgeMachine machine) {
    machine.kernelKexec().setListener(new KexecListener() {});
  }

  /** Whether a call of a machine takes less than the way there and back. */
  private static boolean holds(BridgeMachine machine, CallTarget target, CallRequest request) {
    long before = machine.execution().get("instructions");
    CallResult result = machine.call(target, request);
    return machine.execution().get("instructions") - before < result.instructions() + 100;
  }

  private static void callOften(BridgeMachine machine, CallTarget target, CallRequest request) {
    for (int i = 0; i < MANY; i++) {
      machine.call(target, request);
    }
  }

  private static void assertSame(CallResult expected, CallResult result, String what) {
    assertEquals(expected.stop(), result.stop(), what);
    assertEquals(expected.reason(), result.reason(), what);
    assertEquals(expected.registers(), result.registers(), what);
    assertEquals(expected.instructions(), result.instructions(), what);
    assertEquals(expected.ports(), result.ports(), what);
    assertEquals(expected.console(), result.console(), what);
    assertEquals(expected.fault(), result.fault(), what);
    assertEquals(expected.unmodelled(), result.unmodelled(), what);
    assertEquals(expected.logged(), result.logged(), what);
    assertEquals(expected.bufferNames(), result.bufferNames(), what);
    for (String name : expected.bufferNames()) {
      assertArrayEquals(expected.buffer(name), result.buffer(name), what + ", " + name);
    }
  }

  private static byte[] noise(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static CallRequest request(Random random, int... sizes) {
    CallRequest.Builder request =
        CallRequest.builder()
            .register(Register.EAX, random.nextInt() & 0xffffffffL)
            .register(Register.EDX, random.nextInt() & 0xffffffffL)
            .register(Register.EBP, random.nextInt() & 0xffffffffL)
            .register(Register.FS, random.nextInt(0x10000))
            .register(Register.EFLAGS, random.nextInt() & 0xcd5);
    Register[] segments = {Register.ES, Register.DS};
    Register[] offsets = {Register.DI, Register.SI};
    for (int i = 0; i < sizes.length; i++) {
      byte[] content = noise(random, random.nextInt(sizes[i] + 1));
      BufferPointer pointer = new BufferPointer.Far(segments[i], offsets[i]);
      request.buffer(CallBuffer.of("b" + i, pointer, sizes[i], content));
    }
    return request.build();
  }

  /** Everything at the first instruction of the routine. */
  private static Consumer<List<WholeState>> seen(BridgeMachine bridge, List<WholeState> states) {
    Machine machine = bridge.machine();
    boolean[] looking = new boolean[1];
    machine.setTrap(
        CODE_AT,
        cpu -> {
          if (looking[0]) {
            states.add(WholeState.of(machine));
          }
          return Trap.Outcome.EXECUTE;
        });
    return ignored -> looking[0] = true;
  }

  @ParameterizedTest
  @CsvSource({
    "pc, 0, 0",
    "pc, 512, 0",
    "pc, 4096, 0",
    "pc, 4090, 5",
    "pc, 9000, 8192",
    "pc-i440fx, 700, 0"
  })
  void aRoutineFindsMemoryAndDevicesAsAfterTheWholeWay(String board, int one, int two) {
    int[] sizes = one == 0 ? new int[0] : two == 0 ? new int[] {one} : new int[] {one, two};
    Random random = new Random(one + two);
    try (BridgeMachine held = machine(board);
        BridgeMachine whole = machine(board)) {
      List<WholeState> ofHeld = new ArrayList<>();
      List<WholeState> ofWhole = new ArrayList<>();
      byte[] code = {(byte) 0xf7, (byte) 0xd0, 0x26, (byte) 0x88, 0x25, (byte) 0xcb};
      load(held, code); // NOT AX; MOV ES:[DI], AH; RETF
      load(whole, code);
      observe(whole);
      Consumer<List<WholeState>> lookAtHeld = seen(held, ofHeld);
      Consumer<List<WholeState>> lookAtWhole = seen(whole, ofWhole);
      callOften(held, CODE, request(random, sizes));
      lookAtHeld.accept(ofHeld);
      lookAtWhole.accept(ofWhole);
      for (int i = 0; i < 3; i++) {
        CallRequest request = request(random, sizes);
        assertTrue(holds(held, CODE, request));
        assertSame(whole.call(CODE, request), held.call(CODE, request), "call " + i);
        ofWhole.get(i).assertSame(ofHeld.get(2 * i), false);
        ofWhole.get(i).assertSame(ofHeld.get(2 * i + 1), false);
      }
    }
  }

  /** Registers of one device that end the machine: reset and power. */
  private static final Set<Integer> ENDS = Set.of(0x92, 0x64, 0xcf9, 0xb2, 0xb3);

  private static List<Integer> portsOfDevices(Machine machine) {
    List<Integer> ports = new ArrayList<>();
    PortMap map = machine.ports();
    for (int port = 0; port < 0x10000; port++) {
      if (map.owner(port) != null && !ENDS.contains(port)) {
        ports.add(port);
      }
    }
    return ports;
  }

  /** MOV DX, port; MOV AL, value; OUT DX, AL for each; RETF. */
  private static byte[] writer(Random random, List<Integer> ports, int rounds) {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int round = 0; round < rounds; round++) {
      for (int port : ports) {
        code.write(0xba);
        code.write(port);
        code.write(port >> 8);
        code.write(0xb0);
        code.write(random.nextInt(256));
        code.write(0xee);
      }
    }
    code.write(0xcb);
    return code.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pc", "pc-i440fx", "pc-i440fx-hpet", "pc-at", "micro"})
  void aCallThatWritesEveryRegisterOfEveryDeviceLeavesNothing(String board) {
    Random random = new Random(board.hashCode());
    Map<StopReason, Integer> stops = new EnumMap<>(StopReason.class);
    try (BridgeMachine held = machine(board);
        BridgeMachine whole = machine(board)) {
      observe(whole);
      List<Integer> ports = portsOfDevices(held.machine());
      for (int round = 0; round < 6; round++) {
        byte[] code = writer(random, ports, 3);
        load(held, code);
        load(whole, code);
        WholeState before = WholeState.of(held.machine());
        CallRequest request = CallRequest.builder().register(Register.EBX, round).build();
        CallResult expected = whole.call(CODE, request);
        for (int i = 0; i < MANY; i++) {
          assertSame(expected, held.call(CODE, request), board + ", " + round + ", " + i);
        }
        stops.merge(expected.stop(), 1, Integer::sum);
        before.assertSame(WholeState.of(held.machine()), false);
      }
    }
    assertTrue(stops.containsKey(StopReason.RETURNED), stops::toString);
  }

  /** Each device by itself: those that keep to themselves are gone back to alone. */
  @ParameterizedTest
  @ValueSource(strings = {"pc", "pc-i440fx-hpet", "pc-at"})
  void aCallThatWritesOneDeviceLeavesNothing(String board) {
    Random random = new Random(board.hashCode());
    try (BridgeMachine held = machine(board);
        BridgeMachine whole = machine(board)) {
      observe(whole);
      Map<String, List<Integer>> devices = new TreeMap<>();
      for (int port : portsOfDevices(held.machine())) {
        String owner = held.machine().ports().owner(port);
        devices.computeIfAbsent(owner, name -> new ArrayList<>()).add(port);
      }
      CallRequest request = CallRequest.builder().build();
      for (Map.Entry<String, List<Integer>> device : devices.entrySet()) {
        byte[] code = writer(random, device.getValue(), 20);
        load(held, code);
        load(whole, code);
        WholeState before = WholeState.of(held.machine());
        CallResult expected = whole.call(CODE, request);
        for (int i = 0; i < MANY; i++) {
          assertSame(expected, held.call(CODE, request), device.getKey() + ", " + i);
        }
        before.assertSame(WholeState.of(held.machine()), false);
      }
    }
  }

  /** A call of bad16. */
  private static CallRequest.Builder bad(int how) {
    return CallRequest.builder()
        .register(Register.EAX, how)
        .buffer("out", Register.ES, Register.DI, 16)
        .budget(200_000);
  }

  @Test
  void howARoutineEndsDoesNotDependOnWhereItsCallBegan() {
    try (BridgeMachine held = Guests.machine();
        BridgeMachine whole = Guests.machine()) {
      CallTarget bad = new CallTarget.ProgramEntry("bad16");
      held.map(Guests.program("bad16"));
      whole.map(Guests.program("bad16"));
      observe(whole);
      WholeState before = WholeState.of(held.machine());
      callOften(held, bad, bad(10).build());
      for (int how = 0; how <= 10; how++) {
        CallRequest one = bad(how).build();
        CallResult expected = whole.call(bad, one);
        assertSame(expected, held.call(bad, one), "way " + how);
        assertSame(expected, held.call(bad, one), "way " + how + " again");
      }
      assertTrue(holds(held, bad, bad(10).build()));
      before.assertSame(WholeState.of(held.machine()), false);
    }
  }

  @Test
  void policiesHoldWhereverACallBegins() {
    try (BridgeMachine held = Guests.machine();
        BridgeMachine whole = Guests.machine()) {
      CallTarget bad = new CallTarget.ProgramEntry("bad16");
      held.map(Guests.program("bad16"));
      whole.map(Guests.program("bad16"));
      observe(whole);
      callOften(held, bad, bad(10).build());
      CallRequest port =
          bad(5).policy(CallPolicy.ports(List.of(), List.of(PortRange.of(0x3c8)))).build();
      CallResult expected = whole.call(bad, port);
      assertEquals(StopReason.POLICY, expected.stop());
      assertSame(expected, held.call(bad, port), "port");
      assertTrue(holds(held, bad, bad(10).build()));
    }
  }

  /** A routine that takes the ground from under the way up ends as it would have ended. */
  @Test
  void whoDestroysTheWayUpIsFoundOut() {
    byte[][] routines = {
      {0x31, (byte) 0xc0, (byte) 0xe6, (byte) 0x92, (byte) 0xcb}, // A20 closed
      // In the first page of the trampoline, behind its registers and in front of them.
      {0x2e, (byte) 0x8c, (byte) 0xc0, (byte) 0xcb},
      {0x68, 0, 8, 0x1f, (byte) 0xc7, 6, 0x18, 0, 0, 0, (byte) 0xcb},
      {0x68, 0, 8, 0x1f, (byte) 0xc7, 6, 0x70, 1, (byte) 0xf4, (byte) 0xf4, (byte) 0xcb},
      // Above 1 MB by FFFF:x: the host's first page.
      {0x68, -1, -1, 0x1f, (byte) 0xc7, 6, 0x10, 0, (byte) 0xf4, (byte) 0xf4, (byte) 0xcb},
      // MOV EAX, CR4; OR AL, 8; MOV CR4, EAX
      {0x0f, 0x20, (byte) 0xe0, 0x0c, 8, 0x0f, 0x22, (byte) 0xe0, (byte) 0xcb},
      // FNINIT; FLDZ; FLDZ; FDIVP, with exceptions unmasked by FLDCW of a word of zeros
      {
        (byte) 0xdb,
        (byte) 0xe3,
        0x68,
        0,
        0,
        (byte) 0x89,
        (byte) 0xe5,
        (byte) 0xd9,
        0x6e,
        0,
        0x58,
        (byte) 0xd9,
        (byte) 0xee,
        (byte) 0xd9,
        (byte) 0xee,
        (byte) 0xde,
        (byte) 0xf9,
        (byte) 0xcb
      },
    };
    CallRequest request = CallRequest.builder().budget(50_000).build();
    for (int i = 0; i < routines.length; i++) {
      try (BridgeMachine held = Guests.machine();
          BridgeMachine whole = Guests.machine()) {
        load(held, routines[i]);
        load(whole, routines[i]);
        observe(whole);
        WholeState before = WholeState.of(held.machine());
        CallResult expected = whole.call(CODE, request);
        for (int call = 0; call < MANY; call++) {
          assertSame(expected, held.call(CODE, request), "routine " + i + ", call " + call);
        }
        before.assertSame(WholeState.of(held.machine()), false);
      }
    }
  }

  @Test
  void whatComesInBetweenFindsTheHost() {
    CallTarget unserved = new CallTarget.Interrupt(0x60);
    CallRequest rollback = CallRequest.builder().build();
    try (BridgeMachine machine = Guests.machine()) {
      WholeState before = WholeState.of(machine.machine());
      callOften(machine, unserved, rollback);
      assertTrue(holds(machine, unserved, rollback));
      int frames = machine.host().frames().available();
      before.assertSame(WholeState.of(machine.machine()), false);
      callOften(machine, unserved, rollback);
      CallRequest keep = CallRequest.builder().isolation(Isolation.KEEP).build();
      assertTrue(machine.call(unserved, keep).returned());
      before.assertSame(WholeState.of(machine.machine()), true);
      callOften(machine, unserved, rollback);
      machine.map(Guests.program("counter32"));
      CallTarget counter = new CallTarget.ProgramEntry("counter32");
      callOften(machine, unserved, rollback);
      assertEquals(1, machine.call(counter, keep).get(Register.EAX));
      callOften(machine, unserved, rollback);
      assertEquals(2, machine.call(counter, keep).get(Register.EAX));
      callOften(machine, unserved, rollback);
      assertNotEquals(0, machine.freeze().hashCode());
      assertTrue(machine.host().frames().available() <= frames);
    }
  }
}
