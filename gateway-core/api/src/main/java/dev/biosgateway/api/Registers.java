package dev.biosgateway.api;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * An immutable register file. Values are unsigned and travel in a {@code long}: a 32 bit register
 * holds 0 to 0xffffffff. Writing a part keeps the rest of its register, as the processor does.
 * Instances are safe to share between threads.
 */
public final class Registers {
  /** Every register 0; EFLAGS is 2, since its bit 1 always reads as one (Intel SDM 1, 3.4.3). */
  public static final Registers ZERO = new Registers(zero());

  private static final List<Register> WHOLE = Register.whole();

  private final long[] values;

  private Registers(long[] values) {
    this.values = values;
  }

  private static long[] zero() {
    long[] values = new long[Register.values().length];
    values[Register.EFLAGS.ordinal()] = 2;
    return values;
  }

  /**
   * A file of what {@code source} says of each register that is no part of another.
   *
   * @throws InvalidRequestException if a value does not fit the register's width
   */
  public static Registers of(ToLongFunction<Register> source) {
    long[] values = zero();
    for (Register register : WHOLE) {
      values[register.ordinal()] = register.check(source.applyAsLong(register));
    }
    return new Registers(values);
  }

  /** The unsigned value of a register or of a part of one. */
  public long get(Register register) {
    return register.readFrom(values[register.parent().ordinal()]);
  }

  /**
   * The same file with one register, or one part of a register, changed.
   *
   * @throws InvalidRequestException if the value does not fit the register's width
   */
  public Registers with(Register register, long value) {
    int slot = register.parent().ordinal();
    long[] changed = values.clone();
    changed[slot] = register.insertInto(changed[slot], value);
    return new Registers(changed);
  }

  /** A segment and an offset register as one real mode address, such as ES:DI. */
  public FarPointer pointer(Register segment, Register offset) {
    return new FarPointer((int) get(segment), (int) (get(offset) & 0xffff));
  }

  /** Whether the carry flag is set, by which most BIOS services report failure. */
  public boolean carry() {
    return (get(Register.EFLAGS) & 1) != 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Registers registers && Arrays.equals(values, registers.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** All registers that are not part of another: {@code eax=0x0000004f ecx=...}. */
  @Override
  public String toString() {
    return WHOLE.stream()
        .map(register -> register.text() + "=" + register.format(get(register)))
        .collect(Collectors.joining(" "));
  }
}
