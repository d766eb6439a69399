package dev.biosgateway.x86.device.acpi;

import dev.biosgateway.x86.bus.PortHandler;
import dev.biosgateway.x86.bus.UnmodelledAccess;
import dev.biosgateway.x86.state.Section;
import java.util.Arrays;

/**
 * The SMBus host of the 82371AB (Intel order 290562, 7.3), with nothing on the bus: every
 * transaction ends with a device error, since no slave acknowledges its address.
 */
final class SmBusHost implements PortHandler {
  static final int PORTS = 16;

  private static final int HOST_STATUS = 0;
  private static final int SLAVE_STATUS = 1;
  private static final int HOST_CONTROL = 2;
  private static final int BLOCK_DATA = 7;
  private static final int LAST = 13;

  private static final int STATUS_DEVICE_ERROR = 0x04;
  private static final int STATUS_CLEARABLE = 0x1e;
  private static final int SLAVE_CLEARABLE = 0x3c;
  private static final int CONTROL_START = 0x40;
  private static final int CONTROL_BITS = 0x1f;
  private static final int BLOCK_BYTES = 32;

  private final UnmodelledAccess unmodelled;
  private final byte[] registers = new byte[PORTS];
  private final byte[] block = new byte[BLOCK_BYTES];
  private int blockIndex;

  SmBusHost(UnmodelledAccess unmodelled) {
    this.unmodelled = unmodelled;
  }

  void reset() {
    Arrays.fill(registers, (byte) 0);
    Arrays.fill(block, (byte) 0);
    blockIndex = 0;
  }

  @Override
  public int in(int offset, int size) {
    return switch (offset) {
      case HOST_CONTROL -> {
        blockIndex = 0; // reading the control register resets the index into the block buffer
        yield registers[offset] & 0xff;
      }
      case BLOCK_DATA -> block[blockIndex++ & BLOCK_BYTES - 1] & 0xff;
      default -> {
        if (offset > LAST) {
          unmodelled.record("piix4 SMBus: read of reserved port %Xh", offset);
        }
        yield registers[offset] & 0xff;
      }
    };
  }

  @Override
  public void out(int offset, int size, int value) {
    switch (offset) {
      case HOST_STATUS -> registers[offset] &= (byte) ~(value & STATUS_CLEARABLE);
      case SLAVE_STATUS -> registers[offset] &= (byte) ~(value & SLAVE_CLEARABLE);
      case HOST_CONTROL -> {
        registers[offset] = (byte) (value & CONTROL_BITS);
        if ((value & CONTROL_START) != 0) {
          registers[HOST_STATUS] |= STATUS_DEVICE_ERROR;
        }
      }
      case BLOCK_DATA -> block[blockIndex++ & BLOCK_BYTES - 1] = (byte) value;
      default -> {
        if (offset > LAST) {
          unmodelled.record("piix4 SMBus: write of reserved port %Xh", offset);
        } else {
          registers[offset] = (byte) value;
        }
      }
    }
  }

  void save(Section out) {
    out.put("smbus", registers).put("smbus.block", block).put("smbus.index", blockIndex);
  }

  void restore(Section in) {
    in.getBytes("smbus", registers);
    in.getBytes("smbus.block", block);
    blockIndex = in.getInt("smbus.index");
  }
}
