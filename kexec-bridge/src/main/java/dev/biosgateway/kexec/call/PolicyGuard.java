package dev.biosgateway.kexec.call;

import dev.biosgateway.api.CallPolicy;
import dev.biosgateway.api.LoggedAccess;
import dev.biosgateway.api.PolicyRule;
import dev.biosgateway.api.PolicyRule.Action;
import dev.biosgateway.api.PolicyRule.Resource;
import dev.biosgateway.kexec.trampoline.CallSite;
import dev.biosgateway.x86.Machine;
import dev.biosgateway.x86.bus.AccessDeniedException;
import dev.biosgateway.x86.bus.MemoryGuard;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.bus.PortFilter;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Probe;
import dev.biosgateway.x86.cpu.ProcessorIdentity;
import dev.biosgateway.x86.cpu.Trap;
import dev.biosgateway.x86.isa.Insn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Holds one routine to its policy, in the places where accesses pass: ports in the port map, memory
 * in the bus by guarded pages, software interrupts in a probe, model specific registers in the
 * processor's identity. What a policy has no rules about costs nothing.
 *
 * <p>What the gateway itself gave the call is never refused: trampoline, stack, buffers, the pages
 * of the program; nor is what the processor reads of the interrupt vector table. Lists of allowed
 * memory need not name the programs' ROMs, which can be read and executed unless a rule denies it.
 */
final class PolicyGuard implements PortFilter, MemoryGuard, Probe, ProcessorIdentity {
  private static final int VECTORS_END = 0x400;
  private static final int VECTORS = 256;
  private static final int SYSTEM_ROM = 0xf0000;
  private static final int PAGE = PhysicalBus.PAGE;

  /**
   * Physical addresses.
   *
   * @param start the first
   * @param end behind the last
   */
  record Range(long start, long end) {
    boolean contains(long address) {
      return address >= start && address < end;
    }
  }

  private final Machine machine;
  private final CallPolicy policy;
  private final List<Range> own;
  private final List<Range> roms;
  private final int callSite;
  private final CallSite site;
  private final boolean devices;
  private final Map<PolicyRule, Long> logged = new LinkedHashMap<>();
  private final List<Range> guarded = new ArrayList<>();
  private final List<Integer> trapped = new ArrayList<>();

  /**
   * A guard that is not on yet.
   *
   * @param own what the call was given
   * @param roms where programs are that can be read
   * @param plan what enters the routine, and where from
   */
  PolicyGuard(
      Machine machine, CallPolicy policy, List<Range> own, List<Range> roms, CallPlan plan) {
    this.machine = machine;
    this.policy = policy;
    this.own = own;
    this.roms = roms;
    this.callSite = plan.callSite();
    this.site = plan.site();
    this.devices = !policy.rules(Resource.DEVICES).isEmpty();
  }

  /** The routine begins with the next instruction. */
  void begin() {
    if (policy.layers().isEmpty()) {
      return;
    }
    if (devices || !policy.rules(Resource.PORTS).isEmpty()) {
      machine.ports().setFilter(this);
    }
    List<PolicyRule> memory = policy.rules(Resource.MEMORY);
    if (devices || !memory.isEmpty()) {
      guard(memory);
      machine.bus().setGuard(this);
    }
    if (!policy.rules(Resource.INTERRUPTS).isEmpty()) {
      machine.cpu().probe = this;
      trapHandlers();
    }
    if (!policy.rules(Resource.MSRS).isEmpty()) {
      machine.cpu().setIdentity(this);
    }
    OptionalLong bytes = policy.quota(Resource.MEMORY);
    if (bytes.isPresent()) {
      long pages = (bytes.getAsLong() + PAGE - 1) / PAGE;
      machine.bus().limitWrittenPages((int) Math.min(pages, Integer.MAX_VALUE - 1));
    }
  }

  /**
   * INT n is not the only way to a handler: a far call through the vector table is another.
   * Handlers that serve only vectors which are refused are trapped; those of the system ROM do
   * nothing.
   */
  private void trapHandlers() {
    Map<Integer, Integer> refused = new LinkedHashMap<>();
    Set<Integer> open = new HashSet<>();
    for (int vector = 0; vector < VECTORS; vector++) {
      int pointer = machine.bus().read32(4 * vector);
      int handler = (pointer >>> 16 << 4) + (pointer & 0xffff);
      boolean target = site instanceof CallSite.Interrupt own && own.vector() == vector;
      if (!target && policy.refusal(Resource.INTERRUPTS, vector).isPresent()) {
        refused.putIfAbsent(handler, vector);
      } else {
        open.add(handler);
      }
    }
    refused.forEach(
        (handler, vector) -> {
          if (handler != 0 && handler < SYSTEM_ROM && !open.contains(handler)) {
            trapped.add(handler);
            machine.setTrap(handler, cpu -> refuseEntry(vector));
          }
        });
  }

  private Trap.Outcome refuseEntry(int vector) {
    throw new AccessDeniedException(
        String.format(
            "call of the handler of INT 0x%02x: %s",
            vector, policy.refusal(Resource.INTERRUPTS, vector).orElseThrow()));
  }

  /** Guards every page that a rule may refuse or count an access to. */
  private void guard(List<PolicyRule> rules) {
    for (PolicyRule rule : rules) {
      if (rule.action() != Action.ALLOW) {
        guard(rule.first() / PAGE, rule.last() / PAGE);
      }
    }
    for (CallPolicy.Layer layer : policy.layers()) {
      List<PolicyRule> allowing =
          layer.rules().stream()
              .filter(r -> r.resource() == Resource.MEMORY && r.action() == Action.ALLOW)
              .toList();
      if (!allowing.isEmpty()) {
        guardAllBut(allowing);
      }
    }
  }

