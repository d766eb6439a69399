package dev.biosgateway.x86.cpu;

import dev.biosgateway.x86.bus.AccessDeniedException;
import dev.biosgateway.x86.bus.PhysicalBus;
import dev.biosgateway.x86.isa.CodeSource;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Insn;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * From CS:EIP to a block: translates the address, finds the block in the {@link CodeCache} or
 * decodes it. A fetch fault belongs to the instruction that needs the byte (SDM vol. 3, table 6-2,
 * "faults from fetching next instruction"), so decoding ahead stops before an instruction that
 * would fault, and lets it fault when it is its turn.
 */
final class InstructionFetch implements CodeSource {
  /** Instructions in a block at most. */
  private static final int MAX_BLOCK = 64;

  private final Cpu cpu;
  private final PhysicalBus bus;
  private final Decoder decoder;
  private final CodeCache cache;
  private final Map<Integer, Trap> traps = new HashMap<>();
  private final TrapGate gate;
  private int trapChanges;

  private final Insn[] insns = new Insn[MAX_BLOCK];
  private final Step[] steps = new Step[MAX_BLOCK];

  /** {@link Block#heat} of a new block: far away while there is nobody to look at it. */
  private int heatOfNew = Integer.MIN_VALUE;

  /** The instruction being decoded: offset in CS, linear and physical address of its first byte. */
  private int eip;

  private int linear;
  private int physical;
  private int secondPage;

  /** Whether the instruction goes on at offset 0 of an 8086's code segment. */
  private boolean wrapped;

  /** Whether the instruction is not the next one to be executed: its fetch must have no effect. */
  private boolean ahead;

  InstructionFetch(Cpu cpu, CodeCache cache, TrapGate gate) {
    this.cpu = cpu;
    this.bus = cpu.bus;
    this.cache = cache;
    this.gate = gate;
    this.decoder = new Decoder(cpu.model);
  }

  /**
   * The block at CS:EIP.
   *
   * @throws CpuException when the first instruction cannot be fetched
   */
  Block block() {
    if (Integer.compareUnsigned(cpu.eip, cpu.cs.limit) > 0) {
      return beyondLimit();
    }
    int at = cpu.cs.base + cpu.eip;
    int address = bus.gated(cpu.paging() ? cpu.paging.forFetch(at) : at);
    Block block = cache.last(address, cpu.cs.big());
    if (block == null || !block.endsWithin(cpu.eip, cpu.cs)) {
      return decode(address);
    }
    if (block.valid) {
      return block.secondPage < 0 || sameSecondPage(block, at) ? block : decode(address);
    }
    // What was written may have been the same bytes, or they may have come back: a page that is
    // exchanged for the time of a call holds the same code in every call.
    if (cache.isMemory(address) && block.canBeMended(trapChanges) && mend(block, address)) {
      cache.revive(block);
      return block;
    }
    return decode(address);
  }

  /**
   * Makes a block again from what memory holds now, decoding only what has changed.
   *
   * @return false when an instruction has another length now, or ends the block where none did
   */
  private boolean mend(Block block, int start) {
    int offset = 0;
    int index = 0;
    int change = block.firstChange(0, bus.ram);
    while (change >= 0) {
      while (offset + block.insns[index].length <= change) {
        offset += block.insns[index++].length;
      }
      eip = cpu.eip + offset;
      linear = cpu.cs.base + eip;
      physical = start + offset;
      ahead = index > 0;
      Insn before = block.insns[index];
      Insn now;
      try {
        now = decoder.decode(this, block.code32);
      } catch (CpuException fault) {
        return false;
      }
      boolean alike = now.length == before.length && now.endsBlock() == before.endsBlock();
      if (!alike || block.isTrapped()) {
        return false;
      }
      block.replace(cpu, index, offset, Dispatch.of(cpu.model, now));
      change = block.firstChange(offset + now.length, bus.ram);
    }
    return true;
  }

  /**
   * A fault (SDM vol. 3, 5.3); but on an 8086 no instruction, after which IP goes on from 0 (386
   * PRM 15.6, "Sequential execution").
   */
  private Block beyondLimit() {
    if (!cpu.model.wrapsOffsets()) {
      throw cpu.exception(CpuException.GP, 0);
    }
    Insn nop = decoder.decode(i -> 0x90, false);
    Operation wrap =
        (c, i) -> {
          int target = c.instructionEip & 0xffff;
          c.interrupts.notExecuted();
          c.retirement.suspendInstruction();
          c.eip = target;
        };
    Step step = new OperationStep(nop, wrap);
    Insn[] insns = {nop};
    Block block = new Block(cpu, -1, false, 1, -1, insns, new Step[] {step}, true, 0, null);
    block.valid = false;
    return block;
  }

