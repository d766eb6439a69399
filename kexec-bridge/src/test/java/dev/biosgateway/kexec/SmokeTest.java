package dev.biosgateway.kexec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.biosgateway.kexec.context.HostContext;
import dev.biosgateway.kexec.guest.GuestImage;
import dev.biosgateway.kexec.load.*;
import dev.biosgateway.kexec.trampoline.*;
import dev.biosgateway.api.*;
import dev.biosgateway.x86.bus.*;
import dev.biosgateway.x86.clock.VirtualClock;
import dev.biosgateway.x86.cpu.*;
import dev.biosgateway.x86.isa.CpuModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.*;
import org.junit.jupiter.params.provider.*;

class SmokeTest {
  @ParameterizedTest
  @CsvSource({"I386,TWO_LEVEL", "PENTIUM,TWO_LEVEL", "PENTIUM_PRO,TWO_LEVEL", "PENTIUM_PRO,PAE"})
  void boots(CpuModel model, PagingMode mode) {
    var unmodelled = new dev.biosgateway.x86.bus.UnmodelledAccess();
    var bus = new PhysicalBus(32 << 20, unmodelled);
    var ports = new PortMap(unmodelled);
    var clock = new VirtualClock(10);
    var cpu = new Cpu(model, bus, ports, clock, unmodelled);
    var run = new Interpreter(cpu);
    var host = new HostContext(bus, model, mode);
    GuestImage rom = GuestImage.named("system_rom");
    bus.load(0xff000, rom.code());
    int he = 0xff000 + rom.offset("host_entry");
    for (int i = 0; i < 6; i++) bus.write8(he + i, bus.read8(host.bootGdtDescriptor() + i));
    bus.write32(he + 6, host.startup());
    cpu.cs.selector = 0xf000; cpu.cs.base = 0xf0000;
    cpu.eip = 0xfff0;
    run.setTrap(host.idle(), c -> Trap.Outcome.STOP);
    run.setTrap(host.exception(), c -> { System.out.println("host exception " + c.loadStore.linear32(c.gpr[4]) + " eip " + Integer.toHexString(c.loadStore.linear32(c.gpr[4]+8))+" cr2 "+Integer.toHexString(c.cr2)); return Trap.Outcome.STOP; });
    var stop = run.run(10000);
    System.out.println(model + " " + mode + " " + stop + " " + cpu.pins.where() + " " + cpu.interrupts.shutdown());
    assertEquals(host.idle() + Kimage.PAGE_OFFSET, cpu.eip);
    // an interrupt handler
    bus.write32(4 * 0x60, 0x50000000);
    byte[] h = {0x40, 0x43, (byte) 0xcf};
    bus.load(0x50000, h);
    var regs = Registers.ZERO.with(Register.EAX, 0x1234).with(Register.SS, 0x2000).with(Register.ESP, 0x1000);
    var seg = Trampoline.REAL_MODE.segment(0x10000, new CallSite.Interrupt(0x60), regs, LegacyState.AFTER_POST);
    Kimage im = new KexecLoad(bus, host.frames(), mode).add(seg).add(KexecSegment.zeroed("stack", 0x20000, 0x1000)).prepare(0x10000 + Trampoline.REAL_MODE.entry(), true);
    host.setImage(im);
    cpu.eip = host.kexecJumpVirtual();
    long t = clock.retiredInstructions();
    stop = run.run(100000);
    if (stop == Interpreter.Stop.TRAP && cpu.eip != host.idle() + Kimage.PAGE_OFFSET) stop = run.run(100000);
    System.out.println(stop + " " + cpu.pins.where() + " " + cpu.interrupts.shutdown() + " " + (clock.retiredInstructions() - t)+" "+run.run(0));
    System.out.println(Trampoline.REAL_MODE.registers(im.segments().get(0)));
    assertEquals(host.idle() + Kimage.PAGE_OFFSET, cpu.eip);
    assertEquals(0x10000, host.imageStart());
  }
}
