package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.EIP;
import static dev.biosgateway.x86.translate.Code.TEMP;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;

import dev.biosgateway.x86.isa.Insn;
import org.objectweb.asm.Label;

/**
 * Writes INT and IRET: a call, behind which the region goes on where they lead, when that is in its
 * own code segment. Plain ones change nothing but flags, stack pointer and EIP, so all else stays
 * where it is; others are their operation.
 */
final class InterruptCode {
  private final Code code;
  private final MethodCompiler region;

  InterruptCode(Code code, MethodCompiler region) {
    this.code = code;
    this.region = region;
  }

  /** The handler is one of the region when the vector leads there as it did; flags stay. */
  void interrupt(Insn i, FlagState before, int eip) {
    Site site = region.site(0);
    region.softwareNear(i.imm & 0xff, site);
    Label out = new Label();
    goOn(i, site, out);
    Integer handler = region.handler(eip);
    if (handler != null) {
      code.load(EIP);
      code.constant(handler);
      code.jump(IF_ICMPNE, out);
      code.go(region.edge(handler, before));
    }
    code.place(out);
    region.leaveAtEip(before, 0, Departure.ELSEWHERE);
  }

  void interruptReturn(Insn i, TransferCode transfer) {
    Site site = region.site(0);
    region.returnNear(i.is32(), site);
    Label out = new Label();
    goOn(i, site, out);
    region.loadFlags();
    transfer.toKnown(EIP, region.behindInterrupts(), FlagState.STORED);
    code.place(out);
    region.loadFlags();
    region.leaveAtEip(FlagState.STORED, 0, Departure.ELSEWHERE);
  }

  /**
   * Takes up EIP and the stack pointer, when {@link Assist} says it has been plain, in the local
   * TEMP; or has the operation do it. Goes to {@code out} when the region is to be left.
   */
  private void goOn(Insn i, Site site, Label out) {
    Label general = new Label();
    Label there = new Label();
    code.store(TEMP);
    code.load(TEMP);
    code.jump(IFEQ, general);
    region.loadStackPointer();
    code.load(TEMP);
    code.constant(Assist.NEAR);
    code.jump(IF_ICMPNE, out);
    code.place(there);
    code.cold(
        () -> {
          code.place(general);
          region.executeTransfer(i, site);
          code.jump(IFNE, out);
          code.go(there);
        });
  }
}
