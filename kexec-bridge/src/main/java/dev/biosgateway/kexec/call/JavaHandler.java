package dev.biosgateway.kexec.call;

import dev.biosgateway.api.FarPointer;
import dev.biosgateway.api.InvalidRequestException;
import dev.biosgateway.api.Register;
import dev.biosgateway.api.StopReason;
import dev.biosgateway.api.extension.InterruptHandler;
import dev.biosgateway.api.extension.InterruptedGuest;
import dev.biosgateway.api.spi.ProgramImage;
import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.SegmentRegister;
import dev.biosgateway.x86.cpu.Trap;
import java.util.Set;

/**
 * A handler in Java behind its ROM in one machine ({@code java_handler.asm}): called by a trap in
 * front of the ROM's IRET, with the interrupt's frame on the guest's stack.
 */
final class JavaHandler implements Trap {
  private static final GuestImage ROM = GuestImage.named("java_handler");

  /** Where an interrupt of real mode puts what, from SS:SP on (SDM vol. 3, 20.1.4). */
  private static final int FRAME_IP = 0;

  private static final int FRAME_CS = 2;
  private static final int FRAME_FLAGS = 4;

  private static final Set<Register> OWN =
      Set.of(Register.CS, Register.SS, Register.ESP, Register.EIP);

  private final ProgramImage image;
  private final InterruptHandler handler;
  private final int vector;
  private final int base;
  private final BridgeMachine machine;

  /**
   * A handler whose ROM is mapped.
   *
   * @param base physical address of the ROM
   */
  JavaHandler(ProgramImage image, int base, BridgeMachine machine) {
    this.image = image;
    this.handler = image.extension(InterruptHandler.class).orElseThrow();
    this.vector = image.vectors().get(0);
    this.base = base;
    this.machine = machine;
  }

  /** The ROM for a vector. */
  static byte[] rom(int vector) {
    byte[] rom = ROM.code();
    rom[ROM.offset("vector")] = (byte) vector;
    int sum = 0;
    for (byte b : rom) {
      sum += b;
    }
    rom[rom.length - 1] -= (byte) sum;
    return rom;
  }

  /** Physical address of the instruction in front of which it is called. */
  int entry() {
    return base + ROM.offset("entry");
  }

  @Override
  public Outcome reached(Cpu cpu) {
    InterruptHandler.Outcome outcome;
    try {
      outcome = handler.handle(new Guest(cpu));
    } catch (RuntimeException | StackOverflowError e) {
      machine.stop(
          StopReason.FAULT,
          String.format("handler %s of int 0x%02x threw %s", image.name(), vector, e));
      return Outcome.EXECUTE;
    }
    if (outcome == InterruptHandler.Outcome.CHAIN
        && cpu.bus.read32(base + ROM.offset("former")) != 0) {
      cpu.eip = ROM.offset("chain");
      return Outcome.MOVED;
    }
    return Outcome.EXECUTE;
  }

  /** The guest while the handler runs. */
  private final class Guest implements InterruptedGuest {
    private final Cpu cpu;
    private final PhysicalBus bus;

    Guest(Cpu cpu) {
      this.cpu = cpu;
      this.bus = cpu.bus;
    }

    @Override
    public int vector() {
      return vector;
    }

    /** Address of a word of the frame; SP wraps within the segment. */
    private int frame(int offset) {
      int sp = cpu.gpr[Cpu.ESP] + offset & 0xffff;
      return bus.gated(cpu.segments[SegmentRegister.SS].base + sp);
    }

    @Override
    public long get(Register register) {
      return switch (register) {
        case CS -> bus.read16(frame(FRAME_CS));
        case EIP -> bus.read16(frame(FRAME_IP));
        case EFLAGS -> bus.read16(frame(FRAME_FLAGS));
        default -> CpuRegisters.read(cpu).get(register);
      };
    }

    @Override
    public void set(Register register, long value) {
      register.check(value);
      if (OWN.contains(register.parent())) {
        throw new InvalidRequestException(
            register.text() + ": an interrupt returns where it came from, on the stack it has");
      }
      if (register == Register.EFLAGS) {
        bus.write16(frame(FRAME_FLAGS), (int) value & 0xffff);
      } else {
        CpuRegisters.write(cpu, register, value);
      }
    }

    @Override
    public void setCarry(boolean failed) {
      long flags = get(Register.EFLAGS);
      set(Register.EFLAGS, failed ? flags | 1 : flags & ~1L);
    }

    @Override
    public byte[] read(FarPointer address, int length) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) bus.read8(bus.gated(address.linear() + i));
      }
      return bytes;
    }

    @Override
    public void write(FarPointer address, byte... bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bus.write8(bus.gated(address.linear() + i), bytes[i]);
      }
    }
  }
}
