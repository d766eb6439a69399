package dev.biosgateway.api;

/**
 * What a call enters: an interrupt, a far procedure in real mode, or a program's own entry. Targets
 * are compared in every call: what records would do by themselves costs a process its first call.
 */
public sealed interface CallTarget {
  /** The target as results and messages name it: {@code int 0x10}, {@code far c000:0003}. */
  String text();

  /**
   * A software interrupt in real mode: INT n through the guest's interrupt vector table, IRET back.
   *
   * @param vector 0 to 0xff
   */
  record Interrupt(int vector) implements CallTarget {
    /**
     * Checks the vector.
     *
     * @throws InvalidRequestException if it is not 0 to 0xff
     */
    public Interrupt {
      if ((vector & ~0xff) != 0) {
        throw new InvalidRequestException(
            String.format("interrupt %d: vectors are 0 to 0xff", vector));
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Interrupt interrupt && vector == interrupt.vector;
    }

    @Override
    public int hashCode() {
      return vector;
    }

    @Override
    public String text() {
      return (vector < 0x10 ? "int 0x0" : "int 0x") + Integer.toHexString(vector);
    }
  }

  /**
   * A far CALL in real mode; the procedure comes back with RETF.
   *
   * @param address where CS:IP goes
   */
  record FarCall(FarPointer address) implements CallTarget {
    @Override
    public boolean equals(Object other) {
      return other instanceof FarCall far
          && address.segment() == far.address.segment()
          && address.offset() == far.address.offset();
    }

    @Override
    public int hashCode() {
      return address.segment() << 16 | address.offset();
    }

    @Override
    public String text() {
      return "far " + address;
    }
  }

  /**
   * The entry of a mapped program, in the mode of its format: flat 32 bit with paging off for
   * {@code flat32} and {@code elf32}, near RET back; real mode and RETF for {@code flat16}.
   *
   * @param name the program's name
   */
  record ProgramEntry(String name) implements CallTarget {
    /**
     * Checks the name.
     *
     * @throws InvalidRequestException if it is blank
     */
    public ProgramEntry {
      if (name == null || name.isBlank()) {
        throw new InvalidRequestException("a program entry wants the program's name, found none");
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ProgramEntry entry && name.equals(entry.name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    @Override
    public String text() {
      return name;
    }
  }
}
