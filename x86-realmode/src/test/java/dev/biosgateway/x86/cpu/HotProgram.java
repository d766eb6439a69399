package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.cpu.GuestAssembler.Dialect;
import dev.biosgateway.x86.cpu.GuestAssembler.Store;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Disassembler;
import dev.biosgateway.x86.isa.Insn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A program as hot code is built: nests of loops, branches, tables of jumps, subroutines, stores
 * into its own instructions. A tree, so that parts of it can be left out.
 *
 * @param dialect what it is written for
 * @param routines subroutines, by the numbers calls have; each ends with a return
 * @param loops what it does again and again
 */
record HotProgram(Dialect dialect, List<List<Part>> routines, List<Part> loops) {
  /** A piece of a program. */
  interface Part {
    void write(GuestAssembler out);

    /** The parts inside it. */
    default List<Part> inside() {
      return List.of();
    }

    /** The same around other parts. */
    default Part around(List<Part> other) {
      return this;
    }
  }

  /** Instructions that go straight on. */
  record Straight(byte[] code) implements Part {
    @Override
    public void write(GuestAssembler out) {
      out.bytes(code);
    }
  }

  /** How a loop counts its rounds. */
  enum Counting {
    LOOP,
    DEC_JNZ,
    SUB_JNZ,
    DEC_MEMORY,
    COMPARE_MEMORY
  }

  /**
   * A loop.
   *
   * @param counter offset of its count in DS, where it counts in memory
   */
  record Loop(int count, Counting counting, int counter, List<Part> inside) implements Part {
    private static final int JNZ = 5;
    private static final int JB = 2;

    @Override
    public void write(GuestAssembler out) {
      String again = out.unique();
      boolean inMemory = counting == Counting.DEC_MEMORY || counting == Counting.COMPARE_MEMORY;
      int[] modrm = {out.dialect.code32() ? 5 : 6, out.dialect.code32() ? 0x3d : 0x3e};
      int begin = counting == Counting.COMPARE_MEMORY ? 0 : count;
      if (inMemory) {
        out.bytes(0xc7, modrm[0]).word(counter).word(begin);
      } else {
        out.bytes(0x51, 0xb9).word(count);
      }
      out.label(again);
      inside.forEach(p -> p.write(out));
      switch (counting) {
        case LOOP -> {
          int distance = out.at(again) - (out.here() + 2);
          if (distance >= -128) {
            out.bytes(0xe2, distance);
          } else {
            out.bytes(0x49);
            out.branch(JNZ, again);
          }
        }
        case DEC_JNZ -> {
          out.bytes(0x49);
          out.branch(JNZ, again);
        }
        case SUB_JNZ -> {
          out.bytes(0x83, 0xe9, 1);
          out.branch(JNZ, again);
        }
        case DEC_MEMORY -> {
          out.bytes(0xff, modrm[0] | 1 << 3).word(counter);
          out.branch(JNZ, again);
        }
        case COMPARE_MEMORY -> {
          out.bytes(0xff, modrm[0]).word(counter).bytes(0x83, modrm[1]).word(counter).bytes(count);
          out.branch(JB, again);
        }
      }
      if (!inMemory) {
        out.bytes(0x59);
      }
    }

    @Override
    public Part around(List<Part> other) {
      return new Loop(count, counting, counter, other);
    }
  }

  /** What is executed unless a condition, as in the opcode of Jcc, holds. */
  record Unless(int condition, List<Part> inside) implements Part {
    @Override
    public void write(GuestAssembler out) {
      String behind = out.unique();
      out.branch(condition, behind);
      inside.forEach(p -> p.write(out));
      out.label(behind);
    }

    @Override
    public Part around(List<Part> other) {
      return new Unless(condition, other);
    }
  }

  /** How a subroutine is called. */
  enum Way {
    DIRECT,
    REGISTER,
    MEMORY,
    PUSHED,
    /** The routine calls itself as often as a byte in memory says. */
    DEEP
  }

  /** A call. */
  record Call(int routine, Way way) implements Part {
    @Override
    public void write(GuestAssembler out) {
      String label = "routine" + routine;
      switch (way) {
        case DIRECT -> out.call(label);
        case REGISTER -> out.bytes(0xb8).word(out.at(label)).bytes(0xff, 0xd0);
        case MEMORY -> {
          int modrm = out.dialect.code32() ? 5 : 6;
          out.bytes(0xc7, modrm).word(HotMachine.POINTER).word(out.at(label));
          out.bytes(0xff, modrm | 2 << 3).word(HotMachine.POINTER);
        }
        case PUSHED -> {
          String behind = out.unique();
          out.bytes(0xb8).word(out.at(behind)).bytes(0x50);
          out.bytes(0xb8).word(out.at(label)).bytes(0x50, 0xc3);
          out.label(behind);
        }
        case DEEP -> {
          int modrm = out.dialect.code32() ? 5 : 6;
          out.bytes(0xc6, modrm).word(HotMachine.DEPTH).bytes(5 + routine);
          out.call("deep" + routine);
        }
      }
    }
  }

