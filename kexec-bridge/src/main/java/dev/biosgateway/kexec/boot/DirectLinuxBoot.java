package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.kexec.context.FlatEntry;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Enters a Linux kernel at its 32-bit entry, as a loader does that has no firmware: flat segments,
 * paging and interrupts off, ESI to the zero page (boot.rst, "32-bit Boot Protocol"), the screen in
 * text mode where there is a VGA.
 */
public final class DirectLinuxBoot {
  /** Selectors of the descriptors the protocol wants. */
  private static final int BOOT_CS = 0x10;

  private static final int BOOT_DS = 0x18;

  /** Read and execute, 4 GB, 32 bits; the same for data, read and write. */
  private static final long CODE_DESCRIPTOR = 0x00cf9b000000ffffL;

  private static final long DATA_DESCRIPTOR = 0x00cf93000000ffffL;

  private final BzImage kernel;
  private final byte[] initrd;
  private final byte[] commandLine;

  /**
   * @param initrd of length 0 for none
   * @param commandLine what the kernel gets, ISO 8859-1
   */
  public DirectLinuxBoot(BzImage kernel, byte[] initrd, String commandLine) {
    this.kernel = kernel;
    this.initrd = initrd.clone();
    this.commandLine = commandLine.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Loads all parts, and puts the processor in front of the kernel's first instruction.
   *
   * @throws ProgramException when something does not fit into memory
   * @throws IllegalArgumentException when the processor is older than a 386
   */
  public void load(Machine machine) {
    long memory = machine.config().memoryBytes();
    LinuxLayout layout = LinuxLayout.of(kernel, initrd.length, commandLine.length, memory);
    PhysicalBus bus = machine.bus();
    bus.load(layout.kernel(), kernel.protectedModeCode());
    BootParams params =
        new BootParams(kernel, LinuxLayout.BOOT_PARAMS, LinuxLayout.COMMAND_LINE)
            .memory(MemoryMap.of(memory), memory);
    if (DisplayRom.initialise(machine)) {
      params.textScreen();
    }
    if (initrd.length > 0) {
      bus.load((int) layout.initrd(), initrd);
      params.initrd(layout.initrd(), initrd.length);
    }
    bus.load(LinuxLayout.BOOT_PARAMS, params.bytes());
    bus.load(LinuxLayout.COMMAND_LINE, Arrays.copyOf(commandLine, commandLine.length + 1));
    putDescriptor(bus, BOOT_CS, CODE_DESCRIPTOR);
    putDescriptor(bus, BOOT_DS, DATA_DESCRIPTOR);
    bus.setA20(true);
    FlatEntry.enter(machine.cpu(), layout.kernel(), BOOT_CS, BOOT_DS, LinuxLayout.GDT, BOOT_DS + 7);
    machine.cpu().gpr[Cpu.ESI] = LinuxLayout.BOOT_PARAMS;
    machine.cpu().gpr[Cpu.ESP] = LinuxLayout.BOOT_PARAMS;
  }

  private static void putDescriptor(PhysicalBus bus, int selector, long descriptor) {
    bus.write32(LinuxLayout.GDT + selector, (int) descriptor);
    bus.write32(LinuxLayout.GDT + selector + 4, (int) (descriptor >>> 32));
  }
}
