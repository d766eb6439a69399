package dev.biosgateway.x86.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Page tables by hand: directory at 100000h, one table at 101000h. */
class PagingTest {
  private static final int DIRECTORY = 0x100000;
  private static final int TABLE = 0x101000;
  private static final int PRESENT = 1;
  private static final int WRITE = 2;
  private static final int USER = 4;
  private static final int ACCESSED = 0x20;
  private static final int DIRTY = 0x40;
  private static final int LARGE = 0x80;
  private static final int GLOBAL = 0x100;

  private final TestPc pc = new TestPc().protect();
  private final Cpu cpu = pc.cpu;

  @BeforeEach
  void identityMapTheFirst4Mb() {
    pc.bus.write32(DIRECTORY, TABLE | PRESENT | WRITE | USER);
    for (int page = 0; page < 1024; page++) {
      pc.bus.write32(TABLE + 4 * page, page << 12 | PRESENT | WRITE | USER);
    }
    cpu.controlRegisters.writeCr3(DIRECTORY);
    cpu.controlRegisters.writeCr0(cpu.cr0 | Cpu.CR0_PG);
  }

  private void page(int linear, int frame, int bits) {
    pc.bus.write32(TABLE + (linear >>> 12) * 4, frame | bits);
  }

  private int entry(int linear) {
    return pc.bus.read32(TABLE + (linear >>> 12) * 4);
  }

  @Test
  @DisplayName(
      "of 80 bits that reach into an absent page eight bytes are stored, and none is popped")
  void numberInPieces() {
    pc.idtGate(CpuException.PF, 0x8e, TestPc.CODE0, 0x20000);
    page(0x61000, 0, 0);
    pc.code("DB E3 D9 E8 DB 3D F8 0F 06 00").step(3); // fninit; fld1; fstp tword [60FF8h]
    assertEquals(0x20000, cpu.eip);
    assertEquals(0x61000, cpu.cr2);
    assertEquals(0x80000000, pc.bus.read32(0x60ffc));
    assertEquals(7 << 11, cpu.fpu.statusWord());
    assertEquals(0x3fff, cpu.fpu.signExp(0));
    page(0x61000, 0x61000, PRESENT | WRITE);
    pc.code("CF"); // iret
    cpu.gpr[Cpu.ESP] += 4; // the error code
    pc.step(2);
    assertEquals(0x3fff, pc.bus.read16(0x61000), "the second time all is there");
    assertEquals(0, cpu.fpu.statusWord());
  }

  @Test
  @DisplayName("a jump into a page that was mapped anew goes to the new code, and back to the old")
  void jumpFollowsThePageTables() {
    pc.at(0x40000).code("40 E9 FA FF FC FF"); // inc eax; jmp 10000h
    pc.at(0x200000).code("43 E9 FA FF FC FF"); // inc ebx; jmp 10000h, at 40000h
    pc.at(0x10000).code("E9 FB FF 02 00"); // jmp 40000h
    pc.interpreter.run(30);
    assertEquals(10, cpu.gpr[Cpu.EAX]);
    page(0x40000, 0x200000, PRESENT | WRITE);
    cpu.paging.invalidate(0x40000);
    pc.interpreter.run(30);
    assertEquals(10, cpu.gpr[Cpu.EAX]);
    assertEquals(10, cpu.gpr[Cpu.EBX]);
    page(0x40000, 0x40000, PRESENT | WRITE);
    cpu.paging.invalidate(0x40000);
    pc.interpreter.run(30);
    assertEquals(20, cpu.gpr[Cpu.EAX]);
    assertEquals(10, cpu.gpr[Cpu.EBX]);
  }

  @Test
  @DisplayName("a page is found where its table says")
  void translates() {
    page(0x40000, 0x200000, PRESENT | WRITE);
    pc.bus.write32(0x200123, 0x12345678);
    assertEquals(0x12345678, cpu.loadStore.linear32(0x40123));
  }

  @Test
  @DisplayName("a read sets the accessed bits of both levels, a write the dirty bit of the last")
  void accessedAndDirty() {
    cpu.loadStore.linear8(0x50000);
    assertEquals(ACCESSED, entry(0x50000) & (ACCESSED | DIRTY));
    assertEquals(ACCESSED, pc.bus.read32(DIRECTORY) & (ACCESSED | DIRTY));
    cpu.loadStore.storeLinear8(0x50000, 1);
    assertEquals(ACCESSED | DIRTY, entry(0x50000) & (ACCESSED | DIRTY));
  }

