package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Accelerator;
import dev.biosgateway.x86.cpu.Block;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Interpreter;
import dev.biosgateway.x86.cpu.RetirementUnit;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Insn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Translates hot code and runs it: asked by the interpreter at the head of every hot block, it goes
 * from region to region as long as there are some, and hands back where none is.
 *
 * <p>One for each machine, on its thread; only the compiler may have another.
 */
public final class Translator implements Accelerator {
  private static final Departure[] DEPARTURES = Departure.values();

  /** Regions of a machine at most; then all are forgotten, and what is hot comes again. */
  private static final int MAX_REGIONS = 2048;

  /** Regions of a page that may die before its code counts as one that changes itself. */
  private static final int MAX_DEATHS = 6;

  /** Times a region may be halved to become small enough. */
  private static final int MAX_SHRINK = 4;

  private static final int COLD = Integer.MIN_VALUE;
  private static final long NOWHERE = -1;

  private final Cpu cpu;
  private final Interpreter interpreter;
  private final RetirementUnit retirement;
  private final TranslationPolicy policy;
  private final Decoder decoder;
  private final Assist assist;
  private final Map<Long, Region> regions = new HashMap<>();
  private final Map<Integer, Integer> deaths = new HashMap<>();
  private final long[] departures = new long[DEPARTURES.length];
  private final CompilerLog log = new CompilerLog();
  private long runs;
  private int forgotten;

  /** Linear address at which the interpreter is to go on by itself. */
  private long refusedAt = NOWHERE;

  /** The region that was left last to where none was known, and where that is. */
  private Region lastLeft;

  private int lastLeftTo;

  private Translator(Cpu cpu, Interpreter interpreter, TranslationPolicy policy) {
    this.cpu = cpu;
    this.interpreter = interpreter;
    this.retirement = cpu.retirement;
    this.policy = policy;
    this.decoder = new Decoder(cpu.model);
    this.assist = new Assist(cpu);
  }

  /** Has a CPU's hot code translated; without effect, and null, when the policy is not to. */
  public static Translator attach(Cpu cpu, Interpreter interpreter, TranslationPolicy policy) {
    if (policy == TranslationPolicy.OFF) {
      return null;
    }
    Translator translator = new Translator(cpu, interpreter, policy);
    interpreter.setAccelerator(translator, policy.heat());
    return translator;
  }

  /** What was done so far. */
  public TranslationMetrics metrics() {
    Map<String, Long> byReason = new TreeMap<>();
    for (Departure why : DEPARTURES) {
      byReason.put(why.name().toLowerCase(Locale.ROOT), departures[why.ordinal()]);
    }
    return log.metrics(forgotten, runs, byReason);
  }

  @Override
  public boolean enter(Block block) {
    if (refusedAt == here()) {
      refusedAt = NOWHERE;
      return false;
    }
    Region region = (Region) block.translation;
    if (region == null || !region.valid()) {
      region = find(block);
    }
    if (region == null || region.code() == null) {
      if (region != null && region.hasFailed()) {
        block.heat = COLD;
      }
      return false;
    }
    if (region.isNew()) {
      publish(region, block);
    }
    if (lastLeft != null && lastLeftTo == cpu.eip) {
      lastLeft.follow(cpu.eip, region);
    }
    lastLeft = null;
    return run(region);
  }

  private boolean run(Region first) {
    Region region = first;
    boolean moved = false;
    while (true) {
      long left = retirement.left();
      if (left <= 0 || !region.admits(cpu)) {
        return moved;
      }
      int given = region.share(left);
      retirement.beginTranslated(region.linearPages());
      assist.beyond = left - given;
      int rest = region.code().run(given);
      retirement.countDownTo(rest + assist.beyond);
      runs++;
      Departure why = DEPARTURES[assist.departure];
      departures[assist.departure]++;
      boolean progress = rest != given;
      moved |= progress;
      switch (why) {
        case DEVICE -> {
          if (moved) {
            refusedAt = here();
          }
          return moved;
        }
        case ATTENTION -> {
          return true;
        }
        case BUDGET -> {
          if (!progress || assist.beyond == 0) {
            return moved;
          }
        }
        case BRANCH, INDIRECT -> {
          Region next = region.follower(cpu.eip);
          if (!progress) {
            return moved; // an entry at what is the interpreter's business
          }
          if (next == null || next.code() == null || cpu.attention) {
            lastLeft = region;
            lastLeftTo = cpu.eip;
            return moved;
          }
          region = next;
        }
      }
    }
  }

