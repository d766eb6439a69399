package dev.biosgateway.x86.translate;

import static dev.biosgateway.x86.translate.Code.ADDRESS;
import static dev.biosgateway.x86.translate.Code.OFFSET;
import static dev.biosgateway.x86.translate.Code.TEMP3;
import static dev.biosgateway.x86.translate.Code.VALUE;
import static org.objectweb.asm.Opcodes.BALOAD;
import static org.objectweb.asm.Opcodes.BASTORE;
import static org.objectweb.asm.Opcodes.GETFIELD;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPEQ;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.IUSHR;

import dev.biosgateway.x86.bus.PageFlags;
import dev.biosgateway.x86.isa.Insn;
import org.objectweb.asm.Label;

/**
 * Writes accesses to guest memory: the limit, where the segment is not flat; the alignment, which
 * says for most that they are within a page; the TLB, when paging is on; one test of the page's
 * flags; and the access to the array. Whatever is not that simple goes out of line to {@link
 * Assist}.
 */
final class MemoryCode {
  static final String ASSIST = "Ldev/biosgateway/x86/translate/Assist;";
  private static final String ASSIST_CLASS = "dev/biosgateway/x86/translate/Assist";
  private static final String VAR_HANDLE = "Ljava/lang/invoke/VarHandle;";
  private static final String BUS = "dev/biosgateway/x86/bus/PhysicalBus";

  private final Code code;
  private final MethodCompiler region;
  private final Mode mode;

  MemoryCode(Code code, MethodCompiler region, Mode mode) {
    this.code = code;
    this.region = region;
    this.mode = mode;
  }

  /** Puts the offset of the memory operand into {@link Code#OFFSET}. */
  void offset(Insn i) {
    boolean something = false;
    if (i.base != Insn.ZERO) {
      code.load(Code.GPR + i.base);
      something = true;
    }
    if (i.index != Insn.ZERO) {
      code.load(Code.GPR + i.index);
      if (i.scale != 0) {
        code.op(ISHL, i.scale);
      }
      if (something) {
        code.op(IADD);
      }
      something = true;
    }
    if (!something) {
      code.set(OFFSET, i.disp & i.addressMask);
      return;
    }
    if (i.disp != 0) {
      code.op(IADD, i.disp);
    }
    if (i.addressMask == 0xffff) {
      code.zeroExtend(16);
    }
    code.store(OFFSET);
  }

  /** Loads from {@link Code#OFFSET} into {@link Code#VALUE}, zero-extended. */
  void load(int segment, int width, int offsetMask) {
    region.uses(segment);
    if (byMethod(new AccessMethod(false, segment, width, offsetMask), 0)) {
      code.store(VALUE);
      return;
    }
    Site site = region.site(segment);
    Label slow = new Label();
    Label done = new Label();
    if (check(segment, width, false, offsetMask, slow)) {
      fetch(width);
      code.place(done);
      code.cold(
          () -> {
            code.place(slow);
            help("load", width, site);
            code.go(done);
          });
    } else {
      help("load", width, site);
    }
  }

  /**
   * Loads from {@link Code#OFFSET} into {@link Code#VALUE}, has {@code compute} make something of
   * it in local {@code into}, and stores that; {@code tail} is what is left to do then, and {@code
   * leave} leaves behind the instruction.
   */
  void modify(
      int segment,
      int width,
      int offsetMask,
      Runnable compute,
      int into,
      Runnable tail,
      Runnable leave) {
    region.uses(segment);
    if (byMethod(new AccessMethod(false, segment, width, offsetMask), 0)) {
      // Nothing has changed when the store is not made, and the load had no effect.
      code.store(VALUE);
      compute.run();
      store(segment, width, offsetMask, into, tail, leave);
      return;
    }
    Site site = region.site(segment);
    Label slow = new Label();
    Label done = new Label();
    boolean fast = check(segment, width, true, offsetMask, slow);
    if (fast) {
      fetch(width);
      compute.run();
      put(width, into);
      code.place(done);
    }
    Runnable rest =
        () -> {
          help("modify", width, site);
          compute.run();
          store(width, into, site, tail, leave, done);
        };
    if (fast) {
      code.cold(
          () -> {
            code.place(slow);
            rest.run();
          });
    } else {
      rest.run();
      code.place(done);
    }
    tail.run();
  }

