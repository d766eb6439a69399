package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.translate.FlagState.Kind;

/**
 * Flags from the operands a region kept for them, computed when it is left: what {@link FlagCode}
 * says in bytecode, said in Java. Each set of operands comes with the {@link FlagState#code} of
 * what to make of it.
 *
 * <p>The fields are the operands that one method of a region leaves for another; with them, and
 * only there, {@link Kind#PENDING} has a meaning.
 */
final class DeferredFlags {
  private static final Kind[] KINDS = Kind.values();

  int code;
  int a;
  int b;
  int restCode;
  int restA;
  int restB;

  /** Sets the operands, but for the rest. */
  void keep(int newCode, int newA, int newB) {
    code = newCode;
    a = newA;
    b = newB;
  }

  /** Sets all operands. */
  void keep(int newCode, int newA, int newB, int newRestCode, int newRestA, int newRestB) {
    keep(newCode, newA, newB);
    restCode = newRestCode;
    restA = newRestA;
    restB = newRestB;
  }

  /** Makes sure that the rest is what CF follows from. */
  void carryFirst() {
    Kind kind = KINDS[code >>> 2];
    if (kind != Kind.INC && kind != Kind.DEC) {
      restCode = code;
      restA = a;
      restB = b;
    }
  }

  /** Puts the flags into {@code f}. */
  void write(Eflags f, int code, int a, int b, int restCode, int restA, int restB) {
    if (code >>> 2 == Kind.PENDING.ordinal()) {
      compute(f, this.code, this.a, this.b, this.restCode, this.restA, this.restB);
    } else if (restCode >>> 2 == Kind.PENDING.ordinal()) {
      carryFirst();
      compute(f, code, a, b, this.restCode, this.restA, this.restB);
    } else {
      compute(f, code, a, b, restCode, restA, restB);
    }
  }

  private static void compute(
      Eflags f, int code, int a, int b, int restCode, int restA, int restB) {
    Kind kind = KINDS[code >>> 2];
    int width = 8 << (code & 3);
    switch (kind) {
      case INC, DEC -> {
        int cf = carries(restCode, restA, restB) & 0x80000000;
        f.result = result(kind, width, a, b);
        f.carries = keepCarry(cf, carries(kind, width, a, 1));
      }
      case ROTATE_LEFT, ROTATE_RIGHT -> {
        Kind rest = KINDS[restCode >>> 2];
        int restWidth = 8 << (restCode & 3);
        int kept = rest == Kind.INC || rest == Kind.DEC ? 1 : restB;
        f.result = result(rest, restWidth, restA, restB);
        f.carries = carries(rest, restWidth, restA, kept) & 0x3fffffff | carries(kind, width, a, b);
      }
      default -> {
        f.result = result(kind, width, a, b);
        f.carries = carries(kind, width, a, b);
      }
    }
  }

  private static int result(Kind kind, int width, int a, int b) {
    return switch (kind) {
      case STORED, LOGIC, SHIFT_LEFT, SHIFT_RIGHT -> a;
      case ADD, SUB, INC, DEC -> signed(width, a);
      case CMP -> signed(width, a - b);
      case ROTATE_LEFT, ROTATE_RIGHT, MIXED, PENDING ->
          throw new IllegalArgumentException("no result of its own: " + kind);
    };
  }

  private static int carries(int code, int a, int b) {
    return carries(KINDS[code >>> 2], 8 << (code & 3), a, b);
  }

  private static int carries(Kind kind, int width, int a, int b) {
    return switch (kind) {
      case STORED -> b;
      case LOGIC -> 0;
      case ADD, INC -> masked(width, (a - b) & b | (a - b | b) & ~a);
      case SUB, DEC -> masked(width, borrows(a + b, b));
      case CMP -> masked(width, borrows(a, b));
      case SHIFT_LEFT -> b << 31 | a >>> 31 << 30;
      case SHIFT_RIGHT -> b << 31 | ((b ^ a >>> 31 ^ a >>> width - 2) & 1) << 30;
      case ROTATE_LEFT -> a << 31 | (a >>> width - 1 & 1) << 30;
      case ROTATE_RIGHT -> (a >>> width - 1 & 1) << 31 | (a >>> width - 2 & 1) << 30;
      case MIXED, PENDING -> throw new IllegalArgumentException("no kind: " + kind);
    };
  }

  /** The borrow out of each bit of a - b. */
  private static int borrows(int a, int b) {
    return ~a & b | ~(a ^ b) & (a - b);
  }

  private static int masked(int width, int vector) {
    return vector << 32 - width & 0xc0000000 | vector & 8;
  }

  private static int signed(int width, int r) {
    return r << 32 - width >> 32 - width;
  }

  /** OF and AF of {@code carries} with another CF, as {@link Eflags} has them. */
  static int keepCarry(int cf, int carries) {
    int of = (carries ^ carries << 1) & 0x80000000;
    return cf | (cf ^ of) >>> 1 | carries & 8;
  }
}
