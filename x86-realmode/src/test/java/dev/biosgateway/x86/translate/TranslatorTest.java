package dev.biosgateway.x86.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.cpu.Cpu;
import java.lang.StackWalker.Option;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the translator promises beside equality, which {@code TranslatedProgramsTest} looks at. */
class TranslatorTest {
  private static final int PORT = 0x1234;

  /** mov cx,bx; again: add ax,cx; out dx,al; in al,dx; dec cx; jnz again; jmp start. */
  private static final String PORT_LOOP = "89D9 01C8 EE EC 49 75F9 EBF5";

  /** mov cx,bx; again: add ax,cx; inc byte [si]; dec cx; jnz again; jmp start. */
  private static final String LOOP = "89D9 01C8 FE04 49 75F9 EBF5";

  /** start: inc byte [cs:imm]; mov al,imm; add bx,ax; jmp start: the store hits the next one. */
  private static final String OWN_OPERAND = "2EFE060670 B000 01C3 EBF5";

  /** start: xor byte [cs:op],28h; op: add bx,ax, or sub; jmp start. */
  private static final String OWN_OPCODE = "2E8036067028 01C3 EBF6";

  private static Machine machine(TranslationPolicy policy, String code) {
    Machine machine = new Machine(MachineConfig.DEFAULT.withTranslation(policy));
    machine.bus().load(0x7000, HexFormat.of().parseHex(code.replace(" ", "")));
    Cpu c = machine.cpu();
    c.cs.selector = 0;
    c.cs.base = 0;
    c.eip = 0x7000;
    c.gpr[Cpu.EBX] = 50;
    c.gpr[Cpu.EDX] = PORT;
    c.gpr[Cpu.ESI] = 0x600;
    c.registersWritten(0);
    return machine;
  }

  /** A port that hears at which instant it is written. */
  private static final class Clocked implements PortHandler {
    final List<Long> instants = new ArrayList<>();
    final Machine machine;
    Class<?> caller;

    Clocked(Machine machine) {
      this.machine = machine;
    }

    @Override
    public int in(int port, int size) {
      return 3;
    }

    @Override
    public void out(int port, int size, int value) {
      instants.add(machine.clock().nanos());
      Class<?> region =
          StackWalker.getInstance(Set.of(Option.RETAIN_CLASS_REFERENCE, Option.SHOW_HIDDEN_FRAMES))
              .walk(
                  frames ->
                      frames
                          .map(StackWalker.StackFrame::getDeclaringClass)
                          .filter(RegionCode.class::isAssignableFrom)
                          .findFirst()
                          .orElse(null));
      caller = region == null ? caller : region;
    }
  }

  private static Clocked runWithPort(TranslationPolicy policy) {
    Machine machine = machine(policy, PORT_LOOP);
    Clocked port = new Clocked(machine);
    machine.ports().map(PORT, 1, 1, port);
    machine.run(5_000);
    return port;
  }

  @Test
  @DisplayName("a port that a region accesses hears of it at the same instant")
  void portsAreExactInTime() {
    Clocked expected = runWithPort(TranslationPolicy.OFF);
    Clocked found = runWithPort(TranslationPolicy.ALWAYS);
    assertNull(expected.caller, "the interpreter calls");
    assertNotNull(found.caller, "the region calls");
    assertEquals(expected.instants, found.instants);
  }

  @Test
  @DisplayName("the class of a region goes when its machine goes")
  void classesAreUnloaded() throws InterruptedException {
    WeakReference<Class<?>> region =
        new WeakReference<>(runWithPort(TranslationPolicy.ALWAYS).caller);
    for (int k = 0; k < 50 && region.get() != null; k++) {
      System.gc();
      Thread.sleep(20);
    }
    assertNull(region.get());
  }

  @Test
  @DisplayName("many short calls are interpreted, a long one is translated after a while")
  void waitsForWhatIsVeryHot() throws InterruptedException {
    Machine machine = machine(TranslationPolicy.VERY_HOT, LOOP);
    machine.run(500_000);
    Thread.sleep(100);
    assertEquals(0, metrics(machine).regions());
    runUntilTranslated(machine, 500_000);
  }

  @Test
  @DisplayName("a hot loop is translated by another thread while the guest goes on")
  void translatesInTheBackground() throws InterruptedException {
    runUntilTranslated(machine(TranslationPolicy.HOT, LOOP), 10_000);
  }

  private static void runUntilTranslated(Machine machine, int slice) throws InterruptedException {
    long before = machine.clock().retiredInstructions();
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    long executed = 0;
    while (metrics(machine).runs() == 0 && System.nanoTime() < end) {
      executed += machine.run(slice).instructions();
      Thread.sleep(1);
    }
    assertTrue(metrics(machine).runs() > 0);
    assertEquals(executed, machine.clock().retiredInstructions() - before);
  }

  @Test
  @DisplayName("no method is larger than what the JVM compiles, and the metrics say so")
  void methodsAreSmall() {
    Machine machine = machine(TranslationPolicy.ALWAYS, LOOP);
    StringBuilder large = new StringBuilder();
    for (int n = 0; n < 400; n++) {
      large.append("0FAF4402 D1E0 0104 7A02 F7E3 ".replace(" ", ""));
    }
    machine.bus().load(0x8000, HexFormat.of().parseHex(large + "E9" + "0000"));
    machine.cpu().eip = 0x8000;
    machine.run(3_000);
    TranslationMetrics metrics = metrics(machine);
    assertTrue(metrics.regions() > 1, metrics::toString);
    assertTrue(metrics.largestMethod() > 1000 && metrics.largestMethod() < 8000, metrics::toString);
    assertTrue(metrics.classBytes() > metrics.largestMethod(), metrics::toString);
  }

  @Test
  @DisplayName("code that changes itself is given up, not compiled for ever")
  void changingCodeIsGivenUp() {
    TranslationMetrics metrics = changing(OWN_OPCODE);
    assertTrue(metrics.forgotten() > 0 && metrics.regions() < 100, metrics::toString);
  }

  @Test
  @DisplayName("code that changes its own operands is translated to code that reads them")
  void changingOperandsAreRead() {
    TranslationMetrics metrics = changing(OWN_OPERAND);
    assertTrue(metrics.forgotten() == 1 && metrics.regions() <= 3, metrics::toString);
    assertTrue(metrics.runs() < 1000, metrics::toString);
  }

  @Test
  @DisplayName(
      "a REP in a called function that uses up what a region was given leaves all in place")
  void repeatsBeyondWhatARegionIsGiven() {
    // again: mov cx,300; call f; inc bx; jmp again; f: push bx; push di; mov bx,77h; rep stosb; ...
    String code = "B92C01 E80300 43 EBF7 53 57 BB7700 F3AA 5F 5B C3";
    Machine plain = machine(TranslationPolicy.OFF, code);
    Machine machine = machine(TranslationPolicy.ALWAYS, code);
    for (int budget = 20_000; budget < 20_600; budget += 7) {
      plain.run(budget);
      machine.run(budget);
      assertEquals(plain.sections(), machine.sections(), () -> "after " + metrics(machine));
    }
  }

  private static TranslationMetrics changing(String code) {
    Machine plain = machine(TranslationPolicy.OFF, code);
    Machine machine = machine(TranslationPolicy.ALWAYS, code);
    plain.run(40_000);
    machine.run(40_000);
    assertEquals(plain.sections(), machine.sections());
    return metrics(machine);
  }

  private static TranslationMetrics metrics(Machine machine) {
    return machine.translation().orElseThrow();
  }
}
