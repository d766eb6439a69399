package dev.biosgateway.x86.translate;

import static org.objectweb.asm.Opcodes.GETFIELD;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.isa.Insn;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes one method: a block of Java for each guest block of a {@link Body}, or one for each state
 * in which flags come into it, where somebody asks for them; and the ways out.
 */
final class MethodCompiler {
  /** Bytes beyond {@link RegionCompiler#enough} after which a block is cut short. */
  private static final int MORE = 1000;

  /** Accesses to memory of a method that are made in line at most, and only there. */
  private static final int MANY_ACCESSES = 24;

  private final RegionCompiler region;
  private final Body body;
  private final Mode mode;
  private final int[] knownEntries;
  private final Code code;
  private final FlagCode flagCode;
  private final InsnCode insnCode;
  private final RegisterCode registers;
  private final OperationCode operations;
  private final CallCode calls;
  private final ExitCode exits;
  private final FlagUse flagUse;
  private final BlockMap blocks;
  private final boolean isLong;
  private final Set<Integer> enterable = new HashSet<>();
  private final Set<Integer> finished = new HashSet<>();

  /** Segment registers whose bases are wanted, a bit for each. */
  private int segments;

  // The instruction that is being written.
  private int eip;
  private int next;
  private int undone;
  private Trace.Follow follow;
  private FlagState flags;

  /**
   * @param region what the method is to be part of
   * @param body the code
   * @param knownEntries offsets at which it may be entered, if it can be
   * @param method where it is to be written
   */
  MethodCompiler(RegionCompiler region, Body body, int[] knownEntries, MethodVisitor method) {
    this.region = region;
    this.body = body;
    this.mode = region.mode;
    this.knownEntries = knownEntries;
    this.isLong = !mode.paged && body.accesses() > MANY_ACCESSES;
    this.code = new Code(method, region.owner, body.function());
    this.flagCode = new FlagCode(code);
    this.registers = new RegisterCode(code, flagCode, region.written());
    this.operations = new OperationCode(code, region, this, registers);
    this.calls = new CallCode(code, region, this, registers, flagCode, body);
    this.exits = new ExitCode(code, flagCode, region, registers, calls);
    MemoryCode memory = new MemoryCode(code, this, mode);
    this.insnCode = new InsnCode(code, flagCode, memory, this, calls, mode, region.model);
    this.flagUse = new FlagUse(body, knownEntries);
    this.blocks = new BlockMap(code, flagCode, registers, flagUse);
  }

  /** Whether accesses to memory are to be made by methods, as those in line would be too many. */
  boolean isLong() {
    return isLong;
  }

  /** Writes a call that makes an access, or has the region left in front of the instruction. */
  void access(AccessMethod access) {
    exits.expect(new Exit(eip, undone, Departure.DEVICE, flags));
    exits.access(access);
  }

  /** Where it can be entered; without the head when there is nothing to translate. */
  int[] entries() {
    return IntStream.of(knownEntries).filter(enterable::contains).toArray();
  }

  /** What has been written, but for loops where it cannot be entered. */
  Set<Integer> covered() {
    Set<Integer> covered = new HashSet<>(finished);
    covered.removeIf(at -> region.scan.isLoop(at) && !enterable.contains(at));
    return covered;
  }

  /** Writes it all; how many bytes that are. */
  int write() {
    code.method.visitCode();
    Label begin = new Label();
    Label prologue = new Label();
    boolean function = body.function();
    if (function) {
      arguments();
    }
    for (int local = function ? Code.FLAG_A : Code.GPR; local < Code.LOCALS; local++) {
      if (!function || local != Code.DEPTH) {
        code.set(local, 0);
      }
    }
    // The locals are loaded at the end of the code: only then is it known which are wanted.
    code.go(prologue);
    code.place(begin);
    if (function) {
      code.go(edge(body.entry(), FlagState.PENDING));
    } else {
      enter();
    }
    do {
      for (BlockMap.Key key = blocks.next(); key != null; key = blocks.next()) {
        block(key);
      }
    } while (code.writeCold() || blocks.hasNext());
    exits.write();
    code.place(prologue);
    prologue();
    code.go(begin);
    Label end = new Label();
    code.method.visitLabel(end);
    code.method.visitMaxs(0, 0);
    code.method.visitEnd();
    return end.getOffset();
  }

  /** Puts the arguments of a function into their locals. */
  private void arguments() {
    code.copy(2, Code.DEPTH);
    int count = Integer.bitCount(region.written());
    for (int k = 0; k < count; k++) {
      code.load(3 + k);
    }
    for (int r = 7; r >= 0; r--) {
      if ((region.written() & 1 << r) != 0) {
        code.store(Code.GPR + r);
      } else {
        code.set(Code.GPR + r, 0);
      }
    }
  }

