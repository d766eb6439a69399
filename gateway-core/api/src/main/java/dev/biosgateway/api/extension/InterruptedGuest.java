package dev.biosgateway.api.extension;

import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Register;
import org.osgi.annotation.versioning.ProviderType;

/** A guest in real mode at the entry of an interrupt handler. For the handler's thread only. */
@ProviderType
public interface InterruptedGuest {
  /** The vector. */
  int vector();

  /**
   * The unsigned value of a register. EFLAGS are those of the caller, as the interrupt pushed them;
   * CS and EIP are where the caller goes on.
   */
  long get(Register register);

  /**
   * Changes a register. Of EFLAGS the low 16 bits are changed, where the caller gets them back.
   *
   * @throws dev.biosgateway.api.InvalidRequestException if the value is too wide, or the register
   *     is CS, SS, ESP or EIP
   */
  void set(Register register, long value);

  /** Sets the caller's carry flag, by which most BIOS services report failure. */
  void setCarry(boolean failed);

  /** Reads memory as the guest would, devices included. */
  byte[] read(FarPointer address, int length);

  /** Writes memory as the guest would, devices included; ROM stays as it is. */
  void write(FarPointer address, byte... bytes);
}
