package dev.biosgateway.x86.cpu;

import static dev.biosgateway.x86.cpu.Form.modify16;
import static dev.biosgateway.x86.cpu.Form.modify32;
import static dev.biosgateway.x86.cpu.Form.modify8;
import static dev.biosgateway.x86.cpu.Form.store16;
import static dev.biosgateway.x86.cpu.Form.store32;
import static dev.biosgateway.x86.cpu.Form.store8;

import dev.biosgateway.x86.isa.Insn;

/**
 * XCHG, XADD, CMPXCHG, CMPXCHG8B: instructions that write two places (SDM vol. 1, 7.3.1.2). Memory
 * is written before the register, so that a fault leaves both (SDM vol. 3, 6.5, "Faults").
 */
final class Exchange {
  private Exchange() {}

  // spotless:off
  static Step xchg(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 -> new Step(insn) { @Override Step run(Cpu c) { int v = c.reg8(src); c.setReg8(src, c.reg8(dst)); c.setReg8(dst, v); return next; } };
      case R16 -> new Step(insn) { @Override Step run(Cpu c) { int v = c.gpr[src]; c.setReg16(src, c.gpr[dst]); c.setReg16(dst, v); return next; } };
      case R32 -> new Step(insn) { @Override Step run(Cpu c) { int v = c.gpr[src]; c.gpr[src] = c.gpr[dst]; c.gpr[dst] = v; return next; } };
      case S8 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify8(c); Step after = store8(c, c.reg8(src)); c.setReg8(src, v); return after; } };
      case S16 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify16(c); Step after = store16(c, c.gpr[src]); c.setReg16(src, v); return after; } };
      case S32 -> new Step(insn) { @Override Step run(Cpu c) { int v = modify32(c); Step after = store32(c, c.gpr[src]); c.gpr[src] = v; return after; } };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }
  // spotless:on

  /** XADD: the sum to the destination, its old value to the source. */
  static Operation xadd(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 ->
          (c, i) -> {
            int v = c.reg8(i.dst);
            int sum = Arithmetic.add8(c, v, c.reg8(i.src));
            c.setReg8(i.src, v);
            c.setReg8(i.dst, sum);
          };
      case R16 ->
          (c, i) -> {
            int v = c.reg16(i.dst);
            int sum = Arithmetic.add16(c, v, c.reg16(i.src));
            c.setReg16(i.src, v);
            c.setReg16(i.dst, sum);
          };
      case R32 ->
          (c, i) -> {
            int v = c.gpr[i.dst];
            int sum = Arithmetic.add32(c, v, c.gpr[i.src]);
            c.gpr[i.src] = v;
            c.gpr[i.dst] = sum;
          };
      case S8 ->
          (c, i) -> {
            int v = modify8(c, i);
            store8(c, i, Arithmetic.add8(c, v, c.reg8(i.src)));
            c.setReg8(i.src, v);
          };
      case S16 ->
          (c, i) -> {
            int v = modify16(c, i);
            store16(c, i, Arithmetic.add16(c, v, c.reg16(i.src)));
            c.setReg16(i.src, v);
          };
      case S32 ->
          (c, i) -> {
            int v = modify32(c, i);
            store32(c, i, Arithmetic.add32(c, v, c.gpr[i.src]));
            c.gpr[i.src] = v;
          };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  /**
   * CMPXCHG: compares with the accumulator; the destination is written in both outcomes (SDM vol.
   * 2A, CMPXCHG: no locked read without a locked write).
   */
  static Operation cmpxchg(Insn insn) {
    return switch (Form.of(insn)) {
      case R8 ->
          (c, i) -> {
            int v = c.reg8(i.dst);
            Arithmetic.sub8(c, c.reg8(0), v);
            if (c.flags.zf()) {
              c.setReg8(i.dst, c.reg8(i.src));
            } else {
              c.setReg8(0, v);
            }
          };
      case R16 ->
          (c, i) -> {
            int v = c.reg16(i.dst);
            Arithmetic.sub16(c, c.reg16(Cpu.EAX), v);
            if (c.flags.zf()) {
              c.setReg16(i.dst, c.gpr[i.src]);
            } else {
              c.setReg16(Cpu.EAX, v);
            }
          };
      case R32 ->
          (c, i) -> {
            int v = c.gpr[i.dst];
            Arithmetic.sub32(c, c.gpr[Cpu.EAX], v);
            if (c.flags.zf()) {
              c.gpr[i.dst] = c.gpr[i.src];
            } else {
              c.gpr[Cpu.EAX] = v;
            }
          };
      case S8 ->
          (c, i) -> {
            int v = modify8(c, i);
            Arithmetic.sub8(c, c.reg8(0), v);
            store8(c, i, c.flags.zf() ? c.reg8(i.src) : v);
            if (!c.flags.zf()) {
              c.setReg8(0, v);
            }
          };
      case S16 ->
          (c, i) -> {
            int v = modify16(c, i);
            Arithmetic.sub16(c, c.reg16(Cpu.EAX), v);
            store16(c, i, c.flags.zf() ? c.gpr[i.src] : v);
            if (!c.flags.zf()) {
              c.setReg16(Cpu.EAX, v);
            }
          };
      case S32 ->
          (c, i) -> {
            int v = modify32(c, i);
            Arithmetic.sub32(c, c.gpr[Cpu.EAX], v);
            store32(c, i, c.flags.zf() ? c.gpr[i.src] : v);
            if (!c.flags.zf()) {
              c.gpr[Cpu.EAX] = v;
            }
          };
      case L8, L16, L32 -> throw Dispatch.misfit(insn);
    };
  }

  /**
   * CMPXCHG8B: EDX:EAX against memory; on equality ECX:EBX goes there, else what was there. Changes
   * ZF only (SDM vol. 2A, CMPXCHG8B).
   */
  static void cmpxchg8b(Cpu c, Insn i) {
    int offset = i.address(c.gpr);
    int linear = c.loadStore.writable(i.segment, offset, 8);
    c.loadStore.probeWrite(linear, 8);
    int low = c.loadStore.linear32(linear);
    int high = c.loadStore.linear32(linear + 4);
    boolean equal = low == c.gpr[Cpu.EAX] && high == c.gpr[Cpu.EDX];
    c.loadStore.storeLinear32(linear, equal ? c.gpr[Cpu.EBX] : low);
    c.loadStore.storeLinear32(linear + 4, equal ? c.gpr[Cpu.ECX] : high);
    if (!equal) {
      c.gpr[Cpu.EAX] = low;
      c.gpr[Cpu.EDX] = high;
    }
    c.flags.setArithmetic(c.flags.get() & ~Eflags.ZF | (equal ? Eflags.ZF : 0));
  }
}
