package dev.biosgateway.itests.conformance.boot;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.api.CallRequest;
import dev.biosgateway.api.CallResult;
import dev.biosgateway.api.CallTarget;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.spi.MachineSettings;
import dev.biosgateway.api.spi.Media;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.call.BridgeMachineProvider;
import dev.biosgateway.testkit.host.Prerequisite;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A machine that SeaBIOS has brought up, and calls of its services. */
final class FirmwareMachine implements AutoCloseable {
  static final int CARRY = 1;

  private final BridgeMachine machine;

  FirmwareMachine(Media media) {
    machine =
        (BridgeMachine)
            new BridgeMachineProvider()
                .open(
                    MachineSettings.DEFAULT
                        .withBoard("pc-i440fx")
                        .withFirmware(Prerequisite.seabios("bios-256k.bin"), Optional.empty())
                        .withMedia(media));
  }

  BridgeMachine machine() {
    return machine;
  }

  /** A call however it ends. */
  CallResult attempt(int vector, UnaryOperator<CallRequest.Builder> request) {
    return machine.call(
        new CallTarget.Interrupt(vector), request.apply(CallRequest.builder()).build());
  }

  /** A call that returns. */
  CallResult call(int vector, UnaryOperator<CallRequest.Builder> request) {
    CallResult result = attempt(vector, request);
    assertTrue(result.returned(), result::toString);
    return result;
  }

  CallResult call(int vector, int ax) {
    return call(vector, call -> call.register(Register.AX, ax));
  }

  /** What a call leaves in a register. */
  int ax(int vector, int ax) {
    return (int) call(vector, ax).get(Register.AX);
  }

  /** Where 16-byte boundaries of F0000h to FFFFFh have a signature; -1 for nowhere. */
  int find(String signature) {
    for (int at = 0xf0000; at < 0x100000; at += 16) {
      boolean found = true;
      for (int i = 0; i < signature.length() && found; i++) {
        found = machine.machine().bus().read8(at + i) == signature.charAt(i);
      }
      if (found) {
        return at;
      }
    }
    return -1;
  }

  int byteAt(int physical) {
    return machine.machine().bus().read8(physical);
  }

  int wordAt(int physical) {
    return machine.machine().bus().read16(physical);
  }

  int dwordAt(int physical) {
    return machine.machine().bus().read32(physical);
  }

  int sum(int physical, int bytes) {
    int sum = 0;
    for (int i = 0; i < bytes; i++) {
      sum += byteAt(physical + i);
    }
    return sum & 0xff;
  }

  @Override
  public void close() {
    machine.close();
  }
}
