package dev.biosgateway.api;

import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * The exception that ended a call.
 *
 * @param vector 0 to 31
 * @param name the mnemonic, as {@code #GP}
 * @param errorCode the error code, for exceptions that push one
 * @param cr2 the faulting linear address, for page faults
 * @param cs code segment selector or paragraph, 16 bits
 * @param ip instruction pointer, 32 bits
 * @param linear linear address of the instruction, 32 bits
 * @param bytes the instruction's bytes as far as they could be read; lower case hexadecimal
 * @param disassembly the instruction in Intel syntax, or empty if it could not be read
 */
public record Fault(
    int vector,
    String name,
    OptionalLong errorCode,
    OptionalLong cr2,
    int cs,
    long ip,
    long linear,
    String bytes,
    String disassembly) {

  /** A fault out of raw bytes. */
  public Fault(
      int vector,
      String name,
      OptionalLong errorCode,
      OptionalLong cr2,
      int cs,
      long ip,
      long linear,
      byte[] bytes,
      String disassembly) {
    this(
        vector, name, errorCode, cr2, cs, ip, linear, HexFormat.of().formatHex(bytes), disassembly);
  }

  /** {@code #GP(0x0000) at f000:e05b (linear 0x000fe05b): 0f01d0 ...}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    errorCode.ifPresent(code -> text.append(String.format("(0x%04x)", code)));
    cr2.ifPresent(address -> text.append(String.format(" for address 0x%08x", address)));
    text.append(String.format(" at %04x:%04x (linear 0x%08x)", cs, ip, linear));
    if (!bytes.isEmpty()) {
      text.append(": ").append(bytes).append("  ").append(disassembly);
    }
    return text.toString();
  }
}
