package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;
import dev.biosgateway.x86.isa.Mnemonic;

/**
 * Executes an instruction that sets flags and the Jcc behind it as one step, as silicon does since
 * the Core microarchitecture (Intel 64 and IA-32 Optimization Manual, 2.1). Both count, and both do
 * all they do alone: the table below has, for each shape, what its family does in {@link
 * Arithmetic} or {@link Logic}, with the jump after it.
 *
 * <p>Where only the first of the two may run, because slice, probe or breakpoint end there, the
 * sequencer has the two steps of the block as they were decoded.
 */
final class MacroFusion {
  private MacroFusion() {}

  /** One step for the two; null when they do not go together. */
  static Step of(Step first, Step last) {
    if (last.insn.row.mnemonic() != Mnemonic.JCC || !(last instanceof Transfer)) {
      return null;
    }
    Insn a = first.insn;
    Insn b = last.insn;
    return switch (a.row.mnemonic()) {
      case ADD -> add(a, b);
      case AND -> and(a, b);
      case CMP -> cmp(a, b);
      case DEC -> dec(a, b);
      case INC -> inc(a, b);
      case SUB -> sub(a, b);
      case TEST -> test(a, b);
      default -> null;
    };
  }

  /** The step of a pair: operands of the first instruction, target of the second. */
  private abstract static class Pair extends Transfer {
    private final Insn jump;

    /** The condition without its lowest bit, and that bit. */
    private final int condition;

    private final boolean inverted;

    /** Where the sequencer goes on looking when the access to memory has ended the block. */
    private final Step half;

    Pair(Insn first, Insn jump) {
      super(first, jump);
      this.jump = jump;
      condition = jump.row.opcode() >> 1 & 7;
      inverted = (jump.row.opcode() & 1) != 0;
      half = new Half(first);
    }

    @Override
    void bind(Cpu cpu, int number, int at, Step after) {
      super.bind(cpu, number, at, after);
      half.bind(cpu, number, at, null);
      half.block = block;
      ordinal = number + 2;
      end = at + insn.length + jump.length;
      transferPlace = RetirementUnit.place(number + 1, at + insn.length);
    }

    /** The jump, after an instruction that was in registers. */
    final Step decide(Cpu c) {
      return jumpIf(c, holds(c.flags) != inverted);
    }

    /** The jump, after an instruction that has read memory. */
    final Step decideUnlessEnded(Cpu c) {
      return c.retirement.blockEnded ? half : decide(c);
    }

    /**
     * The conditions in pairs, as the opcodes of Jcc have them (SDM vol. 1, appendix B). The flags
     * are those of an addition, a subtraction or a logic operation, so the sign is the result's.
     */
    private boolean holds(Eflags f) {
      int result = f.result;
      int carries = f.carries;
      return switch (condition) {
        case 0 -> (carries ^ carries << 1) < 0;
        case 1 -> carries < 0;
        case 2 -> result == 0;
        case 3 -> carries < 0 || result == 0;
        case 4 -> result < 0;
        case 5 -> (Integer.bitCount(result & 0xff) & 1) == 0;
        case 6 -> (result ^ carries ^ carries << 1) < 0;
        default -> result == 0 || (result ^ carries ^ carries << 1) < 0;
      };
    }
  }

  /** Stands for the first of a pair, which is done, where the second is not. */
  private static final class Half extends Step {
    Half(Insn insn) {
      super(insn);
    }

    @Override
    Step run(Cpu c) {
      return null;
    }
  }

  // spotless:off
  private static Step add(Insn a, Insn b) {
    return switch (Form.of(a)) {
      case R8 -> new Pair(a, b) { @Override Step run(Cpu c) { c.setReg8(dst, Arithmetic.add8(c, c.reg8(dst), source8(c))); return decide(c); } };
      case R16 -> new Pair(a, b) { @Override Step run(Cpu c) { c.setReg16(dst, Arithmetic.add16(c, c.reg16(dst), source16(c))); return decide(c); } };
      case R32 -> new Pair(a, b) { @Override Step run(Cpu c) { c.gpr[dst] = Arithmetic.add32(c, c.gpr[dst], source32(c)); return decide(c); } };
      case L8, L16, L32, S8, S16, S32 -> null;
    };
  }

  private static Step sub(Insn a, Insn b) {
    return switch (Form.of(a)) {
      case R8 -> new Pair(a, b) { @Override Step run(Cpu c) { c.setReg8(dst, Arithmetic.sub8(c, c.reg8(dst), source8(c))); return decide(c); } };
      case R16 -> new Pair(a, b) { @Override Step run(Cpu c) { c.setReg16(dst, Arithmetic.sub16(c, c.reg16(dst), source16(c))); return decide(c); } };
      case R32 -> new Pair(a, b) { @Override Step run(Cpu c) { c.gpr[dst] = Arithmetic.sub32(c, c.gpr[dst], source32(c)); return decide(c); } };
      case L8, L16, L32, S8, S16, S32 -> null;
    };
  }