  /**
   * The block at CS:EIP, to which {@code from} went: it remembers the way when the block is kept
   * and has no second page, which the TLB would have to be asked for, too.
   *
   * @param start EIP at which the block of {@code from} began
   */
  Block blockAfter(Transfer from, int start) {
    Block block = block();
    if (block.valid && block.secondPage < 0) {
      from.follow(cpu.eip - start, block);
    }
    return block;
  }

  private boolean sameSecondPage(Block block, int at) {
    return block.secondPage == secondPageOf(at) >>> 12;
  }

  private int secondPageOf(int at) {
    int next = (at | 0xfff) + 1;
    return bus.gated(cpu.paging() ? cpu.paging.forFetch(next) : next);
  }

  private Block decode(int start) {
    boolean code32 = cpu.cs.big();
    eip = cpu.eip;
    linear = cpu.cs.base + eip;
    physical = start;
    int count = 0;
    int bytes = 0;
    boolean trapped = false;
    secondPage = -1;
    wrapped = false;
    // After code has changed itself, most of the instructions are those of before.
    boolean memory = cache.isMemory(start);
    Block former = memory ? cache.last(start, code32) : null;
    while (count < MAX_BLOCK) {
      ahead = count > 0;
      Trap trap = traps.isEmpty() ? null : traps.get(physical);
      if (trap != null && count > 0) {
        break;
      }
      Insn insn;
      if (former != null && former.stillHas(count, bytes, bus.ram) && fits(former.insns[count])) {
        insn = former.insns[count];
        insns[count] = insn;
        steps[count] = former.valid ? Dispatch.of(cpu.model, insn) : former.steps[count];
      } else {
        try {
          insn = decoder.decode(this, code32);
        } catch (CpuException | AccessDeniedException fault) {
          if (count == 0) {
            throw fault;
          }
          break;
        }
        former = sameLength(former, count, insn);
        insns[count] = insn;
        steps[count] = Dispatch.of(cpu.model, insn);
      }
      if (trap != null) {
        trapped = true;
        steps[count] = gate.before(trap, steps[count]);
      }
      count++;
      bytes += insn.length;
      eip += insn.length;
      linear += insn.length;
      physical += insn.length;
      if (insn.endsBlock() || trap != null || secondPage >= 0 || wrapped || (linear & 0xfff) == 0) {
        break;
      }
    }
    boolean again = memory && !wrapped && secondPage < 0;
    Block block =
        new Block(
            cpu,
            start,
            code32,
            bytes,
            secondPage,
            Arrays.copyOf(insns, count),
            Arrays.copyOf(steps, count),
            trapped,
            trapChanges,
            again ? Arrays.copyOfRange(bus.ram, start, start + bytes) : null);
    block.heat = heatOfNew;
    boolean kept = memory || cache.canKeep(start);
    if (kept && !wrapped && (secondPage < 0 || cache.canKeep(secondPage << 12))) {
      cache.keep(block);
    } else {
      block.valid = false;
    }
    return block;
  }

  /** Whether all of an instruction at the place of the next one is within the limit of CS. */
  private boolean fits(Insn insn) {
    return (eip & 0xffffffffL) + insn.length - 1 <= (cpu.cs.limit & 0xffffffffL);
  }

  /** The former block, as long as instruction {@code index} ends where it did. */
  private static Block sameLength(Block former, int index, Insn insn) {
    boolean same =
        former != null && index < former.insns.length && former.insns[index].length == insn.length;
    return same ? former : null;
  }

  /** A byte of the instruction: limit first, then page, then bus (SDM vol. 3, 5.12). */
  @Override
  public int byteAt(int index) {
    if (Integer.compareUnsigned(eip + index, cpu.cs.limit) > 0) {
      if (!cpu.model.wrapsOffsets() || ahead) {
        throw cpu.exception(CpuException.GP, 0);
      }
      wrapped = true;
      return bus.read8(bus.gated(cpu.cs.base + (eip + index & 0xffff)));
    }
    int offset = (linear & 0xfff) + index;
    if (offset < PhysicalBus.PAGE) {
      return bus.read8(physical + index);
    }
    if (ahead) {
      // Looking the page up would set its accessed bit, or CR2, too early.
      throw cpu.exception(CpuException.PF);
    }
    if (secondPage < 0) {
      secondPage = secondPageOf(linear) >>> 12;
    }
    return bus.read8((secondPage << 12) + offset - PhysicalBus.PAGE);
  }

  void setHeatOfNewBlocks(int heat) {
    heatOfNew = heat;
  }

  // ---- traps

  int trapChanges() {
    return trapChanges;
  }

  boolean hasTrap(int address) {
    return traps.containsKey(address);
  }

  /** Puts a trap on a physical address, or takes it away with null. */
  void setTrap(int address, Trap trap) {
    if (trap == null) {
      traps.remove(address);
    } else {
      traps.put(address, trap);
    }
    trapChanges++;
    cache.codePageReplaced(address >>> 12);
  }
}
