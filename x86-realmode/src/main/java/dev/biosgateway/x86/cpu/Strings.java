package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.isa.Insn;

/**
 * MOVS, STOS, LODS, CMPS, SCAS, INS, OUTS, alone and repeated. A pass changes registers only after
 * its accesses have succeeded, so a fault leaves a repeated instruction ready to go on; between two
 * passes it can be interrupted (SDM vol. 1, 7.3.9.2; vol. 2B, REP "Operation"). Runs of MOVS and
 * STOS over plain memory go through {@link StringRun}, many passes at once.
 */
final class Strings {
  private Strings() {}

  static Operation movs(Insn insn) {
    Operation pass =
        switch (insn.width) {
          case 8 ->
              (c, i) -> {
                c.loadStore.store8(
                    SegmentRegister.ES, di(c, i), c.loadStore.load8(i.segment, si(c, i)));
                advance(c, i, true, true);
              };
          case 16 ->
              (c, i) -> {
                c.loadStore.store16(
                    SegmentRegister.ES, di(c, i), c.loadStore.load16(i.segment, si(c, i)));
                advance(c, i, true, true);
              };
          default ->
              (c, i) -> {
                c.loadStore.store32(
                    SegmentRegister.ES, di(c, i), c.loadStore.load32(i.segment, si(c, i)));
                advance(c, i, true, true);
              };
        };
    return insn.rep == Insn.NO_REPEAT ? pass : (c, i) -> repeat(c, i, pass, StringRun::move);
  }

  static Operation stos(Insn insn) {
    Operation pass =
        switch (insn.width) {
          case 8 ->
              (c, i) -> {
                c.loadStore.store8(SegmentRegister.ES, di(c, i), c.reg8(0));
                advance(c, i, false, true);
              };
          case 16 ->
              (c, i) -> {
                c.loadStore.store16(SegmentRegister.ES, di(c, i), c.gpr[Cpu.EAX]);
                advance(c, i, false, true);
              };
          default ->
              (c, i) -> {
                c.loadStore.store32(SegmentRegister.ES, di(c, i), c.gpr[Cpu.EAX]);
                advance(c, i, false, true);
              };
        };
    return insn.rep == Insn.NO_REPEAT ? pass : (c, i) -> repeat(c, i, pass, StringRun::fill);
  }

  static Operation lods(Insn insn) {
    Operation pass =
        switch (insn.width) {
          case 8 ->
              (c, i) -> {
                c.setReg8(0, c.loadStore.load8(i.segment, si(c, i)));
                advance(c, i, true, false);
              };
          case 16 ->
              (c, i) -> {
                c.setReg16(Cpu.EAX, c.loadStore.load16(i.segment, si(c, i)));
                advance(c, i, true, false);
              };
          default ->
              (c, i) -> {
                c.gpr[Cpu.EAX] = c.loadStore.load32(i.segment, si(c, i));
                advance(c, i, true, false);
              };
        };
    return insn.rep == Insn.NO_REPEAT ? pass : (c, i) -> repeat(c, i, pass, StringRun::none);
  }

  static Operation cmps(Insn insn) {
    Operation pass =
        switch (insn.width) {
          case 8 ->
              (c, i) -> {
                int a = c.loadStore.load8(i.segment, si(c, i));
                Arithmetic.sub8(c, a, c.loadStore.load8(SegmentRegister.ES, di(c, i)));
                advance(c, i, true, true);
              };
          case 16 ->
              (c, i) -> {
                int a = c.loadStore.load16(i.segment, si(c, i));
                Arithmetic.sub16(c, a, c.loadStore.load16(SegmentRegister.ES, di(c, i)));
                advance(c, i, true, true);
              };
          default ->
              (c, i) -> {
                int a = c.loadStore.load32(i.segment, si(c, i));
                Arithmetic.sub32(c, a, c.loadStore.load32(SegmentRegister.ES, di(c, i)));
                advance(c, i, true, true);
              };
        };
    return insn.rep == Insn.NO_REPEAT ? pass : (c, i) -> repeatOnZero(c, i, pass);
  }

  static Operation scas(Insn insn) {
    Operation pass =
        switch (insn.width) {
          case 8 ->
              (c, i) -> {
                Arithmetic.sub8(c, c.reg8(0), c.loadStore.load8(SegmentRegister.ES, di(c, i)));
                advance(c, i, false, true);
              };
          case 16 ->
              (c, i) -> {
                int b = c.loadStore.load16(SegmentRegister.ES, di(c, i));
                Arithmetic.sub16(c, c.reg16(Cpu.EAX), b);
                advance(c, i, false, true);
              };
          default ->
              (c, i) -> {
                int b = c.loadStore.load32(SegmentRegister.ES, di(c, i));
                Arithmetic.sub32(c, c.gpr[Cpu.EAX], b);
                advance(c, i, false, true);
              };
        };
    return insn.rep == Insn.NO_REPEAT ? pass : (c, i) -> repeatOnZero(c, i, pass);
  }

