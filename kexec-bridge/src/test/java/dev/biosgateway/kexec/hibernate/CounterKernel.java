package dev.biosgateway.kexec.hibernate;

import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.context.SystemRom;
import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.kexec.load.KexecLoad;
import dev.biosgateway.kexec.load.KexecSegment;
import dev.biosgateway.kexec.load.Kimage;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.protocol.Mailbox;
import dev.biosgateway.kexec.protocol.MemoryMap;
import dev.biosgateway.kexec.protocol.Message;
import dev.biosgateway.kexec.protocol.ProtocolBlock;
import dev.biosgateway.kexec.vmcore.Vmcore;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.Stop;
import dev.biosgateway.x86.device.ResetKind;
import dev.biosgateway.x86.device.acpi.Piix4Pm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Kernel A of the tests: {@code counter.asm}, which counts for ever, on a machine without anything
 * else. What this class does for it is what kexec-tools do for Linux.
 */
final class CounterKernel {
  static final MachineConfig CONFIG = MachineConfig.DEFAULT.withMemory(16 << 20);
  private static final int MAILBOX = 0x6000;

  final Machine machine;
  private final HostContext kernel;
  private final SystemRom rom;

  /** Powers a machine on and boots the kernel. */
  CounterKernel(MachineConfig config, PagingMode paging) {
    machine = new Machine(config);
    kernel = new HostContext(machine.bus(), config.cpu(), paging, GuestImage.named("counter"));
    rom = new SystemRom(machine.bus(), kernel);
    rom.enterResetVector(machine.cpu());
  }

  /** Loads the saver into it: kexec -l --load-preserve-context. */
  Kimage loadSaver(boolean withProtocol) {
    return loadSaver(
        Saver.segment(),
        Saver.entry(),
        withProtocol ? Optional.of(Optional.empty()) : Optional.empty());
  }

  /**
   * Loads any saver.
   *
   * @param protocol what the protocol block says is to be backed up; empty for no block
   */
  Kimage loadSaver(KexecSegment saver, int entry, Optional<Optional<MemoryMap>> protocol) {
    Kimage image =
        new KexecLoad(machine.bus(), kernel.frames(), kernel.paging())
            .add(saver)
            .prepare(entry, true);
    kernel.setImage(image);
    protocol.ifPresent(
        backup -> {
          new Mailbox(machine.bus(), MAILBOX).clear();
          new ProtocolBlock(
                  0,
                  MAILBOX,
                  Optional.of(Saver.AREA),
                  backup,
                  kernel.restartPoints(image.controlPage(), hasPowerManagement()))
              .publish(machine.bus());
        });
    return image;
  }

  private boolean hasPowerManagement() {
    return machine.devices().stream().anyMatch(Piix4Pm.class::isInstance);
  }

  /** What woke the machine has reset it: its ROM boots the kernel, which goes on. */
  void comeUpFromReset() {
    machine.reset(ResetKind.HARD);
    rom.enterResetVector(machine.cpu());
  }

  /** What the saver has told the kernel. */
  List<Message> messages() {
    return new Mailbox(machine.bus(), MAILBOX).take(Mailbox.Direction.TO_HOST);
  }

  /** kexec -e: the kernel jumps as soon as it sees it. */
  void requestJump() {
    machine.bus().write32(kernel.address("kexec_request"), 1);
  }

  /** Where it keeps the count. */
  int count() {
    return machine.bus().read32(kernel.address("count"));
  }

  /** What it had counted to when it was saved. */
  int countIn(Vmcore core) {
    int address = kernel.address("count");
    return ByteBuffer.wrap(core.page(address & -4096))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt(address & 4095);
  }

  /** Lets a machine run until its console has what is asked for. */
  static void runUntil(Machine machine, String text) {
    for (int i = 0; i < 400 && !machine.console().text().contains(text); i++) {
      Stop stop = machine.run(1_000_000);
      if (stop.reason() != Stop.Reason.BUDGET) {
        throw new AssertionError(stop + ", console " + machine.console().text());
      }
    }
    if (!machine.console().text().contains(text)) {
      throw new AssertionError(text + " is not in " + machine.console().text());
    }
  }
}