  /** Goes to the entry at which EIP is; {@link Region} sees to it that it is at one. */
  private void enter() {
    Label[] labels = new Label[knownEntries.length];
    for (int k = 0; k < labels.length; k++) {
      labels[k] = edge(knownEntries[k], FlagState.STORED);
    }
    Label head = edge(body.entry(), FlagState.STORED);
    registers.pushCpu();
    code.method.visitFieldInsn(GETFIELD, RegisterCode.CPU, "eip", "I");
    code.method.visitLookupSwitchInsn(head, knownEntries, labels);
  }

  private void prologue() {
    if (!body.function()) {
      code.constantField("ASSIST", MemoryCode.ASSIST);
      code.method.visitFieldInsn(GETFIELD, "dev/biosgateway/x86/translate/Assist", "floor", "I");
      code.store(Code.FLOOR);
      registers.loadFlags();
      registers.load(RegisterUse.ALL);
    } else {
      registers.load(RegisterUse.ALL & ~region.written());
      code.copy(Code.GPR + Cpu.ESP, Code.RETURN_ESP);
    }
    loadBases(segments);
  }

  private void loadBases(int which) {
    for (int s = 0; s < 6; s++) {
      if ((which & 1 << s) != 0 && mode.based(s)) {
        registers.loadBase(s);
      }
    }
  }

  /** Loads those bases again that a function may have changed. */
  void loadBases() {
    loadBases(region.loadedSegments());
  }

  // ---- blocks

  private void block(BlockMap.Key key) {
    code.place(blocks.label(key));
    if (code.size() > region.enough) {
      region.cut();
      code.go(leave(key.eip(), key.flags(), 0, Departure.BRANCH));
      return;
    }
    boolean again = !key.flags().equals(FlagState.STORED);
    Trace trace = Trace.from(key.eip(), region.scan, insnCode::canWrite, again);
    undone = trace.steps.size();
    flags = key.flags();
    if (undone > 0) {
      if (!again || flagUse.mixesAt(key.eip())) {
        enterable.add(key.eip());
      }
      countDown(key, undone);
    }
    for (Trace.Step step : trace.steps) {
      eip = step.eip();
      if (code.size() > region.enough + MORE) {
        region.cut();
        code.go(leave(eip, flags, undone, Departure.BRANCH));
        return;
      }
      next = eip + step.insn().length;
      follow = step.follow();
      settle(step.insn());
      flags = insnCode.write(step.insn(), flags, eip);
      finished.add(eip);
      undone--;
    }
    if (!trace.branches) {
      boolean inside = !trace.steps.isEmpty() && body.instructions().containsKey(trace.end);
      code.go(inside ? edge(trace.end, flags) : leave(trace.end, flags, 0, Departure.BRANCH));
    }
  }

  private void countDown(BlockMap.Key key, int count) {
    exits.expect(new Exit(key.eip(), 0, Departure.BUDGET, key.flags()));
    code.load(Code.LEFT);
    code.constant(count);
    boolean head = !body.function() && key.eip() == body.entry();
    if (head) {
      code.load(Code.FLOOR);
    }
    exits.counted("take", head ? "(III)I" : "(II)I");
    code.store(Code.LEFT);
  }

  /** Where to go for the block at {@code target} when the flags are in {@code state}. */
  Label edge(int target, FlagState state) {
    return body.instructions().containsKey(target)
        ? blocks.edge(target, state)
        : leave(target, state, 0, Departure.BRANCH);
  }

  /** Before an instruction that asks for flags of which only the running code knows. */
  private void settle(Insn insn) {
    int asked = FlagUse.asks(insn);
    boolean unknown = flags.isStep() ? (asked & Eflags.CF) != 0 : asked != 0;
    if (flags.isLate() && unknown) {
      makeStored(flags);
      flags = FlagState.STORED;
    }
  }

  /** Where the trace goes on after the branch that is being written. */
  Trace.Follow follow() {
    return follow;
  }

  /**
   * Where to go for the block at {@code target} from the branch that is being written, the rest of
   * whose trace is not executed then.
   */
  Label sideEdge(int target, FlagState state) {
    int rest = undone - 1;
    Label there = edge(target, state);
    if (rest == 0) {
      return there;
    }
    Label stub = new Label();
    code.cold(
        () -> {
          code.place(stub);
          code.method.visitIincInsn(Code.LEFT, rest);
          code.go(there);
        });
    return stub;
  }

  /** Computes result and carries into the flag operands. */
  void makeStored(FlagState state) {
    registers.makeStored(state);
  }

  /** Pushes what {@link DeferredFlags} makes flags of. */
  void pushFlags(FlagState s) {
    flagCode.pushAll(s);
  }

  // ---- leaving

