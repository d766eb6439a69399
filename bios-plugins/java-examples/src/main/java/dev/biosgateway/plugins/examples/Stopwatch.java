package dev.biosgateway.plugins.examples;

import dev.biosgateway.api.extension.DeviceModel;
import dev.biosgateway.api.extension.DeviceState;
import dev.biosgateway.api.extension.ExpansionSlot;
import dev.biosgateway.api.extension.ExpansionSlot.Responder;
import dev.biosgateway.api.extension.GuestDevice;
import org.osgi.service.component.annotations.Component;

/**
 * A stopwatch at ports 2C0h to 2C7h. 2C0h, 32 bits: read, the microseconds it has counted; written,
 * the microseconds at which IRQ 5 rises. 2C4h, 8 bits: bit 0 lets it run, writing bit 1 sets it to
 * 0 and lowers the interrupt; read, bit 7 is the interrupt.
 */
@Component(service = DeviceModel.class, property = "biosgateway.program=stopwatch")
public final class Stopwatch implements DeviceModel {
  @Override
  public GuestDevice plugInto(ExpansionSlot slot) {
    return new Card(slot);
  }

  private static final class Card implements GuestDevice, Responder {
    private static final int COUNT = 0x2c0;
    private static final int CONTROL = 0x2c4;
    private static final int RUN = 0x01;
    private static final int CLEAR = 0x02;
    private static final int RUNG = 0x80;
    private static final int IRQ = 5;
    private static final long MICROSECOND = 1000;

    private final ExpansionSlot slot;
    private final ExpansionSlot.Line interrupt;
    private final ExpansionSlot.Timer alarm;

    /** Nanoseconds until it was stopped last, and the instant at which it was started. */
    private long counted;

    private long startedAt;
    private long alarmAt;
    private boolean running;
    private boolean rung;

    Card(ExpansionSlot slot) {
      this.slot = slot;
      slot.ports(COUNT, 4, 4, this);
      slot.ports(CONTROL, 1, 1, this);
      interrupt = slot.interrupt(IRQ);
      alarm = slot.timer("alarm", due -> ring());
    }

    @Override
    public void reset() {
      counted = 0;
      alarmAt = Long.MAX_VALUE;
      running = false;
      rung = false;
    }

    @Override
    public int read(int port, int size) {
      if (port == CONTROL) {
        return (running ? RUN : 0) | (rung ? RUNG : 0);
      }
      return (int) (nanos() / MICROSECOND) >>> 8 * (port - COUNT);
    }

    @Override
    public void write(int port, int size, int value) {
      if (port == CONTROL) {
        control(value);
      } else {
        alarmAt = (value & 0xffffffffL) * MICROSECOND;
        setAlarm();
      }
    }

    private void control(int value) {
      counted = (value & CLEAR) != 0 ? 0 : nanos();
      startedAt = slot.nanos();
      running = (value & RUN) != 0;
      if ((value & CLEAR) != 0) {
        rung = false;
        interrupt.set(false);
      }
      setAlarm();
    }

    private long nanos() {
      return running ? counted + slot.nanos() - startedAt : counted;
    }

    private void setAlarm() {
      if (running && alarmAt >= nanos() && alarmAt != Long.MAX_VALUE) {
        alarm.at(slot.nanos() + alarmAt - nanos());
      } else {
        alarm.off();
      }
    }

    private void ring() {
      rung = true;
      interrupt.set(true);
    }

    @Override
    public void save(DeviceState out) {
      out.put("counted", counted)
          .put("startedAt", startedAt)
          .put("alarmAt", alarmAt)
          .put("running", running ? 1 : 0)
          .put("rung", rung ? 1 : 0);
    }

    @Override
    public void restore(DeviceState in) {
      counted = in.number("counted");
      startedAt = in.number("startedAt");
      alarmAt = in.number("alarmAt");
      running = in.number("running") != 0;
      rung = in.number("rung") != 0;
    }
  }
}
