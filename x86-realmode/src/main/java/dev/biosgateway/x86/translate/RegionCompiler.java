package dev.biosgateway.x86.translate;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.INVOKEINTERFACE;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.PUTFIELD;

import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes the class of one region: a block of Java for each guest block and each state in which the
 * flags come into it, so that what is known of the flags is known on every way.
 */
final class RegionCompiler {
  /** Ways in which the flags may come into a block before they are made equal for the rest. */
  private static final int MAX_VARIANTS = 3;

  /**
   * Bytes after which no further block is begun. What is seldom executed comes on top, about as
   * much again, and the JVM does not compile methods of more than 8000.
   */
  private static final int ENOUGH = 3200;

  /** Bytes after which a block is cut short. */
  private static final int MORE_THAN_ENOUGH = 4200;

  /** Bytes a method may have: the JVM does not compile methods of more than 8000. */
  private static final int MAX_METHOD = 7500;

  private static final String CPU = "dev/biosgateway/x86/cpu/Cpu";
  private static final String EFLAGS = "dev/biosgateway/x86/cpu/Eflags";
  static final String SEGMENT = "dev/biosgateway/x86/cpu/SegmentRegister";
  private static final String SITES = "[Ldev/biosgateway/x86/translate/Site;";
  private static final String CPU_EXCEPTION = "dev/biosgateway/x86/cpu/CpuException";
  private static final String INSN = "Ldev/biosgateway/x86/isa/Insn;";
  private static final String OPERATION = "dev/biosgateway/x86/cpu/Operation";

  private record Key(int eip, FlagState flags) {}

  private final Map<Integer, Insn> instructions;
  private final RegionScan scan;
  private final Mode mode;
  private final CpuModel model;
  private final int head;
  private final String owner;
  private final Map<Key, Label> variants = new HashMap<>();
  private final Map<Integer, Integer> variantCount = new HashMap<>();
  private final ArrayDeque<Key> open = new ArrayDeque<>();

  /** The way out. */
  private final Label way = new Label();

  private boolean leaves;
  private final List<Site> sites = new ArrayList<>();
  private final List<Insn> operations = new ArrayList<>();
  private Code code;
  private FlagCode flagCode;
  private InsnCode insnCode;
  private final Label handler = new Label();
  private boolean handled;
  private int segments;

  /** General registers that the region writes, a bit for each. */
  private final int written;

  private int codeSize;

  // The instruction that is being written.
  private int eip;
  private int next;
  private int undone;
  private Trace.Follow follow;
  private FlagState flags;

  private final Set<Integer> enterable = new HashSet<>();
  private final FlagUse flagUse;

  RegionCompiler(RegionScan scan, Mode mode, CpuModel model, int head, String owner) {
    this.scan = scan;
    this.model = model;
    this.instructions = scan.instructions;
    this.mode = mode;
    this.written =
        instructions.values().stream().mapToInt(RegisterUse::written).reduce(0, (a, b) -> a | b);
    this.head = head;
    this.owner = owner;
    this.flagUse = new FlagUse(instructions, scan.entries(head));
  }

  /** A bit for each segment register the code relies on. */
  int segments() {
    return segments;
  }

  List<Site> sites() {
    return sites;
  }

  /** The instructions that are executed by their operations, as the code numbers them. */
  List<Insn> operations() {
    return operations;
  }

  /** Bytes of the method {@link RegionCode#run}. */
  int codeSize() {
    return codeSize;
  }

  /** Where the code can be entered; without the head when there is nothing to translate. */
  int[] entries() {
    return IntStream.of(scan.entries(head)).filter(enterable::contains).toArray();
  }