  /**
   * Stores local {@code from} at {@link Code#OFFSET}; {@code tail} is what is left to do then, and
   * {@code leave} leaves behind the instruction.
   */
  void store(int segment, int width, int offsetMask, int from, Runnable tail, Runnable leave) {
    region.uses(segment);
    if (byMethod(new AccessMethod(true, segment, width, offsetMask), from)) {
      tail.run();
      return;
    }
    Site site = region.site(segment);
    Label slow = new Label();
    Label done = new Label();
    if (check(segment, width, true, offsetMask, slow)) {
      put(width, from);
      code.place(done);
      code.cold(
          () -> {
            code.place(slow);
            store(width, from, site, tail, leave, done);
          });
    } else {
      store(width, from, site, tail, leave, done);
      code.place(done);
    }
    tail.run();
  }

  // ---- by a method

  /**
   * Has an access made by a method of the region's class, where the guest code is long, and leaves
   * a value that was loaded on the operand stack.
   *
   * @return false when it is to be made in line, and nothing was written
   */
  private boolean byMethod(AccessMethod access, int from) {
    if (!region.isLong() || access.isNever(mode)) {
      return false;
    }
    code.load(OFFSET);
    if (mode.based(access.segment())) {
      code.load(Code.BASE + access.segment());
    } else {
      code.constant(0);
    }
    if (access.write()) {
      code.load(from);
    }
    region.access(access);
    return true;
  }

  /**
   * The access itself, of {@link Code#OFFSET} and {@link Code#VALUE}, or a jump to {@code slow}.
   */
  void access(AccessMethod a, Label slow) {
    check(a.segment(), a.width(), a.write(), a.offsetMask(), slow);
    if (a.write()) {
      put(a.width(), VALUE);
    } else {
      fetch(a.width());
    }
  }

  // ---- in line

  /**
   * Makes a physical address of {@link Code#OFFSET} in {@link Code#ADDRESS}, or goes to {@code
   * slow}.
   *
   * @return false when every access is slow, and nothing was written
   */
  private boolean check(int segment, int width, boolean write, int offsetMask, Label slow) {
    int size = width >> 3;
    long bytes = write ? mode.writable[segment] : mode.readable[segment];
    if (bytes < size) {
      return false;
    }
    long last = bytes - size;
    boolean limited = isLimited(segment, bytes, last, offsetMask);
    // No aligned piece reaches beyond an end of segment that is aligned, too.
    boolean byAlignment = limited && size > 1 && offsetMask == 0xffff && last >= 0x10000 - size;
    if (limited && !byAlignment) {
      limit(last, offsetMask, slow);
    }
    code.load(OFFSET);
    if (mode.based(segment)) {
      code.load(Code.BASE + segment);
      code.op(IADD);
    }
    code.store(ADDRESS);
    if (size > 1) {
      code.load(ADDRESS);
      if (byAlignment && mode.based(segment)) {
        code.load(OFFSET).op(IOR);
      }
      code.op(IAND, size - 1);
      unlessAligned(byAlignment, last, offsetMask, size, slow);
    }
    if (mode.paged) {
      translate(write, slow);
    }
    code.constantField("FLAGS", "[B");
    code.load(ADDRESS);
    code.op(IUSHR, 12);
    code.op(BALOAD);
    int slowFlags = write ? PageFlags.SLOW_WRITE : PageFlags.SLOW_READ;
    if (slowFlags != PageFlags.ALL) {
      code.op(IAND, slowFlags);
    }
    code.jump(IFNE, slow);
    return true;
  }

  /**
   * An access that wraps around 4 GB leaves its page, so flat segments need no test of their own.
   */
  private boolean isLimited(int segment, long bytes, long last, int offsetMask) {
    boolean wraps = bytes == Mode.FLAT && !mode.based(segment);
    return !wraps && last < (offsetMask & 0xffffffffL);
  }

  private void limit(long last, int offsetMask, Label slow) {
    code.load(OFFSET);
    if (offsetMask == 0xffff) {
      code.constant((int) last);
    } else {
      code.op(IADD, Integer.MIN_VALUE);
      code.constant((int) last + Integer.MIN_VALUE);
    }
    code.jump(IF_ICMPGT, slow);
  }

