package dev.biosgateway.kexec.trampoline;

import dev.biosgateway.x86.Machine;

/**
 * What real mode code finds in the parts of the board that the host keeps for itself between calls,
 * and what it left there: the trampoline puts it in on the way down and takes it out on the way up.
 *
 * @param masterMask interrupt mask of the first 8259, a byte
 * @param slaveMask interrupt mask of the second
 * @param a20Open whether address line 20 passes the gate
 */
public record LegacyState(int masterMask, int slaveMask, boolean a20Open) {
  /**
   * As a BIOS leaves it at the end of POST: unmasked are timer, keyboard, cascade and diskette on
   * the first controller, real time clock, mouse, coprocessor and disk on the second; gate open.
   */
  public static final LegacyState AFTER_POST = new LegacyState(0xb8, 0x8e, true);

  /** As a machine's own firmware has left it. */
  public static LegacyState of(Machine machine) {
    return new LegacyState(
        machine.ports().in(0x21, 1), machine.ports().in(0xa1, 1), machine.bus().a20());
  }
}