  @Test
  @DisplayName("error codes and CR2 name present, write and user")
  void errorCodes() {
    page(0x60000, 0x60000, 0);
    assertEquals("#PF(0x0)", pc.raised(() -> cpu.loadStore.linear8(0x60004)));
    assertEquals(0x60004, cpu.cr2);
    assertEquals("#PF(0x2)", pc.raised(() -> cpu.loadStore.storeLinear8(0x60000, 0)));
    cpu.setCpl(3);
    assertEquals("#PF(0x4)", pc.raised(() -> cpu.loadStore.linear8(0x60000)));
    page(0x61000, 0x61000, PRESENT | USER);
    assertEquals("#PF(0x7)", pc.raised(() -> cpu.loadStore.storeLinear8(0x61000, 0)));
    page(0x62000, 0x62000, PRESENT | WRITE);
    assertEquals("#PF(0x5)", pc.raised(() -> cpu.loadStore.linear8(0x62000)));
  }

  @Test
  @DisplayName("a fault leaves no accessed bit behind")
  void faultSetsNothing() {
    page(0x61000, 0x61000, PRESENT);
    cpu.setCpl(3);
    pc.raised(() -> cpu.loadStore.linear8(0x61000));
    assertEquals(0, entry(0x61000) & ACCESSED);
  }

