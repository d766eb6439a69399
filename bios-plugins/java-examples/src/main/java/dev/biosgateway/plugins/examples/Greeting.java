package dev.biosgateway.plugins.examples;

import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.extension.InterruptHandler;
import dev.biosgateway.api.extension.InterruptedGuest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.osgi.service.component.annotations.Component;

/**
 * INT 66h: writes a greeting to ES:DI, at most CX bytes, the last one 0; AX is its length. Carry is
 * set where CX leaves no room.
 */
@Component(
    service = InterruptHandler.class,
    property = {"biosgateway.program=greeting", "biosgateway.vector:Integer=102"})
public final class Greeting implements InterruptHandler {
  private static final byte[] TEXT = "hello from Java".getBytes(StandardCharsets.US_ASCII);

  @Override
  public Outcome handle(InterruptedGuest guest) {
    int room = (int) guest.get(Register.CX);
    guest.setCarry(room == 0);
    if (room > 0) {
      int length = Math.min(TEXT.length, room - 1);
      guest.write(
          new FarPointer((int) guest.get(Register.ES), (int) guest.get(Register.DI)),
          Arrays.copyOf(Arrays.copyOf(TEXT, length), length + 1));
      guest.set(Register.AX, length);
    }
    return Outcome.DONE;
  }
}
