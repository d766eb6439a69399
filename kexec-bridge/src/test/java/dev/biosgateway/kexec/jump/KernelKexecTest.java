package dev.biosgateway.kexec.jump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.biosgateway.kexec.load.Errno;
import dev.biosgateway.kexec.load.KexecException;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Eflags;
import dev.biosgateway.x86.device.Device;
import dev.biosgateway.x86.device.DeviceSuspendException;
import dev.biosgateway.x86.device.PowerPhase;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.Wiring;
import dev.biosgateway.x86.state.Section;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The steps of kernel_kexec(), and how each of them is undone. */
class KernelKexecTest {
  private final List<String> log = new ArrayList<>();
  private final Machine machine = new Machine(MachineConfig.DEFAULT);
  private final Cpu cpu = machine.cpu();

  /** A device that writes down what is asked of it, and refuses one phase. */
  private final class Recorder implements Device {
    private final String name;
    private final PowerPhase refused;
    private int state;

    Recorder(String name, PowerPhase refused) {
      this.name = name;
      this.refused = refused;
    }

    @Override
    public void attach(Wiring wiring) {}

    @Override
    public void reset(ResetKind kind) {}

    @Override
    public void suspend(PowerPhase phase) throws DeviceSuspendException {
      if (phase == refused) {
        throw new DeviceSuspendException(name, phase, "busy");
      }
      log.add("-" + name + phase);
    }

    @Override
    public void resume(PowerPhase phase) {
      log.add("+" + name + phase);
    }

    @Override
    public String sectionName() {
      return name;
    }

    @Override
    public void save(Section out) {
      log.add("save " + name);
      out.put("state", state);
    }

    @Override
    public void restore(Section in) {
      log.add("restore " + name);
      state = in.getInt("state");
    }
  }

  private KernelKexec sequence(Device... devices) {
    KernelKexec kexec = new KernelKexec(cpu, machine.bus(), List.of(devices), List.of(devices[0]));
    kexec.setListener(
        new KexecListener() {
          @Override
          public void entering(KexecStep step) {
            log.add(step.name());
          }

          @Override
          public void left(KexecStep step) {
            log.add("~" + step.name());
          }
        });
    return kexec;
  }

  @Test
  void goesThroughTheStepsInOrderAndBackInReverse() {
    Recorder pic = new Recorder("pic", null);
    Recorder vga = new Recorder("vga", null);
    pic.state = 1;
    String result =
        sequence(pic, vga)
            .execute(
                () -> {
                  assertFalse(cpu.flags.interruptsEnabled());
                  pic.state = 2;
                  return "back";
                });
    assertEquals("back", result);
    assertEquals(1, pic.state, "syscore registers are the host's again");
    assertEquals(
        List.of(
            "PREPARE_CONSOLE",
            "FREEZE_PROCESSES",
            "SUSPEND_CONSOLE",
            "DPM_SUSPEND_START",
            "-vgaFREEZE",
            "-picFREEZE",
            "DPM_SUSPEND_END",
            "-vgaLATE",
            "-picLATE",
            "-vgaNOIRQ",
            "-picNOIRQ",
            "DISABLE_SECONDARY_CPUS",
            "LOCAL_IRQ_DISABLE",
            "SYSCORE_SUSPEND",
            "-vgaSYSCORE",
            "-picSYSCORE",
            "save pic",
            "MACHINE_KEXEC",
            "~MACHINE_KEXEC",
            "restore pic",
            "+picSYSCORE",
            "+vgaSYSCORE",
            "~SYSCORE_SUSPEND",
            "~LOCAL_IRQ_DISABLE",
            "~DISABLE_SECONDARY_CPUS",
            "+picNOIRQ",
            "+vgaNOIRQ",
            "+picLATE",
            "+vgaLATE",
            "~DPM_SUSPEND_END",
            "+picFREEZE",
            "+vgaFREEZE",
            "~DPM_SUSPEND_START",
            "~SUSPEND_CONSOLE",
            "~FREEZE_PROCESSES",
            "~PREPARE_CONSOLE"),
        log);
  }

  /** 996afb6efd1a: what was frozen before the refusal is thawed; what refused is not. */
  @ParameterizedTest
  @EnumSource(PowerPhase.class)
  void aRefusalUndoesExactlyWhatWasDone(PowerPhase refused) {
    cpu.setFlags(Eflags.IF, Eflags.IF);
    KernelKexec kexec =
        sequence(
            new Recorder("first", null),
            new Recorder("stubborn", refused),
            new Recorder("last", null));
    KexecException e =
        assertThrows(
            KexecException.class,
            () ->
                kexec.execute(
                    () -> {
                      throw new AssertionError("jumped although a device refused");
                    }));
    assertEquals(Errno.EBUSY, e.errno());
    assertTrue(e.getMessage().contains("stubborn refused phase " + refused), e.getMessage());
    List<String> suspended = log.stream().filter(l -> l.startsWith("-")).toList();
    List<String> resumed = new ArrayList<>(log.stream().filter(l -> l.startsWith("+")).toList());
    Collections.reverse(resumed);
    assertEquals(
        suspended.stream().map(s -> s.substring(1)).toList(),
        resumed.stream().map(s -> s.substring(1)).toList());
    assertTrue(suspended.contains("-last" + refused));
    assertFalse(suspended.contains("-first" + refused));
    assertTrue(cpu.flags.interruptsEnabled(), "interrupts as before");
    assertFalse(log.contains("MACHINE_KEXEC"));
    assertEquals("~PREPARE_CONSOLE", log.get(log.size() - 1));
  }

  @Test
  void aJumpThatThrowsIsUndoneToo() {
    KernelKexec kexec = sequence(new Recorder("a", null));
    assertThrows(
        IllegalStateException.class,
        () ->
            kexec.execute(
                () -> {
                  throw new IllegalStateException("on purpose");
                }));
    assertEquals("~PREPARE_CONSOLE", log.get(log.size() - 1));
    assertEquals(1, kexec.execute(() -> 1), "usable afterwards");
  }

  @Test
  void oneJumpAtATime() throws Exception {
    KernelKexec kexec = sequence(new Recorder("a", null));
    CountDownLatch jumping = new CountDownLatch(1);
    CountDownLatch refused = new CountDownLatch(1);
    AtomicReference<Throwable> other = new AtomicReference<>();
    Thread second =
        new Thread(
            () -> {
              try {
                jumping.await();
                kexec.execute(() -> 0);
              } catch (InterruptedException | RuntimeException e) {
                other.set(e);
              } finally {
                refused.countDown();
              }
            });
    second.start();
    kexec.execute(
        () -> {
          jumping.countDown();
          try {
            refused.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          assertThrows(KexecException.class, () -> kexec.execute(() -> 0), "not nested either");
          return 0;
        });
    second.join();
    assertEquals(Errno.EBUSY, ((KexecException) other.get()).errno());
  }
}
