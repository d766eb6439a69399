package dev.biosgateway.api;

/** How the guest learns where a buffer is: the registers that hold its address on entry. */
public sealed interface BufferPointer {
  /** {@code es:di} or {@code esi}. */
  String text();

  /**
   * A real mode pointer. The buffer lies below 1 MiB and does not cross the end of its segment.
   *
   * @param segment DS, ES, FS or GS
   * @param offset a 16 bit general register other than SP
   */
  record Far(Register segment, Register offset) implements BufferPointer {
    /**
     * Checks both registers.
     *
     * @throws InvalidRequestException if they cannot carry a far pointer
     */
    public Far {
      if (!segment.isSegment() || segment == Register.CS || segment == Register.SS) {
        throw new InvalidRequestException(
            segment.text() + ": the segment of a buffer goes into ds, es, fs or gs");
      }
      if (!offset.isGeneral() || offset.width() != 16 || offset == Register.SP) {
        throw new InvalidRequestException(
            offset.text() + ": the offset of a buffer goes into ax bx cx dx si di or bp");
      }
    }

    @Override
    public String text() {
      return segment.text() + ":" + offset.text();
    }
  }

  /**
   * A 32 bit physical address, for programs that run flat with paging off.
   *
   * @param register a 32 bit general register other than ESP
   */
  record Flat(Register register) implements BufferPointer {
    /**
     * Checks the register.
     *
     * @throws InvalidRequestException if it cannot carry a flat pointer
     */
    public Flat {
      if (!register.isGeneral() || register.width() != 32 || register == Register.ESP) {
        throw new InvalidRequestException(
            register.text() + ": a flat address goes into eax ebx ecx edx esi edi or ebp");
      }
    }

    @Override
    public String text() {
      return register.text();
    }
  }
}