  /**
   * What is aligned crosses no page; if the number on the operand stack says that it is not, a
   * closer look is taken, out of line.
   */
  private void unlessAligned(boolean limited, long last, int offsetMask, int size, Label slow) {
    Label unaligned = new Label();
    Label within = new Label();
    code.jump(IFNE, unaligned);
    code.place(within);
    code.cold(
        () -> {
          code.place(unaligned);
          if (limited) {
            limit(last, offsetMask, slow);
          }
          code.load(ADDRESS);
          code.op(IAND, 0xfff);
          code.constant(0x1000 - size);
          code.jump(IF_ICMPGT, slow);
          code.go(within);
        });
  }

  private void translate(boolean write, Label slow) {
    code.load(ADDRESS);
    code.op(IUSHR, 12);
    code.op(IAND, 1023);
    code.store(TEMP3);
    code.constantField(write ? "WRITE_TAGS" : "READ_TAGS", "[I");
    code.load(TEMP3);
    code.op(IALOAD);
    code.load(ADDRESS);
    code.op(IAND, 0xfffff000);
    code.jump(IF_ICMPNE, slow);
    code.constantField("FRAMES", "[I");
    code.load(TEMP3);
    code.op(IALOAD);
    code.load(ADDRESS);
    code.op(IAND, 0xfff);
    code.op(IOR);
    code.store(ADDRESS);
  }

  private void fetch(int width) {
    bytes(width);
    code.zeroExtend(width);
    code.store(VALUE);
  }

  /** Pushes what is at {@link Code#ADDRESS}, sign-extended. */
  private void bytes(int width) {
    if (width == 8) {
      code.constantField("RAM", "[B");
      code.load(ADDRESS);
      code.op(BALOAD);
    } else {
      view(width);
      code.load(ADDRESS);
      code.method.visitMethodInsn(
          INVOKEVIRTUAL,
          "java/lang/invoke/VarHandle",
          "get",
          width == 16 ? "([BI)S" : "([BI)I",
          false);
    }
  }

  private void put(int width, int from) {
    if (width == 8) {
      code.constantField("RAM", "[B");
      code.load(ADDRESS);
      code.load(from);
      code.op(BASTORE);
    } else {
      view(width);
      code.load(ADDRESS);
      code.load(from);
      code.signExtend(width);
      code.method.visitMethodInsn(
          INVOKEVIRTUAL,
          "java/lang/invoke/VarHandle",
          "set",
          width == 16 ? "([BIS)V" : "([BII)V",
          false);
    }
  }

  private void view(int width) {
    code.method.visitFieldInsn(
        org.objectweb.asm.Opcodes.GETSTATIC, BUS, width == 16 ? "SHORT" : "INT", VAR_HANDLE);
    code.constantField("RAM", "[B");
  }

  /** Pushes an immediate operand as memory has it, sign-extended. */
  void immediate(PatchedCode.Immediate i) {
    code.set(ADDRESS, i.physical());
    bytes(i.bits());
  }

  // ---- out of line

  private void help(String name, int width, Site site) {
    code.constantField("ASSIST", ASSIST);
    code.load(OFFSET);
    code.constant(width >> 3);
    call(name, "II", site);
    code.store(VALUE);
    code.constantField("ASSIST", ASSIST);
    code.method.visitFieldInsn(GETFIELD, ASSIST_CLASS, "refused", "Z");
    code.jump(IFNE, region.refused());
  }

  /** Loads a segment register with the selector in a local; pushes whether to leave behind it. */
  void segment(String assist, int segment, int selector, Site site) {
    code.constantField("ASSIST", ASSIST);
    code.constant(segment);
    code.load(selector);
    call(assist, "II", site);
  }

  private void store(int width, int from, Site site, Runnable tail, Runnable leave, Label done) {
    code.constantField("ASSIST", ASSIST);
    code.load(OFFSET);
    code.load(from);
    code.constant(width >> 3);
    call("store", "III", site);
    code.store(TEMP3);
    code.load(TEMP3);
    code.jump(IFEQ, done);
    code.load(TEMP3);
    code.constant(Assist.NOT_DONE);
    code.jump(IF_ICMPEQ, region.refused());
    tail.run();
    leave.run();
  }

  /**
   * Writes the rest of a call of {@link Assist}, whose first arguments, {@code first}, are on the
   * operand stack.
   */
  void call(String name, String first, Site site) {
    region.pushSite(site);
    code.load(Code.LEFT);
    region.pushFlags(site.flags());
    region.guarded(
        () ->
            code.method.visitMethodInsn(
                INVOKEVIRTUAL,
                ASSIST_CLASS,
                name,
                "(" + first + "Ldev/biosgateway/x86/translate/Site;IIIIIII)I",
                false));
  }
}