  /** Writes the class; null when its method is too large. */
  byte[] compile() {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        Opcodes.V17,
        ACC_PUBLIC | ACC_FINAL,
        owner,
        null,
        "dev/biosgateway/x86/translate/RegionCode",
        null);
    MethodVisitor method = writer.visitMethod(ACC_PUBLIC, "run", "(I)I", null, null);
    method.visitCode();
    code = new Code(method, owner);
    flagCode = new FlagCode(code);
    insnCode = new InsnCode(code, flagCode, new MemoryCode(code, this, mode), this, mode, model);
    Label begin = new Label();
    Label prologue = new Label();
    // The locals are loaded at the end of the code: only then is it known which are wanted.
    for (int local = Code.GPR; local < Code.LOCALS; local++) {
      code.set(local, 0);
    }
    code.go(prologue);
    code.place(begin);
    enter();
    while (!open.isEmpty()) {
      block(open.removeFirst());
    }
    boolean more = true;
    while (more) {
      more = code.writeCold();
      while (!open.isEmpty()) {
        block(open.removeFirst());
        more = true;
      }
    }
    epilogue();
    code.place(prologue);
    prologue();
    code.go(begin);
    Label end = new Label();
    method.visitLabel(end);
    method.visitMaxs(0, 0);
    method.visitEnd();
    codeSize = end.getOffset();
    if (codeSize > MAX_METHOD) {
      return null;
    }
    new RegionClass(writer, owner, operations.size(), mode.paged).write();
    writer.visitEnd();
    return writer.toByteArray();
  }

  /** Goes to the entry at which EIP is; {@link Region} sees to it that it is at one. */
  private void enter() {
    int[] known = scan.entries(head);
    Label[] labels = new Label[known.length];
    for (int k = 0; k < known.length; k++) {
      labels[k] = edge(known[k], FlagState.STORED);
    }
    code.constantField("CPU", "L" + CPU + ";");
    code.method.visitFieldInsn(GETFIELD, CPU, "eip", "I");
    code.method.visitLookupSwitchInsn(edge(head, FlagState.STORED), known, labels);
  }

  private void prologue() {
    code.constantField("ASSIST", MemoryCode.ASSIST);
    code.method.visitFieldInsn(GETFIELD, "dev/biosgateway/x86/translate/Assist", "floor", "I");
    code.store(Code.FLOOR);
    loadRegisters(RegisterUse.ALL);
    for (int s = 0; s < 6; s++) {
      if ((segments & 1 << s) != 0 && mode.based(s)) {
        loadBase(s);
      }
    }
  }

  void loadBase(int segment) {
    pushSegment(segment);
    code.method.visitFieldInsn(GETFIELD, SEGMENT, "base", "I");
    code.store(Code.BASE + segment);
  }

  void pushSegment(int segment) {
    code.constantField("SEGMENT" + segment, "L" + SEGMENT + ";");
  }

  private void loadRegisters(int which) {
    loadGeneral(which);
    loadFlags();
  }

  private void loadGeneral(int which) {
    for (int r = 0; r < 8; r++) {
      if ((which & 1 << r) != 0) {
        code.constantField("GPR", "[I");
        code.constant(r);
        code.op(Opcodes.IALOAD);
        code.store(Code.GPR + r);
      }
    }
  }

  /** Puts the flags into the flag operands, as {@link FlagState#STORED} has them. */
  void loadFlags() {
    flagField("result");
    code.store(Code.FLAG_A);
    flagField("carries");
    code.store(Code.FLAG_B);
  }

  private void flagField(String name) {
    code.constantField("EFLAGS", "L" + EFLAGS + ";");
    code.method.visitFieldInsn(GETFIELD, EFLAGS, name, "I");
  }

  private void storeRegisters() {
    for (int r = 0; r < 8; r++) {
      if ((written & 1 << r) != 0) {
        code.constantField("GPR", "[I");
        code.constant(r);
        code.load(Code.GPR + r);
        code.op(Opcodes.IASTORE);
      }
    }
  }

  /** Pushes what {@link DeferredFlags} makes flags of. */
  void pushFlags(FlagState s) {
    flagCode.pushAll(s);
  }

  private void storeFlags(FlagState s) {
    if (s.isMixed()) {
      code.constantField("EFLAGS", "L" + EFLAGS + ";");
      pushFlags(s);
      code.method.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          "dev/biosgateway/x86/translate/DeferredFlags",
          "write",
          "(L" + EFLAGS + ";IIIIII)V",
          false);
      return;
    }
    code.constantField("EFLAGS", "L" + EFLAGS + ";");
    flagCode.result(s);
    code.method.visitFieldInsn(PUTFIELD, EFLAGS, "result", "I");
    code.constantField("EFLAGS", "L" + EFLAGS + ";");
    flagCode.carries(s);
    code.method.visitFieldInsn(PUTFIELD, EFLAGS, "carries", "I");
  }

  // ---- blocks

  /** Where a block is, or will be, that is entered in that state. */
  private Label variant(int target, FlagState state) {
    Key key = new Key(target, state);
    Label label = variants.get(key);
    if (label == null) {
      label = new Label();
      variants.put(key, label);
      variantCount.merge(target, 1, Integer::sum);
      open.addLast(key);
    }
    return label;
  }

  private void block(Key key) {
    Label here = variants.get(key);
    code.place(here);
    if (code.size() > ENOUGH) {
      code.go(leave(key.eip, key.flags, 0, Departure.BRANCH));
      return;
    }
    boolean again = !key.flags.equals(FlagState.STORED);
    Trace trace = Trace.from(key.eip, scan, insnCode::canWrite, again);
    undone = trace.steps.size();
    flags = key.flags;
    if (undone > 0) {
      if (again == key.flags.isMixed()) {
        enterable.add(key.eip);
      }
      countDown(key, undone);
    }
    for (Trace.Step step : trace.steps) {
      eip = step.eip();
      if (code.size() > MORE_THAN_ENOUGH) {
        code.go(leave(eip, flags, undone, Departure.BRANCH));
        return;
      }
      next = eip + step.insn().length;
      follow = step.follow();
      settle(step.insn());
      flags = insnCode.write(step.insn(), flags, eip);
      undone--;
    }
    if (!trace.branches) {
      boolean inside = !trace.steps.isEmpty() && instructions.containsKey(trace.end);
      code.go(inside ? edge(trace.end, flags) : leave(trace.end, flags, 0, Departure.BRANCH));
    }
  }

  private void countDown(Key key, int count) {
    code.method.visitIincInsn(Code.LEFT, -count);
    code.load(Code.LEFT);
    code.jump(IFLT, leave(key.eip, flags, count, Departure.BUDGET));
  }

  /** Where to go for the block at {@code target} when the flags are in {@code state}. */
  Label edge(int target, FlagState state) {
    if (!instructions.containsKey(target)) {
      return leave(target, state, 0, Departure.BRANCH);
    }
    if (state.isMixed() || flagUse.mixesAt(target)) {
      return mixedEdge(target, state);
    }
    boolean known = variants.containsKey(new Key(target, state));
    if (known || variantCount.getOrDefault(target, 0) < MAX_VARIANTS - 1) {
      return variant(target, state);
    }
    if (state.equals(FlagState.STORED)) {
      return variant(target, state);
    }
    Label stub = new Label();
    code.cold(
        () -> {
          code.place(stub);
          makeStored(state);
          code.go(variant(target, FlagState.STORED));
        });
    return stub;
  }

  /** Where to go for the block at {@code target} when its flags, or those before it, are mixed. */
  private Label mixedEdge(int target, FlagState state) {
    Label there = variant(target, FlagState.MIXED);
    if (state.equals(FlagState.MIXED)) {
      return there;
    }
    Label stub = new Label();
    code.cold(
        () -> {
          code.place(stub);
          FlagState known = state;
          if (state.isRotate()) {
            makeStored(state);
            known = FlagState.STORED;
          }
          flagCode.mix(known);
          code.go(there);
        });
    return stub;
  }

  /** Before an instruction that asks for flags of which only the running code knows. */
  private void settle(Insn insn) {
    int asked = FlagUse.asks(insn);
    boolean unknown = flags.kind() == FlagState.Kind.MIXED ? asked != 0 : (asked & Eflags.CF) != 0;
    if (flags.isMixed() && unknown) {
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
    if (state.equals(FlagState.STORED)) {
      return;
    }
    if (state.isMixed()) {
      storeFlags(state);
      loadFlags();
      return;
    }
    flagCode.carries(state);
    code.store(Code.TEMP);
    flagCode.result(state);
    code.store(Code.FLAG_A);
    code.copy(Code.TEMP, Code.FLAG_B);
  }

  // ---- leaving

  /** Leaves with EIP at {@code target}, {@code undone} instructions of the block not retired. */
  Label leave(int target, FlagState state, int undoneNow, Departure why) {
    Label stub = new Label();
    code.cold(
        () -> {
          code.place(stub);
          code.set(Code.EIP, target);
          leaveAtEip(state, undoneNow, why);
        });
    return stub;
  }

  /** Leaves, with {@link Code#EIP} set. */
  void leaveAtEip(FlagState state, int undoneNow, Departure why) {
    if (undoneNow != 0) {
      code.method.visitIincInsn(Code.LEFT, undoneNow);
    }
    code.set(Code.WHY, why.ordinal());
    flagCode.give(state);
    code.go(way);
    leaves = true;
  }

  /** Leaves in front of an instruction. */
  Label leaveBefore(Site site, Departure why) {
    return leave(site.eip(), site.flags(), site.undone(), why);
  }

  /** Leaves in front of the instruction that is being written. */
  Label leaveBefore(Departure why) {
    return leave(eip, flags, undone, why);
  }

  /** What leaves behind the instruction that is being written, going on at {@code target}. */
  Runnable behind(int target, FlagState after) {
    int rest = undone - 1;
    return () -> {
      code.set(Code.EIP, target);
      leaveAtEip(after, rest, Departure.ATTENTION);
    };
  }

  /** The same, going on where {@link Code#EIP} says. */
  Runnable behindAtEip(FlagState after) {
    int rest = undone - 1;
    return () -> leaveAtEip(after, rest, Departure.ATTENTION);
  }

  private void epilogue() {
    if (leaves) {
      code.place(way);
      storeFlags(FlagState.MIXED);
      storeRegisters();
      code.constantField("CPU", "L" + CPU + ";");
      code.load(Code.EIP);
      code.method.visitFieldInsn(PUTFIELD, CPU, "eip", "I");
      depart();
    }
    if (handled) {
      code.placeHandler(handler, CPU_EXCEPTION);
      storeRegisters();
      code.op(Opcodes.ATHROW);
    }
  }

  private void depart() {
    code.constantField("ASSIST", MemoryCode.ASSIST);
    code.load(Code.WHY);
    code.method.visitFieldInsn(PUTFIELD, "dev/biosgateway/x86/translate/Assist", "departure", "I");
    code.load(Code.LEFT);
    code.op(Opcodes.IRETURN);
  }

  // ---- what instructions want

  /** The site of the instruction that is being written, with its memory operand in a segment. */
  Site site(int segment) {
    return new Site(eip, next, segment, undone, flags);
  }

  /** Offset behind the instruction that is being written. */
  int next() {
    return next;
  }

  /** The immediate of the instruction that is being written, when it is read from memory. */
  PatchedCode.Immediate patchedImmediate() {
    return scan.immediate(eip);
  }

  /**
   * Offset of the handler to which the INT at {@code at} led; null when it is not in the region.
   */
  Integer handler(int at) {
    Integer handler = scan.handlers.get(at);
    return handler == null || !instructions.containsKey(handler) ? null : handler;
  }

  /** Offsets in the region that a return or another indirect branch may lead to, ascending. */
  int[] indirectTargets() {
    return scan.returns.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  void pushSite(Site site) {
    int index = sites.indexOf(site);
    if (index < 0) {
      index = sites.size();
      sites.add(site);
    }
    code.constantField("SITES", SITES);
    code.constant(index);
    code.op(Opcodes.AALOAD);
  }

  void uses(int segment) {
    segments |= 1 << segment;
  }

  /** Writes a call that may raise an exception of the CPU: then the registers are put back. */
  void guarded(Runnable call) {
    Label from = new Label();
    Label to = new Label();
    code.method.visitTryCatchBlock(from, to, handler, CPU_EXCEPTION);
    code.method.visitLabel(from);
    call.run();
    code.method.visitLabel(to);
    handled = true;
  }

  /** Has the instruction executed by its operation, with everything in its place; then goes on. */
  void execute(Insn insn) {
    perform(insn);
    if (insn.endsBlock() && insn.row.mnemonic().is(Mnemonic.Trait.STRING)) {
      countAgain();
    }
    code.constantField("ASSIST", MemoryCode.ASSIST);
    assist("isLast", "()Z");
    leaveWithAllInPlace(Departure.ATTENTION);
    loadRegisters(RegisterUse.written(insn));
  }

  /** Has the instruction executed by its operation, and leaves to wherever that went. */
  void executeAndLeave(Insn insn) {
    perform(insn);
    departBehind(Departure.ELSEWHERE);
  }

  /** Behind an instruction that was executed: leaves when its mode is not the region's any more. */
  void leaveUnlessMode() {
    code.constantField("ASSIST", MemoryCode.ASSIST);
    assist("isOutOfMode", "()Z");
    leaveWithAllInPlace(Departure.ELSEWHERE);
  }

  /**
   * Has a transfer executed by its operation, which needs no general register but ESP; pushes
   * whether the region is to be left then. EIP is where it went to.
   */
  void executeTransfer(Insn insn) {
    code.constantField("GPR", "[I");
    code.constant(Cpu.ESP);
    code.load(Code.GPR + Cpu.ESP);
    code.op(Opcodes.IASTORE);
    begin();
    guarded(() -> operation(insn));
    loadGeneral(1 << Cpu.ESP);
    code.constantField("CPU", "L" + CPU + ";");
    code.method.visitFieldInsn(GETFIELD, CPU, "eip", "I");
    code.store(Code.EIP);
    code.constantField("ASSIST", MemoryCode.ASSIST);
    assist("isLastOrOutOfMode", "()Z");
  }

  private void perform(Insn insn) {
    storeRegisters();
    begin();
    operation(insn);
  }

  private void begin() {
    storeFlags(flags);
    code.constantField("ASSIST", MemoryCode.ASSIST);
    pushSite(site(0));
    code.load(Code.LEFT);
    assist("begin", "(Ldev/biosgateway/x86/translate/Site;I)V");
  }

  private void operation(Insn insn) {
    int index = operations.size();
    operations.add(insn);
    code.constantField("OPERATION" + index, "L" + OPERATION + ";");
    code.constantField("CPU", "L" + CPU + ";");
    code.constantField("INSN" + index, INSN);
    code.method.visitMethodInsn(
        INVOKEINTERFACE, OPERATION, "execute", "(L" + CPU + ";" + INSN + ")V", true);
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
    code.set(Code.WHY, why.ordinal());
    depart();
  }

  /** Passes of REP have been counted, and an instruction that waits has not. */
  private void countAgain() {
    code.constantField("ASSIST", MemoryCode.ASSIST);
    assist("left", "()I");
    code.store(Code.LEFT);
  }

  private void assist(String name, String descriptor) {
    code.method.visitMethodInsn(
        INVOKEVIRTUAL, "dev/biosgateway/x86/translate/Assist", name, descriptor, false);
  }
}
