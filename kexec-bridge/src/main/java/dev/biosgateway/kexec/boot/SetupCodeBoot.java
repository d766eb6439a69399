package dev.biosgateway.kexec.boot;

import dev.biosgateway.api.ProgramException;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.call.BridgeMachine;
import dev.biosgateway.kexec.context.RealModeEntry;
import dev.biosgateway.kexec.load.PagingMode;
import dev.biosgateway.kexec.program.BzImage;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.MachineConfig;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.isa.CpuModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Enters a Linux kernel at its 16-bit setup code without a system BIOS: what it asks for is
 * answered by option ROMs, mapped as for calls, and by our default handlers. The layout is the
 * classic one of boot.rst, which suits every version of the protocol.
 *
 * <pre>
 *   90000h   boot sector and setup code, then its heap and stack
 *   9E000h   command line
 *   100000h  the kernel (a zImage: 10000h)
 *   high     initial RAM disk
 * </pre>
 */
final class SetupCodeBoot {
  private static final int SETUP = 0x90000;
  private static final int HEAP_END = 0xe000;
  private static final int COMMAND_LINE = SETUP + HEAP_END;
  private static final int COMMAND_LINE_MAX = 0x1bff;
  private static final int ZIMAGE = 0x10000;
  private static final int HIGH = 0x100000;

  private static final int OLD_CL_MAGIC = 0x020;
  private static final int OLD_CL_OFFSET = 0x022;
  private static final int TYPE_OF_LOADER = 0x210;
  private static final int LOADFLAGS = 0x211;
  private static final int SETUP_MOVE_SIZE = 0x212;
  private static final int RAMDISK_IMAGE = 0x218;
  private static final int RAMDISK_SIZE = 0x21c;
  private static final int HEAP_END_PTR = 0x224;
  private static final int CMD_LINE_PTR = 0x228;

  private static final int OLD_CL_MAGIC_VALUE = 0xa33f;
  private static final int UNDEFINED_LOADER = 0xff;
  private static final int CAN_USE_HEAP = 0x80;
  private static final int VERSION_HEAP = 0x201;

  private final BzImage kernel;
  private final byte[] initrd;
  private final byte[] commandLine;

  SetupCodeBoot(BzImage kernel, byte[] initrd, String commandLine) {
    this.kernel = kernel;
    this.initrd = initrd.clone();
    this.commandLine = commandLine.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Builds a machine, initialises the ROMs, and puts the processor before the setup code.
   *
   * @throws ProgramException when a ROM is broken, or something does not fit into memory
   * @throws IllegalArgumentException when the processor is older than a 386
   */
  Machine load(MachineConfig config, List<ProgramImage> roms) {
    LinuxLayout layout =
        LinuxLayout.of(kernel, initrd.length, commandLine.length, config.memoryBytes());
    byte[] setup = setup(layout);
    boolean pae = config.cpu().has(CpuModel.Feature.PAE);
    BridgeMachine services = new BridgeMachine(config, pae ? PagingMode.PAE : PagingMode.TWO_LEVEL);
    roms.forEach(services::map);
    Machine machine = services.handOver();
    PhysicalBus bus = machine.bus();
    bus.load(HIGH, new byte[bus.ramSize() - HIGH]); // the host goes
    bus.load(SETUP, setup);
    bus.load(COMMAND_LINE, Arrays.copyOf(commandLine, commandLine.length + 1));
    bus.load(kernel.loadedHigh() ? HIGH : ZIMAGE, kernel.protectedModeCode());
    if (initrd.length > 0) {
      bus.load((int) layout.initrd(), initrd);
    }
    RealModeEntry.enter(machine, (SETUP >>> 4) + 0x20, 0, SETUP >>> 4, HEAP_END);
    return machine;
  }

  private byte[] setup(LinuxLayout layout) {
    byte[] setup = kernel.setup();
    if (setup.length > HEAP_END / 2 || commandLine.length > COMMAND_LINE_MAX) {
      throw ProgramException.of(kernel.name(), "setup code and command line")
          .expected(
              "at most %d and %d bytes, below the extended BIOS data area"
                  .formatted(HEAP_END / 2, COMMAND_LINE_MAX))
          .found("%d and %d".formatted(setup.length, commandLine.length))
          .build();
    }
    ByteBuffer header = ByteBuffer.wrap(setup).order(ByteOrder.LITTLE_ENDIAN);
    header.put(TYPE_OF_LOADER, (byte) UNDEFINED_LOADER);
    if (kernel.version() >= VERSION_HEAP) {
      header.put(LOADFLAGS, (byte) (header.get(LOADFLAGS) | CAN_USE_HEAP));
      header.putShort(HEAP_END_PTR, (short) (HEAP_END - 0x200));
    }
    if (kernel.version() >= BzImage.VERSION_COMMAND_LINE) {
      header.putInt(CMD_LINE_PTR, COMMAND_LINE);
    } else {
      header.putShort(OLD_CL_MAGIC, (short) OLD_CL_MAGIC_VALUE);
      header.putShort(OLD_CL_OFFSET, (short) HEAP_END);
      header.putShort(SETUP_MOVE_SIZE, (short) (HEAP_END + COMMAND_LINE_MAX + 1));
    }
    if (initrd.length > 0) {
      header.putInt(RAMDISK_IMAGE, (int) layout.initrd());
      header.putInt(RAMDISK_SIZE, initrd.length);
    }
    return setup;
  }
}