  private long here() {
    return cpu.cs.base + cpu.eip & 0xffffffffL;
  }

  // ---- finding and making regions

  private Region find(Block block) {
    long key = key(block.physical, block.code32);
    Region region = regions.get(key);
    if (region != null && !region.valid()) {
      if (region.isStillThere(cpu.bus.ram, interpreter.trapChanges())) {
        region.revive();
        interpreter.keep(region);
      } else {
        regions.remove(key);
        forgotten++;
        deaths.merge(block.physical >>> 12, 1, Integer::sum);
        region = null;
      }
    }
    if (region == null) {
      region = translate(block);
    }
    block.translation = region;
    return region;
  }

  private static long key(int physical, boolean code32) {
    return physical & 0xffffffffL | (code32 ? 1L << 32 : 0);
  }

  private Region translate(Block block) {
    int dead = deaths.getOrDefault(block.physical >>> 12, 0);
    boolean alias = !cpu.paging() && cpu.cs.base + cpu.eip != block.physical;
    if (alias || dead > MAX_DEATHS) {
      block.heat = COLD;
      return null;
    }
    Mode mode = Mode.of(cpu);
    boolean everything = policy == TranslationPolicy.ALWAYS;
    for (int shrink = 0; shrink < MAX_SHRINK; shrink++) {
      RegionScan scan = new RegionScan(cpu, interpreter, decoder, everything, shrink);
      scan.from(cpu.eip);
      if (scan.instructions.isEmpty()) {
        break;
      }
      Region region = Region.of(cpu.eip, mode, scan, cpu.bus.ram, interpreter.trapChanges());
      List<Object> machine = RegionClass.values(cpu, assist, mode.paged);
      Runnable job = () -> compile(region, scan, machine);
      if (policy.inBackground()) {
        keep(region, block);
        CompilerThread.submit(job);
        return region;
      }
      job.run();
      if (!region.hasFailed()) {
        keep(region, block);
        return region;
      }
    }
    block.heat = COLD;
    return null;
  }

  private void keep(Region region, Block block) {
    if (regions.size() >= MAX_REGIONS) {
      regions.values().forEach(Region::forget);
      regions.clear();
    }
    interpreter.keep(region);
    regions.put(key(block.physical, block.code32), region);
  }

  /** Has it found at its other entries, too: those in the page of its head. */
  private void publish(Region region, Block block) {
    for (int entry : region.entries()) {
      int linear = region.mode.codeBase + entry;
      boolean samePage = (linear ^ region.mode.codeBase + region.head) >>> 12 == 0;
      if (samePage) {
        int physical = block.physical & ~0xfff | linear & 0xfff;
        regions.putIfAbsent(key(physical, block.code32), region);
      }
    }
  }

  /** Writes and defines the class. By any thread. */
  private void compile(Region region, RegionScan scan, List<Object> machine) {
    long begin = System.nanoTime();
    RegionCompiler compiler =
        new RegionCompiler(
            scan,
            region.mode,
            cpu.model,
            region.head,
            "dev/biosgateway/x86/translate/Region$" + Integer.toHexString(region.head));
    byte[] bytes = compiler.compile();
    int[] entries = compiler.entries();
    if (bytes == null || IntStream.of(entries).noneMatch(e -> e == region.head)) {
      log.failed();
      region.failed();
      return;
    }
    List<Object> values = new ArrayList<>(machine);
    values.add(compiler.sites().toArray(new Site[0]));
    for (Insn insn : compiler.operations()) {
      values.add(interpreter.operation(insn));
      values.add(insn);
    }
    RegionCode code = RegionLoader.define(bytes, values.toArray());
    region.compiled(code, entries, compiler.segments());
    log.compiled(bytes.length, compiler.codeSize(), System.nanoTime() - begin);
  }
}
