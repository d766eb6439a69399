package dev.biosgateway.x86.translate;

import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.PUTFIELD;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import org.objectweb.asm.Label;

/** Writes instructions that are executed by their interpreter operation, from within a method. */
final class OperationCode {
  private static final String ASSIST = "dev/biosgateway/x86/translate/Assist";
  private static final String SITE = "Ldev/biosgateway/x86/translate/Site;";
  private static final String INSN = "Ldev/biosgateway/x86/isa/Insn;";
  private static final String OPERATION = "dev/biosgateway/x86/cpu/Operation";

  /** Every general register. */
  private static final int ALL = 0xff;

  private final Code code;
  private final RegionCompiler region;
  private final MethodCompiler method;
  private final RegisterCode registers;

  OperationCode(Code code, RegionCompiler region, MethodCompiler method, RegisterCode registers) {
    this.code = code;
    this.region = region;
    this.method = method;
    this.registers = registers;
  }

  /** Has the instruction executed, with everything in its place; then goes on. */
  void execute(Insn insn) {
    if (insn.endsBlock() && insn.row.mnemonic().is(Mnemonic.Trait.STRING)) {
      executeRepeated(insn, method.site(0));
    } else {
      perform(insn);
      assist("isLast", "()Z");
      leaveWithAllInPlace(Departure.ATTENTION);
      registers.load(RegisterUse.written(insn));
    }
    registers.loadFlags();
  }

  /** Has all passes made of a string instruction; flags are in their place, and not taken up. */
  void executeRepeated(Insn insn, Site site) {
    registers.store();
    begin(site);
    operation(insn);
    countAgain();
    assist("isLast", "()Z");
    leaveWithAllInPlace(Departure.ATTENTION);
    registers.load(RegisterUse.written(insn));
  }

  /** Has the instruction executed, and leaves to wherever that went. */
  void executeAndLeave(Insn insn) {
    perform(insn);
    departBehind(Departure.ELSEWHERE);
  }

  /** Behind an instruction that was executed: leaves when its mode is not the region's any more. */
  void leaveUnlessMode() {
    assist("isOutOfMode", "()Z");
    leaveWithAllInPlace(Departure.ELSEWHERE);
  }

  /**
   * Has a transfer executed; pushes whether the region is to be left then. EIP is where it went to.
   * Through a task gate, or with NT set, it saves and loads every general register.
   */
  void executeTransfer(Insn insn, Site site) {
    registers.store();
    begin(site);
    method.guarded(() -> operation(insn));
    registers.load(ALL);
    registers.loadEip();
    assist("isLastOrOutOfMode", "()Z");
  }

  /** Pushes how an INT went that is within the code segment. */
  void softwareNear(int vector, Site site) {
    registers.storeFlags(site.flags());
    registers.store(1 << Cpu.ESP);
    code.constantField("ASSIST", MemoryCode.ASSIST);
    code.constant(vector);
    pushPlace(site);
    method.guarded(
        () ->
            code.method.visitMethodInsn(
                INVOKEVIRTUAL, ASSIST, "softwareNear", "(I" + SITE + "I)I", false));
  }

  /** Pushes how an IRET went that is within the code segment. */
  void returnNear(boolean operand32, Site site) {
    registers.store(1 << Cpu.ESP);
    code.constantField("ASSIST", MemoryCode.ASSIST);
    code.constant(operand32 ? 1 : 0);
    pushPlace(site);
    code.method.visitMethodInsn(INVOKEVIRTUAL, ASSIST, "returnNear", "(Z" + SITE + "I)I", false);
  }

  private void pushPlace(Site site) {
    method.pushSite(site);
    code.load(Code.LEFT);
  }

  private void perform(Insn insn) {
    registers.store();
    begin(method.site(0));
    operation(insn);
  }

  private void begin(Site site) {
    registers.storeFlags(site.flags());
    code.constantField("ASSIST", MemoryCode.ASSIST);
    pushPlace(site);
    code.method.visitMethodInsn(INVOKEVIRTUAL, ASSIST, "begin", "(" + SITE + "I)V", false);
  }

  private void operation(Insn insn) {
    int index = region.operation(insn);
    code.constantField("OPERATION" + index, "L" + OPERATION + ";");
    registers.pushCpu();
    code.constantField("INSN" + index, INSN);
    code.method.visitMethodInsn(
        INVOKEINTERFACE, OPERATION, "execute", "(L" + RegisterCode.CPU + ";" + INSN + ")V", true);
  }

  /** Leaves when the condition on the operand stack holds; no register is in a local only. */
  private void leaveWithAllInPlace(Departure why) {
    Label last = new Label();
    code.jump(IFNE, last);
    code.cold(
        () -> {
          code.place(last);
          departBehind(why);
        });
  }

  private void departBehind(Departure why) {
    countAgain();
    code.constantField("ASSIST", MemoryCode.ASSIST);
    code.constant(why.ordinal());
    code.method.visitFieldInsn(PUTFIELD, ASSIST, "departure", "I");
    method.returnDeparted();
  }

  /** Passes of REP have been counted, and an instruction that waits has not. */
  private void countAgain() {
    assist("left", "()I");
    code.store(Code.LEFT);
  }

  private void assist(String name, String descriptor) {
    code.constantField("ASSIST", MemoryCode.ASSIST);
    code.method.visitMethodInsn(INVOKEVIRTUAL, ASSIST, name, descriptor, false);
  }
}