  @Test
  @DisplayName("the supervisor writes to read-only pages unless CR0.WP")
  void writeProtect() {
    page(0x63000, 0x63000, PRESENT);
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.storeLinear8(0x63000, 1)));
    cpu.controlRegisters.writeCr0(cpu.cr0 | Cpu.CR0_WP);
    assertEquals("#PF(0x3)", pc.raised(() -> cpu.loadStore.storeLinear8(0x63000, 1)));
  }

  @Test
  @DisplayName("both levels must allow a user access")
  void directoryRightsCount() {
    pc.bus.write32(DIRECTORY, TABLE | PRESENT | USER);
    cpu.paging.flush();
    cpu.setCpl(3);
    assertEquals("#PF(0x7)", pc.raised(() -> cpu.loadStore.storeLinear8(0x1000, 0)));
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.linear8(0x1000)));
  }

  @Test
  @DisplayName("an access over a page boundary faults with the address of the second page")
  void secondPageFaults() {
    page(0x71000, 0, 0);
    assertEquals("#PF(0x2)", pc.raised(() -> cpu.loadStore.storeLinear32(0x70ffe, -1)));
    assertEquals(0x71000, cpu.cr2);
    assertEquals(0, pc.bus.read16(0x70ffe), "nothing was written to the first page");
  }

  @Test
  @DisplayName("a changed table entry counts after INVLPG, not before")
  void invlpg() {
    pc.bus.write8(0x80000, 1);
    pc.bus.write8(0x90000, 2);
    assertEquals(1, cpu.loadStore.linear8(0x80000));
    page(0x80000, 0x90000, PRESENT | WRITE);
    assertEquals(1, cpu.loadStore.linear8(0x80000), "the TLB still has the old page");
    pc.code("0F 01 3D 00 00 08 00").step(1); // invlpg [80000h]
    assertEquals(2, cpu.loadStore.linear8(0x80000));
  }

  @Test
  @DisplayName("MOV to CR3 keeps global pages, a change of CR4.PGE does not")
  void globalPages() {
    cpu.controlRegisters.writeCr4(Cpu.CR4_PGE);
    pc.bus.write8(0x80000, 1);
    pc.bus.write8(0x81000, 1);
    pc.bus.write8(0x90000, 2);
    page(0x80000, 0x80000, PRESENT | GLOBAL);
    cpu.loadStore.linear8(0x80000);
    cpu.loadStore.linear8(0x81000);
    page(0x80000, 0x90000, PRESENT | GLOBAL);
    page(0x81000, 0x90000, PRESENT);
    cpu.controlRegisters.writeCr3(DIRECTORY);
    assertEquals(1, cpu.loadStore.linear8(0x80000), "global");
    assertEquals(2, cpu.loadStore.linear8(0x81000), "not global");
    cpu.controlRegisters.writeCr4(0);
    assertEquals(2, cpu.loadStore.linear8(0x80000));
  }

  @Test
  @DisplayName("4 MB pages need CR4.PSE; reserved bits fault")
  void largePages() {
    pc.bus.write32(DIRECTORY + 4, PRESENT | WRITE | LARGE);
    pc.bus.write8(0x1234, 0x5a);
    assertEquals("#PF(0x0)", pc.raised(() -> cpu.loadStore.linear8(0x401234)));
    cpu.controlRegisters.writeCr4(Cpu.CR4_PSE);
    assertEquals(0x5a, cpu.loadStore.linear8(0x401234));
    cpu.loadStore.storeLinear8(0x401235, 1);
    assertEquals(ACCESSED | DIRTY, pc.bus.read32(DIRECTORY + 4) & (ACCESSED | DIRTY));
    pc.bus.write32(DIRECTORY + 4, PRESENT | WRITE | LARGE | 0x2000);
    cpu.paging.flush();
    assertEquals("#PF(0x9)", pc.raised(() -> cpu.loadStore.linear8(0x401234)));
  }

  @Test
  @DisplayName("INVLPG drops every piece of a large page")
  void invlpgLarge() {
    cpu.controlRegisters.writeCr4(Cpu.CR4_PSE);
    pc.bus.write32(DIRECTORY + 4, PRESENT | LARGE);
    cpu.loadStore.linear8(0x401000);
    cpu.loadStore.linear8(0x402000);
    pc.bus.write32(DIRECTORY + 4, 0);
    cpu.paging.invalidate(0x401000);
    assertEquals("#PF(0x0)", pc.raised(() -> cpu.loadStore.linear8(0x402000)));
  }

  /** PDPT at 102000h, directory at 103000h: 2 MB page at 0, table for the next 2 MB. */
  private void physicalAddressExtension() {
    cpu.controlRegisters.writeCr0(cpu.cr0 & ~Cpu.CR0_PG);
    cpu.controlRegisters.writeCr4(Cpu.CR4_PAE);
    pc.bus.write32(0x102000, 0x103000 | PRESENT);
    pc.bus.write32(0x103000, PRESENT | WRITE | USER | LARGE);
    pc.bus.write32(0x103008, 0x104000 | PRESENT | WRITE | USER);
    pc.bus.write32(0x104000, 0x5000 | PRESENT | WRITE | USER);
    cpu.controlRegisters.writeCr3(0x102000);
    cpu.controlRegisters.writeCr0(cpu.cr0 | Cpu.CR0_PG);
  }

  @Test
  @DisplayName("PAE: three levels and 2 MB pages")
  void threeLevels() {
    physicalAddressExtension();
    pc.bus.write8(0x5678, 0x77);
    assertEquals(0x77, cpu.loadStore.linear8(0x5678), "2 MB page");
    assertEquals(0x77, cpu.loadStore.linear8(0x200678), "4 KB page");
    assertEquals(ACCESSED, pc.bus.read32(0x104000) & (ACCESSED | DIRTY));
    assertEquals("#PF(0x0)", pc.raised(() -> cpu.loadStore.linear8(0x40000000)));
  }

  @Test
  @DisplayName("PAE: entries above 4 GB count as reserved and are recorded")
  void beyondMemory() {
    physicalAddressExtension();
    pc.bus.write32(0x104004, 1);
    assertEquals("#PF(0x9)", pc.raised(() -> cpu.loadStore.linear8(0x200000)));
    assertEquals(1, pc.unmodelled.entries().size());
  }

  @Test
  @DisplayName("PAE: PDPTEs are loaded with CR3, and a reserved bit is #GP that changes nothing")
  void pdptes() {
    physicalAddressExtension();
    pc.bus.write32(0x102000, 0);
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.linear8(0x1000)), "not read on a walk");
    pc.bus.write32(0x105000, 0x103000 | PRESENT | WRITE);
    assertEquals("#GP(0x0)", pc.raised(() -> cpu.controlRegisters.writeCr3(0x105000)));
    assertEquals(0x102000, cpu.cr3);
    assertEquals("nothing", pc.raised(() -> cpu.loadStore.linear8(0x3000)));
  }

  @Test
  @DisplayName("paging switched on before CR4.PAE takes a PDPT for a directory, as kexec found out")
  void pdptAsDirectory() {
    physicalAddressExtension();
    cpu.controlRegisters.writeCr0(cpu.cr0 & ~Cpu.CR0_PG);
    cpu.controlRegisters.writeCr4(0);
    cpu.controlRegisters.writeCr0(cpu.cr0 | Cpu.CR0_PG);
    assertEquals("#PF(0x0)", pc.raised(() -> cpu.loadStore.linear8(0x10000)));
  }
}
