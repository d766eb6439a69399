package dev.biosgateway.x86.translate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.bus.Checkpoint;
import dev.biosgateway.x86.bus.MemoryGuard;
import dev.biosgateway.x86.cpu.Cpu;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What policies and rollback do to a program that is translated: the same as to one that is
 * interpreted, to the instruction and the last register.
 */
class TranslatedPoliciesTest {
  private static final int CODE = 0x7000;
  private static final int DATA = 0x8000;
  private static final int PORT = 0x1234;

  /** again: add ax,cx; mov [di],ax; add di,4; dec cx; add bx,[di-8]; jmp again. */
  private static final String STORES = "01C8 8905 83C704 49 035DF8 EBF3";

  /** again: add ax,cx; dec cx; out dx,al; in al,dx; jmp again. */
  private static final String PORTS = "01C8 49 EE EC EBF9";

  private final Machine plain = machine(TranslationPolicy.OFF);
  private final Machine translated = machine(TranslationPolicy.ALWAYS);

  private static Machine machine(TranslationPolicy policy) {
    Machine machine = new Machine(MachineConfig.DEFAULT.withTranslation(policy));
    Cpu c = machine.cpu();
    c.cs.selector = 0;
    c.cs.base = 0;
    c.eip = CODE;
    c.gpr[Cpu.ECX] = 0x55aa1234;
    c.gpr[Cpu.EDX] = PORT;
    c.gpr[Cpu.EDI] = DATA;
    c.registersWritten(0);
    return machine;
  }

  private void load(String code) {
    byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
    plain.bus().load(CODE, bytes);
    translated.bus().load(CODE, bytes);
  }

  private void assertSame() {
    assertEquals(plain.sections(), translated.sections());
    assertEquals(-1, Arrays.mismatch(plain.bus().ram, translated.bus().ram));
    assertTrue(translated.translation().orElseThrow().runs() > 0, "translated");
  }

  /** Both are refused, for the same reason and in front of the same instruction. */
  private void assertBothRefused() {
    Stop expected = plain.run(100_000);
    assertEquals(Stop.Reason.ACCESS_DENIED, expected.reason(), expected::toString);
    assertEquals(expected.toString(), translated.run(100_000).toString());
    assertSame();
  }

  /** Lets nothing be written from {@code first} on. */
  private static MemoryGuard guard(int first) {
    return new MemoryGuard() {
      @Override
      public String denyAt(int physical, int size, boolean write) {
        return write && physical >= first ? "write to %x".formatted(physical) : null;
      }

      @Override
      public String denyRegion(String region, boolean write) {
        return null;
      }
    };
  }

  @Test
  @DisplayName("a guarded page refuses a store of a region in front of it")
  void guardedMemory() {
    load(STORES);
    for (Machine machine : new Machine[] {plain, translated}) {
      machine.bus().setGuard(guard(DATA + 0x2a40));
      machine.bus().setGuarded(DATA + 0x2000 >>> 12, 1, true);
    }
    assertBothRefused();
  }

  @Test
  @DisplayName("a quota of pages refuses the first store to one page too many")
  void quota() {
    load(STORES);
    for (Machine machine : new Machine[] {plain, translated}) {
      machine.bus().checkpoint();
      machine.bus().limitWrittenPages(3);
    }
    assertBothRefused();
  }

  @Test
  @DisplayName("a port filter refuses an access of a region in front of it")
  void filteredPort() {
    load(PORTS);
    for (Machine machine : new Machine[] {plain, translated}) {
      int[] left = {777};
      machine.ports().setFilter((port, size, out) -> left[0]-- == 0 ? "port " + out : null);
    }
    assertBothRefused();
  }

  @Test
  @DisplayName("a rollback brings memory back under a region, and the region goes on")
  void rollback() {
    load(STORES);
    Checkpoint[] checkpoints = {plain.bus().checkpoint(), translated.bus().checkpoint()};
    for (int times = 0; times < 3; times++) {
      plain.run(7_001);
      translated.run(7_001);
      assertSame();
      plain.bus().rewind(checkpoints[0]);
      translated.bus().rewind(checkpoints[1]);
      assertArrayEquals(new byte[0x1000], Arrays.copyOfRange(translated.bus().ram, DATA, 0x9000));
      plain.cpu().gpr[Cpu.EDI] = DATA;
      translated.cpu().gpr[Cpu.EDI] = DATA;
    }
    plain.run(100);
    translated.run(100);
    assertSame();
  }
}