  /**
   * INS: the destination must be writable before the port is read, which cannot be undone: a fault
   * leaves the instruction to be restarted (SDM vol. 3, 6.5).
   */
  static Operation ins(Insn insn) {
    Operation pass =
        (c, i) -> {
          int size = i.width >> 3;
          int port = permitted(c, i);
          int linear = c.loadStore.writable(SegmentRegister.ES, di(c, i), size);
          c.loadStore.probeWrite(linear, size);
          int value = PortIo.read(c, port, size);
          switch (size) {
            case 1 -> c.loadStore.storeLinear8(linear, value);
            case 2 -> c.loadStore.storeLinear16(linear, value);
            default -> c.loadStore.storeLinear32(linear, value);
          }
          advance(c, i, false, true);
        };
    return repeatedIo(insn, pass);
  }

  static Operation outs(Insn insn) {
    Operation pass =
        (c, i) -> {
          int size = i.width >> 3;
          int port = permitted(c, i);
          int value =
              switch (size) {
                case 1 -> c.loadStore.load8(i.segment, si(c, i));
                case 2 -> c.loadStore.load16(i.segment, si(c, i));
                default -> c.loadStore.load32(i.segment, si(c, i));
              };
          PortIo.write(c, port, size, value);
          advance(c, i, true, false);
        };
    return repeatedIo(insn, pass);
  }

  /** Permission is asked for even when the count is zero, as silicon does. */
  private static Operation repeatedIo(Insn insn, Operation pass) {
    return insn.rep == Insn.NO_REPEAT
        ? pass
        : (c, i) -> {
          permitted(c, i);
          repeat(c, i, pass, StringRun::none);
        };
  }

  /** The port in DX, if the program may use it. */
  private static int permitted(Cpu c, Insn i) {
    int port = c.reg16(Cpu.EDX);
    c.ioPermission.check(port, i.width >> 3);
    return port;
  }

  // ---- registers

  static int si(Cpu c, Insn i) {
    return c.gpr[Cpu.ESI] & i.addressMask;
  }

  static int di(Cpu c, Insn i) {
    return c.gpr[Cpu.EDI] & i.addressMask;
  }

  static void advance(Cpu c, Insn i, boolean source, boolean destination) {
    int step = (c.flags.system & Eflags.DF) == 0 ? i.width >> 3 : -(i.width >> 3);
    if (source) {
      move(c, i, Cpu.ESI, step);
    }
    if (destination) {
      move(c, i, Cpu.EDI, step);
    }
  }

  static void move(Cpu c, Insn i, int register, int by) {
    int before = c.gpr[register];
    c.gpr[register] = before & ~i.addressMask | before + by & i.addressMask;
  }

  // ---- REP

  /** REP: CX or ECX passes, by the address size (SDM vol. 2B, REP). */
  private static void repeat(Cpu c, Insn i, Operation pass, StringRun run) {
    long left = c.retirement.passesLeft();
    boolean first = true;
    while ((c.gpr[Cpu.ECX] & i.addressMask) != 0) {
      if (left == 0 || c.attention && !first) {
        c.retirement.suspendInstruction();
        return;
      }
      int done = run.passes(c, i, left);
      if (done == 0) {
        pass.execute(c, i);
        done = 1;
      }
      move(c, i, Cpu.ECX, -done);
      c.retirement.countPasses(done);
      left -= done;
      first = false;
    }
    if (left == 0) {
      c.retirement.oweInstruction();
    }
  }

  /** REPE and REPNE: as long as ZF says so, too, looked at after each pass (SDM vol. 2B, REP). */
  private static void repeatOnZero(Cpu c, Insn i, Operation pass) {
    long left = c.retirement.passesLeft();
    boolean whileZero = i.rep == Insn.REPE;
    boolean first = true;
    while ((c.gpr[Cpu.ECX] & i.addressMask) != 0) {
      if (left == 0 || c.attention && !first) {
        c.retirement.suspendInstruction();
        return;
      }
      pass.execute(c, i);
      move(c, i, Cpu.ECX, -1);
      c.retirement.countPasses(1);
      left--;
      first = false;
      if (c.flags.zf() != whileZero) {
        break;
      }
    }
    if (left == 0) {
      c.retirement.oweInstruction();
    }
  }
}
