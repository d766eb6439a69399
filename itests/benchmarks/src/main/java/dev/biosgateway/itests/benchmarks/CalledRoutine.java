package dev.biosgateway.itests.benchmarks;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Register;

/** The routines of {@link CallBenchmarks}, and what they must answer for a figure to count. */
public enum CalledRoutine {
  /** INT 60h, which nobody serves: an IRET. */
  EMPTY(0x60, 0, CallRequest.builder()),
  /** VBE function 00h: return controller information. */
  VBE_CONTROLLER(
      0x10,
      0x004f,
      CallRequest.builder()
          .register(Register.AX, 0x4f00)
          .buffer("info", Register.ES, Register.DI, 512)),
  /** Function 0Eh: write a character in teletype mode. */
  TELETYPE(0x10, 0x0e41, CallRequest.builder().register(Register.AX, 0x0e41));

  private final CallTarget target;
  private final int answer;
  private final CallRequest request;

  CalledRoutine(int vector, int answer, CallRequest.Builder request) {
    this.target = new CallTarget.Interrupt(vector);
    this.answer = answer;
    this.request = request.build();
  }

  CallTarget target() {
    return target;
  }

  CallRequest request() {
    return request;
  }

  /**
   * Checks an answer.
   *
   * @throws IllegalStateException if it is not what the routine gives
   */
  void check(CallResult result) {
    if (!result.returned() || result.get(Register.AX) != answer) {
      throw new IllegalStateException(
          String.format("%s: expected AX %04x, found %s", this, answer, result));
    }
  }
}