  private static Step cmp(Insn a, Insn b) {
    return switch (Form.of(a)) {
      case R8 -> new Pair(a, b) { @Override Step run(Cpu c) { Arithmetic.sub8(c, c.reg8(dst), source8(c)); return decide(c); } };
      case R16 -> new Pair(a, b) { @Override Step run(Cpu c) { Arithmetic.sub16(c, c.reg16(dst), source16(c)); return decide(c); } };
      case R32 -> new Pair(a, b) { @Override Step run(Cpu c) { Arithmetic.sub32(c, c.gpr[dst], source32(c)); return decide(c); } };
      case L8 -> new Pair(a, b) { @Override Step run(Cpu c) { Arithmetic.sub8(c, c.reg8(dst), load8(c)); return decideUnlessEnded(c); } };
      case L16 -> new Pair(a, b) { @Override Step run(Cpu c) { Arithmetic.sub16(c, c.reg16(dst), load16(c)); return decideUnlessEnded(c); } };
      case L32 -> new Pair(a, b) { @Override Step run(Cpu c) { Arithmetic.sub32(c, c.gpr[dst], load32(c)); return decideUnlessEnded(c); } };
      case S8 -> new Pair(a, b) { @Override Step run(Cpu c) { Arithmetic.sub8(c, load8(c), source8(c)); return decideUnlessEnded(c); } };
      case S16 -> new Pair(a, b) { @Override Step run(Cpu c) { Arithmetic.sub16(c, load16(c), source16(c)); return decideUnlessEnded(c); } };
      case S32 -> new Pair(a, b) { @Override Step run(Cpu c) { Arithmetic.sub32(c, load32(c), source32(c)); return decideUnlessEnded(c); } };
    };
  }

  private static Step inc(Insn a, Insn b) {
    return switch (Form.of(a)) {
      case R16 -> new Pair(a, b) { @Override Step run(Cpu c) { c.setReg16(dst, Arithmetic.inc16(c, c.reg16(dst))); return decide(c); } };
      case R32 -> new Pair(a, b) { @Override Step run(Cpu c) { c.gpr[dst] = Arithmetic.inc32(c, c.gpr[dst]); return decide(c); } };
      case R8, L8, L16, L32, S8, S16, S32 -> null;
    };
  }

  private static Step dec(Insn a, Insn b) {
    return switch (Form.of(a)) {
      case R16 -> new Pair(a, b) { @Override Step run(Cpu c) { c.setReg16(dst, Arithmetic.dec16(c, c.reg16(dst))); return decide(c); } };
      case R32 -> new Pair(a, b) { @Override Step run(Cpu c) { c.gpr[dst] = Arithmetic.dec32(c, c.gpr[dst]); return decide(c); } };
      case R8, L8, L16, L32, S8, S16, S32 -> null;
    };
  }

  private static Step and(Insn a, Insn b) {
    return switch (Form.of(a)) {
      case R8 -> new Pair(a, b) { @Override Step run(Cpu c) { c.setReg8(dst, Logic.and8(c, c.reg8(dst), source8(c))); return decide(c); } };
      case R16 -> new Pair(a, b) { @Override Step run(Cpu c) { c.setReg16(dst, Logic.and16(c, c.reg16(dst), source16(c))); return decide(c); } };
      case R32 -> new Pair(a, b) { @Override Step run(Cpu c) { c.gpr[dst] = Logic.and32(c, c.gpr[dst], source32(c)); return decide(c); } };
      case L8, L16, L32, S8, S16, S32 -> null;
    };
  }

  private static Step test(Insn a, Insn b) {
    return switch (Form.of(a)) {
      case R8 -> new Pair(a, b) { @Override Step run(Cpu c) { Logic.and8(c, c.reg8(dst), source8(c)); return decide(c); } };
      case R16 -> new Pair(a, b) { @Override Step run(Cpu c) { Logic.and16(c, c.reg16(dst), source16(c)); return decide(c); } };
      case R32 -> new Pair(a, b) { @Override Step run(Cpu c) { Logic.and32(c, c.gpr[dst], source32(c)); return decide(c); } };
      case L8 -> new Pair(a, b) { @Override Step run(Cpu c) { Logic.and8(c, c.reg8(dst), load8(c)); return decideUnlessEnded(c); } };
      case L16 -> new Pair(a, b) { @Override Step run(Cpu c) { Logic.and16(c, c.reg16(dst), load16(c)); return decideUnlessEnded(c); } };
      case L32 -> new Pair(a, b) { @Override Step run(Cpu c) { Logic.and32(c, c.gpr[dst], load32(c)); return decideUnlessEnded(c); } };
      case S8 -> new Pair(a, b) { @Override Step run(Cpu c) { Logic.and8(c, load8(c), source8(c)); return decideUnlessEnded(c); } };
      case S16 -> new Pair(a, b) { @Override Step run(Cpu c) { Logic.and16(c, load16(c), source16(c)); return decideUnlessEnded(c); } };
      case S32 -> new Pair(a, b) { @Override Step run(Cpu c) { Logic.and32(c, load32(c), source32(c)); return decideUnlessEnded(c); } };
    };
  }
  // spotless:on
}
