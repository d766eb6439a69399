package dev.biosgateway.x86.translate;

import static org.objectweb.asm.Opcodes.ACC_FINAL;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;

import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Insn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes the class of one region: a method for where it is entered and one for each guest function
 * that it calls; and collects what they use of the machine.
 */
final class RegionCompiler {
  /** Bytes a method may have: the JVM does not compile methods of more than 8000. */
  private static final int MAX_METHOD = 7900;

  /**
   * Bytes of a method after which no further block is begun, from the first attempt to the last:
   * what is seldom executed comes on top, about as much again.
   */
  static final int[] ENOUGH = {MAX_METHOD, 5800, 5200, 4600, 4000, 2400, 1200, 600};

  final RegionScan scan;
  final Mode mode;
  final CpuModel model;
  final int head;
  final String owner;

  /** Bytes of a method after which no further block is begun. */
  final int enough;

  private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
  private final Map<Site, Integer> sites = new LinkedHashMap<>();
  private final Map<Exit, Integer> exits = new LinkedHashMap<>();
  private final List<Insn> operations = new ArrayList<>();
  private final Set<AccessMethod> accesses = new LinkedHashSet<>();
  private final Set<Integer> functions = new HashSet<>();
  private final ArrayDeque<Integer> open = new ArrayDeque<>();
  private final Bodies bodies;
  private final Body main;
  private final int written;
  private final int[] knownEntries;
  private int[] entries = {};
  private Set<Integer> covered = Set.of();
  private int segments;
  private int codeSize;
  private boolean cut;

  RegionCompiler(RegionScan scan, Mode mode, CpuModel model, int head, String owner, int enough) {
    this.scan = scan;
    this.mode = mode;
    this.model = model;
    this.head = head;
    this.owner = owner;
    this.enough = enough;
    this.bodies = new Bodies(scan);
    this.main = Body.from(head, false, scan);
    this.written = Body.written(scan.instructions);
    Map<Integer, Insn> inMain = main.instructions();
    this.knownEntries = IntStream.of(scan.entries(head)).filter(inMain::containsKey).toArray();
  }

  /** A bit for each segment register the code relies on. */
  int segments() {
    return segments;
  }

  Site[] sites() {
    return sites.keySet().toArray(new Site[0]);
  }

  Exit[] exits() {
    return exits.keySet().toArray(new Exit[0]);
  }

  /** The instructions that are executed by their operations, as the code numbers them. */
  List<Insn> operations() {
    return operations;
  }

  /** Bytes of the largest method. */
  int codeSize() {
    return codeSize;
  }

  /** Whether there was no room for all of it. */
  boolean isCut() {
    return cut;
  }

  /** The method that is being written has no room for more. */
  void cut() {
    cut = true;
  }

  /** Where the code can be entered; without the head when there is nothing to translate. */
  int[] entries() {
    return entries;
  }

  /** Offsets of the instructions around the entries that the code has, but no other loops. */
  Set<Integer> covered() {
    return covered;
  }

  /** Writes the class; null when a method is too large. */
  byte[] compile() {
    writer.visit(
        Opcodes.V17,
        ACC_PUBLIC | ACC_FINAL,
        owner,
        null,
        "dev/biosgateway/x86/translate/RegionCode",
        null);
    MethodVisitor run = writer.visitMethod(ACC_PUBLIC, "run", "(I)I", null, null);
    MethodCompiler entered = new MethodCompiler(this, main, knownEntries, run);
    codeSize = entered.write();
    entries = entered.entries();
    covered = entered.covered();
    while (!open.isEmpty() && codeSize <= MAX_METHOD) {
      int entry = open.removeFirst();
      MethodVisitor method =
          writer.visitMethod(
              ACC_PRIVATE | ACC_STATIC, functionName(entry), functionDescriptor(), null, null);
      Body body = bodies.function(entry);
      int size = new MethodCompiler(this, body, new int[] {entry}, method).write();
      codeSize = Math.max(codeSize, size);
    }
    if (codeSize > MAX_METHOD) {
      return null;
    }
    accesses.forEach(access -> access.write(writer, owner, mode));
    new RegionClass(writer, owner, operations.size(), mode.paged).write();
    writer.visitEnd();
    return writer.toByteArray();
  }

  // ---- what methods want

  /** General registers that some instruction may write, a bit for each. */
  int written() {
    return written;
  }

  /** Segment registers that some instruction loads, a bit for each. */
  int loadedSegments() {
    return scan.instructions.values().stream()
        .mapToInt(SegmentCode::loadedBit)
        .reduce(0, (a, b) -> a | b);
  }

  /**
   * The name of the method of the guest function at {@code entry}, which is going to be written.
   */
  String function(int entry) {
    if (functions.add(entry)) {
      open.addLast(entry);
    }
    return functionName(entry);
  }

  /** Where to return, what is left, how deep calls may go, registers; what is left, and EAX. */
  String functionDescriptor() {
    return "(III" + "I".repeat(Integer.bitCount(written)) + ")J";
  }

  /** General registers that the function at {@code entry}, or one it calls, may write. */
  int writtenFrom(int entry) {
    return bodies.writtenFrom(entry);
  }

  /** Bytes that every return of the function at {@code entry} takes off the stack, or -1. */
  int popsFrom(int entry) {
    return bodies.popsFrom(entry);
  }

  private static String functionName(int entry) {
    return "f" + Integer.toHexString(entry);
  }

  /** The name of the method that makes accesses of a kind. */
  String access(AccessMethod access) {
    accesses.add(access);
    return access.name();
  }

  /** Number of a site. */
  int site(Site site) {
    return sites.computeIfAbsent(site, s -> sites.size());
  }

  /** Number of a way out. */
  int exit(Exit exit) {
    return exits.computeIfAbsent(exit, e -> exits.size());
  }

  /** Number of an instruction that is executed by its operation. */
  int operation(Insn insn) {
    operations.add(insn);
    return operations.size() - 1;
  }

  void uses(int segment) {
    segments |= 1 << segment;
  }
}