  private void guardAllBut(List<PolicyRule> allowing) {
    long pages = machine.bus().ramSize() / PAGE;
    long first = -1;
    for (long page = 0; page <= pages; page++) {
      long at = page * PAGE;
      boolean open =
          page == pages
              || allowing.stream().anyMatch(r -> r.first() <= at && r.last() >= at + PAGE - 1);
      if (open && first >= 0) {
        guard(first, page - 1);
        first = -1;
      } else if (!open && first < 0) {
        first = page;
      }
    }
  }

  private void guard(long firstPage, long lastPage) {
    long pages = machine.bus().ramSize() / PAGE;
    long last = Math.min(lastPage, pages - 1);
    if (firstPage <= last) {
      guarded.add(new Range(firstPage, last + 1));
      machine.bus().setGuarded((int) firstPage, (int) (last + 1 - firstPage), true);
    }
  }

  /** The routine has returned, or is given up. */
  void end() {
    if (policy.layers().isEmpty()) {
      return;
    }
    machine.ports().setFilter(null);
    machine.bus().setGuard(null);
    for (Range pages : guarded) {
      machine.bus().setGuarded((int) pages.start(), (int) (pages.end() - pages.start()), false);
    }
    guarded.clear();
    trapped.forEach(at -> machine.setTrap(at, null));
    trapped.clear();
    if (machine.cpu().probe == this) {
      machine.cpu().probe = null;
    }
    machine.cpu().setIdentity(machine.config().identity());
    if (policy.quota(Resource.MEMORY).isPresent()) {
      machine.bus().limitWrittenPages(Integer.MAX_VALUE);
    }
  }

  /** What rules wanted to be counted. */
  List<LoggedAccess> logged() {
    return logged.entrySet().stream()
        .map(e -> new LoggedAccess(e.getKey().toString(), e.getValue()))
        .toList();
  }

  private void log(Resource resource, long number, String device) {
    for (PolicyRule rule : policy.logging(resource, number, device)) {
      logged.merge(rule, 1L, Long::sum);
    }
  }

  // ---- ports

  @Override
  public String deny(int port, int size, boolean out) {
    for (int i = 0; i < size; i++) {
      int number = port + i & 0xffff;
      String refusal = policy.refusal(Resource.PORTS, number).orElse(null);
      String owner = devices ? machine.ports().owner(number) : null;
      if (refusal == null && owner != null) {
        refusal =
            policy
                .refusalOfDevice(owner)
                .map(text -> "of device " + owner + ": " + text)
                .orElse(null);
      }
      if (refusal != null) {
        return String.format("%s port 0x%x: %s", out ? "OUT to" : "IN from", number, refusal);
      }
      if (owner != null) {
        log(Resource.DEVICES, 0, owner);
      }
    }
    log(Resource.PORTS, port, "");
    return null;
  }

  // ---- memory

  @Override
  public String denyAt(int physical, int size, boolean write) {
    long address = physical & 0xffffffffL;
    if (isIn(own, address) || !write && address + size <= VECTORS_END) {
      return null;
    }
    for (int i = 0; i < size; i++) {
      String refusal = policy.refusal(Resource.MEMORY, address + i).orElse(null);
      boolean readable = !write && isIn(roms, address + i);
      if (refusal != null && !(readable && !policy.denies(Resource.MEMORY, address + i))) {
        return String.format(
            "%s memory 0x%08x: %s", write ? "write to" : "read of", address + i, refusal);
      }
    }
    log(Resource.MEMORY, address, "");
    return null;
  }

  private static boolean isIn(List<Range> ranges, long address) {
    for (Range range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String denyRegion(String region, boolean write) {
    if (!devices) {
      return null;
    }
    int dot = region.indexOf('.');
    String device = dot < 0 ? region : region.substring(0, dot);
    String refusal = policy.refusalOfDevice(device).orElse(null);
    if (refusal != null) {
      return (write ? "write to memory" : "read of memory")
          + " of device "
          + device
          + ": "
          + refusal;
    }
    log(Resource.DEVICES, 0, device);
    return null;
  }

  // ---- software interrupts

  @Override
  public void instruction(Cpu cpu, Insn insn) {
    int vector =
        switch (insn.row.mnemonic()) {
          case INT -> insn.imm & 0xff;
          case INT3 -> 3;
          case INTO -> 4;
          default -> -1;
        };
    if (vector < 0 || cpu.cs.base + cpu.instructionEip == callSite) {
      return;
    }
    String refusal = policy.refusal(Resource.INTERRUPTS, vector).orElse(null);
    if (refusal != null) {
      throw new AccessDeniedException(String.format("INT 0x%02x: %s", vector, refusal));
    }
    log(Resource.INTERRUPTS, vector, "");
  }

  // ---- model specific registers

  @Override
  public void cpuid(int leaf, int subleaf, int[] answer) {
    machine.config().identity().cpuid(leaf, subleaf, answer);
  }

  @Override
  public OptionalLong readMsr(int number) {
    askMsr("RDMSR", number);
    return machine.config().identity().readMsr(number);
  }

  @Override
  public boolean writeMsr(int number, long value) {
    askMsr("WRMSR", number);
    return machine.config().identity().writeMsr(number, value);
  }

  private void askMsr(String instruction, int number) {
    long register = number & 0xffffffffL;
    String refusal = policy.refusal(Resource.MSRS, register).orElse(null);
    if (refusal != null) {
      throw new AccessDeniedException(
          String.format("%s of register 0x%x: %s", instruction, register, refusal));
    }
    log(Resource.MSRS, register, "");
  }
}