  /** A jump through a table to one of the cases, of which there are two or four. */
  record Table(List<List<Part>> cases) implements Part {
    @Override
    public void write(GuestAssembler out) {
      String table = out.unique();
      String behind = out.unique();
      List<String> labels = cases.stream().map(c -> out.unique()).toList();
      if (out.dialect.code32()) {
        out.bytes(0x89, 0xc8, 0x83, 0xe0, cases.size() - 1); // mov eax,ecx; and eax,n
        out.bytes(0x2e, 0xff, 0x24, 0x85).word(out.at(table));
      } else {
        out.bytes(0x89, 0xcb, 0x83, 0xe3, cases.size() - 1, 0xd1, 0xe3); // and shl bx,1
        out.bytes(0x2e, 0xff, 0xa7).word(out.at(table));
      }
      out.label(table);
      labels.forEach(l -> out.word(out.at(l)));
      for (int n = 0; n < cases.size(); n++) {
        out.label(labels.get(n));
        cases.get(n).forEach(p -> p.write(out));
        out.jump(behind);
      }
      out.label(behind);
    }

    @Override
    public List<Part> inside() {
      return cases.get(0);
    }

    @Override
    public Part around(List<Part> other) {
      List<List<Part>> all = new ArrayList<>(cases);
      all.set(0, other);
      return new Table(all);
    }
  }

  /** {@code mov bl, immediate}, whose bytes stores may hit. */
  record Target(int number, int immediate) implements Part {
    @Override
    public void write(GuestAssembler out) {
      out.label("target" + number);
      out.bytes(0xb3, immediate);
    }
  }

  /**
   * A store of AL, or of eight or sixteen bits more, at a target.
   *
   * @param width 8, 16 or 32 bits
   * @param aliased through another linear address of the same byte
   */
  record Patch(int number, int width, boolean aliased) implements Part {
    @Override
    public void write(GuestAssembler out) {
      Dialect d = out.dialect;
      int immediate = out.at("target" + number) + 1;
      int opcode = width == 8 ? 0x88 : 0x89;
      if (width != 8 && (width == 32) != d.code32()) {
        out.bytes(0x66);
      }
      if (d.store() == Store.CODE_SEGMENT) {
        out.bytes(0x2e, opcode, 0x06).word(immediate);
        return;
      }
      int linear = immediate - d.origin() + d.base() + (aliased ? d.alias() : 0);
      if (!d.code32()) {
        out.bytes(0x67);
      }
      out.bytes(opcode, 0x05, linear, linear >> 8, linear >> 16, linear >> 24);
    }
  }

  byte[] bytes() {
    return assemble(new ArrayList<>()).code();
  }

  /** Offsets in CS of the loops: where fault handlers go. */
  List<Integer> resumePoints() {
    List<Integer> out = new ArrayList<>();
    assemble(out);
    return out;
  }

  /** Offsets in CS of all {@link Target}s that are there. */
  List<Integer> targets() {
    return assemble(new ArrayList<>()).all("target");
  }

  private GuestAssembler assemble(List<Integer> resumePoints) {
    GuestAssembler out = new GuestAssembler(dialect);
    while (out.again()) {
      resumePoints.clear();
      out.label("begin");
      for (Part loop : loops) {
        resumePoints.add(out.here());
        loop.write(out);
      }
      out.jump("begin");
      for (int n = 0; n < routines.size(); n++) {
        out.label("deep" + n);
        out.bytes(0xfe, out.dialect.code32() ? 0x0d : 0x0e).word(HotMachine.DEPTH); // dec byte
        String enough = out.unique();
        out.branch(8, enough); // js
        out.call("deep" + n);
        out.label(enough);
        out.label("routine" + n);
        routines.get(n).forEach(p -> p.write(out));
        out.bytes(0xc3);
      }
      if (resumePoints.isEmpty()) {
        resumePoints.add(dialect.origin());
      }
    }
    return out;
  }

  // ---- smaller ones

  /** Programs of which something was left out. */
  List<HotProgram> smaller() {
    List<HotProgram> out = new ArrayList<>();
    for (List<Part> fewer : without(loops)) {
      out.add(new HotProgram(dialect, routines, fewer));
    }
    for (int n = 0; n < routines.size(); n++) {
      for (List<Part> fewer : without(routines.get(n))) {
        List<List<Part>> all = new ArrayList<>(routines);
        all.set(n, fewer);
        out.add(new HotProgram(dialect, all, loops));
      }
    }
    return out;
  }

  private static List<List<Part>> without(List<Part> parts) {
    List<List<Part>> out = new ArrayList<>();
    for (int n = 0; n < parts.size(); n++) {
      Part part = parts.get(n);
      out.add(replaced(parts, n, List.of()));
      if (!part.inside().isEmpty()) {
        out.add(replaced(parts, n, part.inside()));
        for (List<Part> fewer : without(part.inside())) {
          out.add(replaced(parts, n, List.of(part.around(fewer))));
        }
      }
    }
    return out;
  }

  private static List<Part> replaced(List<Part> parts, int index, List<Part> by) {
    List<Part> out = new ArrayList<>(parts);
    out.remove(index);
    out.addAll(index, by);
    return out;
  }

  /** Every instruction on a line of its own. */
  String listing() {
    byte[] code = Arrays.copyOf(bytes(), bytes().length + 16);
    StringBuilder out = new StringBuilder();
    Decoder decoder = new Decoder(CpuModel.PENTIUM_PRO);
    for (int at = 0; at < code.length - 16; ) {
      int from = at;
      Insn insn =
          decoder.decode(k -> from + k < code.length ? code[from + k] & 0xff : 0, dialect.code32());
      int eip = dialect.origin() + at;
      out.append("%6x  ".formatted(eip))
          .append(Disassembler.text(insn, eip, dialect.code32()))
          .append('\n');
      at += Math.max(1, insn.length);
    }
    return out.toString();
  }
}
