package dev.biosgateway.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RegisterTest {
  @ParameterizedTest
  @EnumSource(Register.class)
  void isFoundByItsNameInAnyCase(Register register) {
    assertSame(register, Register.named(register.text()));
    assertSame(register, Register.named(register.name()));
  }

  @ParameterizedTest
  @EnumSource(Register.class)
  void holdsItsLargestValueAndNothingMore(Register register) {
    Registers full = Registers.ZERO.with(register, register.max());
    assertEquals(register.max(), full.get(register));
    assertThrows(InvalidRequestException.class, () -> full.with(register, register.max() + 1));
    assertThrows(InvalidRequestException.class, () -> full.with(register, -1));
  }

  @Test
  void unknownNamesAreRefusedWithTheListOfThoseThatExist() {
    var error = assertThrows(InvalidRequestException.class, () -> Register.named("rax"));
    assertTrue(error.getMessage().contains("\"rax\""), error.getMessage());
    assertTrue(error.getMessage().contains("eax ecx edx ebx"), error.getMessage());
    assertFalse(Register.isName("rax"));
  }

  @Test
  void sayWhatAWidthHolds() {
    var error =
        assertThrows(InvalidRequestException.class, () -> Registers.ZERO.with(Register.AL, 0x1ff));
    assertEquals("al=0x1ff: 8 bits hold 0 to 0xff", error.getMessage());
  }

  @Test
  void writingAPartKeepsTheRest() {
    Registers file = Registers.ZERO.with(Register.EAX, 0xdeadbeefL);
    assertEquals(0xdead1234L, file.with(Register.AX, 0x1234).get(Register.EAX));
    assertEquals(0xdeadbe12L, file.with(Register.AL, 0x12).get(Register.EAX));
    assertEquals(0xdead12efL, file.with(Register.AH, 0x12).get(Register.EAX));
    assertEquals(0xdeadbeefL, file.get(Register.EAX), "a register file never changes");
    assertEquals(0xbeef, file.get(Register.AX));
    assertEquals(0xbe, file.get(Register.AH));
    assertEquals(0xef, file.get(Register.AL));
  }

  @ParameterizedTest
  @CsvSource({
    "eax,ax,true",
    "eax,ah,true",
    "ax,ah,true",
    "ah,al,false",
    "ax,bx,false",
    "ah,bh,false",
    "al,al,true",
    "ds,ds,true",
    "ds,es,false",
    "eip,eflags,false",
    "esi,si,true"
  })
  void knowsWhatOverlaps(String left, String right, boolean expected) {
    assertEquals(expected, Register.named(left).overlaps(Register.named(right)));
    assertEquals(expected, Register.named(right).overlaps(Register.named(left)));
  }

  @Test
  void registersPrintAtTheirWidth() {
    assertEquals("0x0000004f", Register.EAX.format(0x4f));
    assertEquals("0xc000", Register.ES.format(0xc000));
    assertEquals("0x07", Register.CL.format(7));
    assertEquals(
        "eax=0x00000000 ecx=0x00000000 edx=0x00000000 ebx=0x00000000 esp=0x00000000"
            + " ebp=0x00000000 esi=0x00000000 edi=0x00000000 es=0x0000 cs=0x0000 ss=0x0000"
            + " ds=0x0000 fs=0x0000 gs=0x0000 eip=0x00000000 eflags=0x00000002",
        Registers.ZERO.toString());
  }

  @Test
  void readsFarPointers() {
    assertEquals(new FarPointer(0xc000, 3), FarPointer.parse("c000:0003"));
    assertEquals(new FarPointer(0xf000, 0xe05b), FarPointer.parse(" 0xF000:0xE05B "));
    assertEquals(0xc0003, FarPointer.parse("c000:3").linear());
    assertEquals(0x10ffef, FarPointer.parse("ffff:ffff").linear());
    assertEquals("c000:0003", new FarPointer(0xc000, 3).toString());
    for (String bad :
        new String[] {"c000", "c000:", ":3", "12345:0", "c000:0:0", "g000:0", "-1:0"}) {
      assertThrows(InvalidRequestException.class, () -> FarPointer.parse(bad), bad);
    }
    assertThrows(InvalidRequestException.class, () -> new FarPointer(0x10000, 0));
    Registers file = Registers.ZERO.with(Register.ES, 0x1000).with(Register.EDI, 0xffff0010L);
    assertEquals(new FarPointer(0x1000, 0x10), file.pointer(Register.ES, Register.EDI));
  }

  @Test
  void carryIsBitZeroOfTheFlags() {
    assertFalse(Registers.ZERO.carry());
    assertTrue(Registers.ZERO.with(Register.EFLAGS, 3).carry());
    assertEquals(Registers.ZERO.with(Register.CL, 1), Registers.ZERO.with(Register.ECX, 1));
    assertEquals(
        Registers.ZERO.with(Register.CL, 1).hashCode(),
        Registers.ZERO.with(Register.ECX, 1).hashCode());
  }
}
