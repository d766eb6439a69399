package dev.biosgateway.itests;

import dev.biosgateway.api.StopReason;
import java.util.List;
import java.util.Set;

/**
 * The ways of {@code hostile.asm} to do harm, in the order of its table: the rules that are to hold
 * it, how it is to end, and what the reason says.
 */
enum HostileWay {
  // spotless:off
  OUT_TO_DENIED("deny ports 0x80", "OUT to port 0x80"),
  IN_FROM_DENIED("deny ports 0x80", "IN from port 0x80"),
  WIDE_OUT_ACROSS("deny ports 0x80", "OUT to port 0x80"),
  STRING_OUT("deny ports 0x80", "OUT to port 0x80"),
  STRING_IN("deny ports 0x80", "IN from port 0x80"),
  PCI_CONFIGURATION("deny ports 0xcf8-0xcff", "OUT to port 0xcf8"),
  CMOS_WRITE("deny devices mc146818", "device mc146818"),
  DMA_PROGRAM("allow ports 0x3c0-0x3df", "OUT to port 0xa"),
  WRITE_MEMORY("deny memory 0x500-0x5ff", "write to memory 0x00000500"),
  WRITE_VECTORS("deny memory 0x0-0x3ff", "write to memory 0x00000180"),
  WRITE_BDA("allow memory 0xb8000-0xbffff", "write to memory 0x00000417"),
  READ_MEMORY("deny memory 0x500-0x5ff", "read of memory 0x000005ff"),
  STRING_ACROSS("deny memory 0x500-0x5ff", "write to memory 0x00000500"),
  EXECUTE_DENIED("deny memory 0x500-0x5ff", "read of memory 0x00000500"),
  WRITE_DISPLAY("deny devices vga", "memory of device vga"),
  UNREAL_WRITE("deny memory 0x100000-0xffffffff", "write to memory 0x00200000"),
  PROTECTED_WRITE("deny memory 0x500-0x5ff", "write to memory 0x00000500"),
  A20_ALIAS("deny memory 0x500-0x5ff", "write to memory 0x00000500"),
  INT_DENIED("deny interrupts 0x60", "INT 0x60"),
  FAR_CALL_DENIED("deny interrupts 0x60", "handler of INT 0x60"),
  JUMP_DENIED("deny interrupts 0x60", "handler of INT 0x60"),
  INT_BY_OPCODE_WRITTEN("deny interrupts 0x60", "INT 0x60"),
  READ_MSR("deny msrs *", "RDMSR of register 0x1b"),
  WRITE_MSR("allow msrs 0x1b", "WRMSR of register 0x174"),
  LOOP_FOREVER(StopReason.BUDGET),
  LOOP_HLT(StopReason.BUDGET),
  LOOP_REP(StopReason.BUDGET),
  LOOP_INTERRUPTS(StopReason.BUDGET),
  LOOP_EXCEPTIONS(StopReason.BUDGET),
  LOOP_SINGLE_STEP(StopReason.BUDGET),
  TRIPLE_FAULT(StopReason.TRIPLE_FAULT),
  RESET_BY_PORT(StopReason.SHUTDOWN),
  RESET_BY_JUMP(StopReason.SHUTDOWN),
  STACK_GONE(StopReason.TRIPLE_FAULT),
  STORM_TIMER(StopReason.BUDGET),
  STORM_SELF(StopReason.BUDGET),
  MODIFIES_ITSELF("deny ports 0x80", "OUT to port 0x80"),
  MODIFIES_AHEAD("deny ports 0x80", "OUT to port 0x80"),
  MEMORY_BOMB("quota memory 64K", "quota of 65536 bytes"),
  DISPLAY_BOMB("quota memory 24K", "quota of 24576 bytes"),
  OVERWRITES_HOST(StopReason.FAULT, StopReason.TRIPLE_FAULT),
  LEAVES_PROTECTED_MODE(StopReason.FAULT, StopReason.TRIPLE_FAULT),
  HALT_DEAF(StopReason.HALTED),
  LOOP_REP_HUGE(StopReason.BUDGET),
  LOOP_UNDEFINED(StopReason.BUDGET),
  LOOP_BREAKPOINT(StopReason.BUDGET),
  STORM_SERIAL(StopReason.BUDGET),
  RESET_BY_PCI(StopReason.SHUTDOWN),
  PAGING_INTO_NOTHING(StopReason.TRIPLE_FAULT),
  TASK_GATE(StopReason.TRIPLE_FAULT),
  RESERVED_CONTROL(StopReason.FAULT);
  // spotless:on

  private final List<String> rules;
  private final Set<StopReason> stops;
  private final String reason;

  HostileWay(String rule, String reason) {
    this.rules = List.of(rule);
    this.stops = Set.of(StopReason.POLICY);
    this.reason = reason;
  }

  HostileWay(StopReason... stops) {
    this.rules = List.of();
    this.stops = Set.of(stops);
    this.reason = "";
  }

  List<String> rules() {
    return rules;
  }

  Set<StopReason> stops() {
    return stops;
  }

  /** What the reason says among other things. */
  String reason() {
    return reason;
  }

  /** Whether it ends by itself. */
  boolean endless() {
    return stops.equals(Set.of(StopReason.BUDGET));
  }
}
