package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.cpu.GuestAssembler.Dialect;
import dev.biosgateway.x86.isa.CpuModel;
import java.util.Random;

/** Writes instructions with random operands that make sense on a {@link HotMachine}. */
final class InstructionWriter {
  private static final int[] DATA = {Cpu.EAX, Cpu.EDX, Cpu.EBX, Cpu.EBX, Cpu.EBP};

  final CpuModel model;
  final boolean code32;
  final int origin;
  private final Random random;
  private final Dialect dialect;
  private final GuestAssembler out;

  InstructionWriter(Random random, Dialect dialect) {
    this.random = random;
    this.dialect = dialect;
    this.model = dialect.model();
    this.code32 = dialect.code32();
    this.origin = dialect.origin();
    this.out = new GuestAssembler(dialect);
    out.again();
  }

  byte[] code() {
    return out.code();
  }

  int any(int below) {
    return random.nextInt(below);
  }

  int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A general register that no loop or pointer needs. */
  int data() {
    return pick(DATA);
  }

  /** Offset of some data in DS. */
  int address() {
    return HotMachine.anyAddress(random);
  }

  /** What may be loaded into ES. */
  int selector() {
    return pick(dialect.selectors());
  }

  InstructionWriter bytes(int... values) {
    out.bytes(values);
    return this;
  }

  InstructionWriter word(int value) {
    out.word(value);
    return this;
  }

  /** ModRM of two registers. */
  InstructionWriter register(int reg, int other) {
    return bytes(0xc0 | reg << 3 | other);
  }

  /** ModRM of an absolute address. */
  InstructionWriter memory(int reg, int address) {
    return bytes(code32 ? reg << 3 | 5 : reg << 3 | 6).word(address);
  }

  /** Sometimes a prefix that overrides the segment. */
  void segment() {
    if (any(3) == 0) {
      bytes(pick(0x26, 0x36, 0x3e, model.isAtLeast(CpuModel.I386) ? 0x64 : 0x26));
    }
  }

  /** Something that sets all arithmetic flags. */
  void compare() {
    switch (any(5)) {
      case 0 -> bytes(0x39).register(data(), data());
      case 1 -> bytes(pick(0x38, 0x84)).register(pick(0, 2, 3, 4), pick(0, 2, 3, 7));
      case 2 -> bytes(0x3b).memory(data(), address());
      case 3 -> bytes(0x83).register(pick(0, 1, 4, 5, 6, 7), data()).bytes(any(256));
      default -> bytes(0x85).register(data(), data());
    }
  }
}
