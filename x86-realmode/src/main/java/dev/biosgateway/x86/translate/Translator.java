package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Accelerator;
import dev.biosgateway.x86.cpu.Block;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Interpreter;
import dev.biosgateway.x86.cpu.Operation;
import dev.biosgateway.x86.cpu.RetirementUnit;
import dev.biosgateway.x86.isa.Decoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

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

  /** Bytes a method may have: the JVM does not compile methods of more than 8000. */
  private static final int MAX_METHOD = 7500;

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
      return false;
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
    if (block.translation != null) {
      block.translation = null;
      died(block.physical >>> 12);
    }
    long key = key(block.physical, block.code32);
    Region region = regions.get(key);
    if (region != null && !region.valid()) {
      regions.remove(key);
      died(block.physical >>> 12);
      region = null;
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

  private void died(int page) {
    forgotten++;
    deaths.merge(page, 1, Integer::sum);
  }

  private Region translate(Block block) {
    int dead = deaths.getOrDefault(block.physical >>> 12, 0);
    boolean alias = !cpu.paging() && cpu.cs.base + cpu.eip != block.physical;
    if (alias || dead > MAX_DEATHS) {
      block.heat = COLD;
      return null;
    }
    Mode mode = Mode.of(cpu);
    for (int shrink = 0; shrink < MAX_SHRINK; shrink++) {
      RegionScan scan =
          new RegionScan(cpu, interpreter, decoder, policy == TranslationPolicy.ALWAYS, shrink);
      scan.from(cpu.eip);
      if (scan.instructions.isEmpty()) {
        break;
      }
      Region region = Region.of(cpu.eip, mode, scan);
      if (compile(region, scan)) {
        keep(region, block);
        return region;
      }
    }
    log.failed();
    block.heat = COLD;
    return null;
  }

  private void keep(Region region, Block block) {
    if (regions.size() >= MAX_REGIONS) {
      regions.values().forEach(Region::forget);
      regions.clear();
    }
    interpreter.keep(region);
    for (int entry : region.entries()) {
      int physical = block.physical - region.head + entry;
      if (!mode16Wraps(region, entry)) {
        regions.putIfAbsent(key(physical, block.code32), region);
      }
    }
    regions.put(key(block.physical, block.code32), region);
  }

  /** Whether an entry is not at the distance from the head in memory that it has in CS. */
  private static boolean mode16Wraps(Region region, int entry) {
    return (region.mode.codeBase + entry ^ region.mode.codeBase + region.head) >>> 12 != 0;
  }

  private boolean compile(Region region, RegionScan scan) {
    long begin = System.nanoTime();
    RegionCompiler compiler =
        new RegionCompiler(
            scan,
            region.mode,
            cpu.model,
            region.head,
            "dev/biosgateway/x86/translate/Region$" + Integer.toHexString(region.head));
    byte[] bytes = compiler.compile();
    if (compiler.headCount() == 0 || compiler.codeSize() > MAX_METHOD) {
      return false;
    }
    List<Operation> operations = new ArrayList<>();
    compiler.operations().forEach(i -> operations.add(interpreter.operation(i)));
    Object[] machine =
        RegionClass.values(cpu, assist, compiler.sites().toArray(new Site[0]), region.mode.paged);
    RegionCode code =
        RegionLoader.define(bytes, RegionClass.values(machine, compiler.operations(), operations));
    region.compiled(code, compiler.segments());
    log.compiled(bytes.length, compiler.codeSize(), System.nanoTime() - begin);
    return true;
  }
}