  /** Leaves with EIP at {@code target}, {@code undone} instructions of the block not retired. */
  Label leave(int target, FlagState state, int undoneNow, Departure why) {
    Label stub = new Label();
    code.cold(
        () -> {
          code.place(stub);
          exits.leave(new Exit(target, undoneNow, why, state));
        });
    return stub;
  }

  /** Leaves, with {@link Code#EIP} set. */
  void leaveAtEip(FlagState state, int undoneNow, Departure why) {
    exits.leaveAtEip(new Exit(0, undoneNow, why, state));
  }

  /** Leaves in front of an instruction after {@link Assist} did not make its access. */
  Label refused() {
    return exits.refused();
  }

  /** Leaves in front of the instruction that is being written. */
  Label leaveBefore(Departure why) {
    return leave(eip, flags, undone, why);
  }

  /** What leaves behind the instruction that is being written, going on at {@code target}. */
  Runnable behind(int target, FlagState after) {
    int rest = undone - 1;
    return () -> exits.leave(new Exit(target, rest, Departure.ATTENTION, after));
  }

  /** The same, going on where {@link Code#EIP} says. */
  Runnable behindAtEip(FlagState after) {
    int rest = undone - 1;
    return () -> leaveAtEip(after, rest, Departure.ATTENTION);
  }

  /** Behind a call with what is left on the operand stack: returns when the region was left. */
  void goOn() {
    exits.goOn();
  }

  void returnDeparted() {
    calls.returnDeparted();
  }

  // ---- what instructions want

  /** The site of the instruction that is being written, with its memory operand in a segment. */
  Site site(int segment) {
    return new Site(eip, next, segment, undone, flags);
  }

  /** The flags that somebody of the method asks for, of those that come to {@code at}. */
  int asked(int at) {
    return flagUse.asked(at);
  }

  /** Offset behind the instruction that is being written. */
  int next() {
    return next;
  }

  /** The immediate of the instruction that is being written, when it is read from memory. */
  PatchedCode.Immediate patchedImmediate() {
    return region.scan.immediate(eip);
  }

  /**
   * Offset of the handler to which the INT at {@code at} led; null when it is not in the method.
   */
  Integer handler(int at) {
    Integer offset = region.scan.handlers.get(at);
    return offset == null || !body.instructions().containsKey(offset) ? null : offset;
  }

  /** Offsets in the method that the jump that is being written may lead to, ascending. */
  int[] jumpTargets() {
    return region.scan.jumps(eip).stream()
        .filter(body.instructions()::containsKey)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Offsets in the method that an IRET may lead to, ascending. */
  int[] behindInterrupts() {
    return body.behindInterrupts();
  }

  void pushSite(Site site) {
    code.constantField("SITES", "[Ldev/biosgateway/x86/translate/Site;");
    code.constant(region.site(site));
    code.op(Opcodes.AALOAD);
  }

  void uses(int segment) {
    segments |= 1 << segment;
    region.uses(segment);
  }

  void loadBase(int segment) {
    registers.loadBase(segment);
  }

  void pushSegment(int segment) {
    registers.pushSegment(segment);
  }

  /** Writes a call that may raise an exception of the CPU: then the registers are put back. */
  void guarded(Runnable call) {
    exits.guarded(call);
  }

  /** Has the instruction executed by its operation, with everything in its place; then goes on. */
  void execute(Insn insn) {
    operations.execute(insn);
  }

  /** Has all passes made of a string instruction; see {@link OperationCode#executeRepeated}. */
  void executeRepeated(Insn insn, Site site) {
    operations.executeRepeated(insn, site);
  }

  /** Has the instruction executed by its operation, and leaves to wherever that went. */
  void executeAndLeave(Insn insn) {
    operations.executeAndLeave(insn);
  }

  /** Has a transfer executed; see {@link OperationCode#executeTransfer}. */
  void executeTransfer(Insn insn, Site site) {
    operations.executeTransfer(insn, site);
  }

  /** Has an INT done that is plain; pushes {@link Assist#NEAR} and its like. */
  void softwareNear(int vector, Site site) {
    operations.softwareNear(vector, site);
  }

  /** Has an IRET done that is plain; pushes {@link Assist#NEAR} and its like. */
  void returnNear(boolean operand32, Site site) {
    operations.returnNear(operand32, site);
  }

  /** Takes up EIP and the stack pointer from the CPU. */
  void loadStackPointer() {
    registers.load(1 << Cpu.ESP);
    registers.loadEip();
  }

  /** Puts the flags into the flag operands, as {@link FlagState#STORED} has them. */
  void loadFlags() {
    registers.loadFlags();
  }

  /** Behind an instruction that was executed: leaves when its mode is not the region's any more. */
  void leaveUnlessMode() {
    operations.leaveUnlessMode();
  }
}
