package dev.biosgateway.kexec.call;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Isolation;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.Registers;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.isa.CpuModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every register reaches the routine, and every register comes back. */
class RegisterPassingTest {
  private static final Register[] GENERAL = {
    Register.EAX, Register.ECX, Register.EDX, Register.EBX,
    Register.ESP, Register.EBP, Register.ESI, Register.EDI,
    Register.EFLAGS
  };

  private static CallRequest.Builder request() {
    return CallRequest.builder()
        .register(Register.EAX, 0x01020304)
        .register(Register.ECX, 0x11121314)
        .register(Register.EDX, 0x21222324)
        .register(Register.EBX, 0x31323334)
        .register(Register.EBP, 0x91929394L)
        .register(Register.ESI, 0xfedcba98L)
        .register(Register.EDI, 0x76543210)
        .register(Register.EFLAGS, 0xcd7)
        .isolation(Isolation.KEEP);
  }

  /**
   * Among them ESI and EDI, each with its own value: kexec-tools' entry16 loads EDI's value into
   * ESI.
   */
  @ParameterizedTest
  @CsvSource({"I386,TWO_LEVEL", "I486,TWO_LEVEL", "PENTIUM_PRO,TWO_LEVEL", "PENTIUM_PRO,PAE"})
  void realModeRoutineSeesAndReturnsEveryRegister(CpuModel cpu, PagingMode paging) {
    try (BridgeMachine machine = Guests.machine(cpu, paging)) {
      machine.map(Guests.program("registers16"));
      CallRequest request =
          request()
              .register(Register.DS, 0x1357)
              .register(Register.ES, 0x2468)
              .register(Register.FS, 0x369c)
              .register(Register.GS, 0x48bf)
              .build();
      CallResult result = machine.call(new CallTarget.ProgramEntry("registers16"), request);
      assertEquals(StopReason.RETURNED, result.stop(), result::toString);

      PhysicalBus bus = machine.machine().bus();
      checkIn(request, bus);
      // A far return address and DS were on the stack when ESP was stored; SS is segment 0.
      assertEquals(0xa000 - 4 - 2, bus.read32(0x3010));
      int[] selectors = {0x2468, 0x2000, 0, 0x1357, 0x369c, 0x48bf};
      for (int i = 0; i < selectors.length; i++) {
        assertEquals(selectors[i], bus.read16(0x3024 + 2 * i), "segment register " + i);
      }

      checkOut(result);
      assertEquals(0xed7, result.get(Register.EFLAGS));
      assertEquals(0xa000, result.get(Register.ESP));
      assertEquals(0x1111, result.get(Register.DS));
      assertEquals(0x2222, result.get(Register.ES));
      assertEquals(0x4444, result.get(Register.FS));
      assertEquals(0x5555, result.get(Register.GS));
      assertEquals(0, result.get(Register.SS));
    }
  }

  @ParameterizedTest
  @CsvSource({"I386,TWO_LEVEL", "I486,TWO_LEVEL", "PENTIUM_PRO,TWO_LEVEL", "PENTIUM_PRO,PAE"})
  void flatRoutineSeesAndReturnsEveryRegister(CpuModel cpu, PagingMode paging) {
    try (BridgeMachine machine = Guests.machine(cpu, paging)) {
      machine.map(Guests.program("registers32"));
      CallRequest request = request().build();
      CallResult result = machine.call(new CallTarget.ProgramEntry("registers32"), request);
      assertEquals(StopReason.RETURNED, result.stop(), result::toString);

      PhysicalBus bus = machine.machine().bus();
      checkIn(request, bus);
      int[] selectors = {0x68, 0x60, 0x68, 0x68, 0x68, 0x68};
      for (int i = 0; i < selectors.length; i++) {
        assertEquals(selectors[i], bus.read16(0x3024 + 2 * i), "segment register " + i);
      }
      assertEquals(1, bus.read32(0x3030) & 0x80000001, "protected mode, paging off");

      checkOut(result);
      assertEquals(0xcd7, result.get(Register.EFLAGS));
      assertEquals(0xc000, result.get(Register.ESP));
      assertEquals(0x60, result.get(Register.CS));
      assertEquals(0x68, result.get(Register.DS));
    }
  }

  private static void checkIn(CallRequest request, PhysicalBus bus) {
    for (int i = 0; i < GENERAL.length; i++) {
      if (GENERAL[i] != Register.ESP) {
        assertEquals(
            request.registers().get(GENERAL[i]),
            bus.read32(0x3000 + 4 * i) & 0xffffffffL,
            GENERAL[i].text());
      }
    }
  }

  private static void checkOut(CallResult result) {
    Registers out = result.registers();
    assertEquals(0xa1a2a3a4L, out.get(Register.EAX));
    assertEquals(0xc1c2c3c4L, out.get(Register.ECX));
    assertEquals(0xd1d2d3d4L, out.get(Register.EDX));
    assertEquals(0xb1b2b3b4L, out.get(Register.EBX));
    assertEquals(0xe1e2e3e4L, out.get(Register.EBP));
    assertEquals(0x51525354L, out.get(Register.ESI));
    assertEquals(0x71727374L, out.get(Register.EDI));
  }
}
