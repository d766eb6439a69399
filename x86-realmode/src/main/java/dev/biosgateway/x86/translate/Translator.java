package dev.biosgateway.x86.translate;

import dev.biosgateway.x86.cpu.Accelerator;
import dev.biosgateway.x86.cpu.Block;
import dev.biosgateway.x86.cpu.Cpu;
import dev.biosgateway.x86.cpu.Interpreter;
import dev.biosgateway.x86.cpu.RetirementUnit;
import dev.biosgateway.x86.isa.Decoder;
import dev.biosgateway.x86.isa.Insn;
import java.util.ArrayList;
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

  /** Times a region may be halved to become small enough. */
  private static final int MAX_SHRINK = 4;

  /** {@link Block#heat} of what is not to be looked at again. */
  private static final int COLD = Integer.MIN_VALUE;

  /** Of what is not worth a look before it has been executed that often. */
  private static final int LATER = -50_000;

  /** Instructions a region is given at most, of those that may retire. */
  private static final int MAX_GIVEN = 1 << 30;

  private static final long NOWHERE = -1;

  private final Cpu cpu;
  private final Interpreter interpreter;
  private final RetirementUnit retirement;
  private final TranslationPolicy policy;
  private final Decoder decoder;
  private final Assist assist;
  private final RegionCache cache;
  private final BranchTargetBuffer targets = new BranchTargetBuffer();
  private final long[] departures = new long[DEPARTURES.length];
  private final CompilerLog log = new CompilerLog();
  private final WarmUp warmUp = new WarmUp(System::nanoTime);
  private long runs;

  /** Linear address at which the interpreter is to go on by itself. */
  private long refusedAt = NOWHERE;

  private Translator(Cpu cpu, Interpreter interpreter, TranslationPolicy policy) {
    this.cpu = cpu;
    this.interpreter = interpreter;
    this.retirement = cpu.retirement;
    this.policy = policy;
    this.decoder = new Decoder(cpu.model);
    this.assist = new Assist(cpu);
    this.cache = new RegionCache(cpu, interpreter);
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

  /**
   * Has nothing translated in the background from now on, for any machine, and waits for what is
   * being translated (milliseconds); guests go on interpreted. For who takes the classes of this
   * library away, as an OSGi framework does when it stops. By any thread.
   */
  public static void closeBackground() {
    CompilerThread.close();
  }

  /** Ends {@link #closeBackground}. By any thread. */
  public static void openBackground() {
    CompilerThread.open();
  }

  /** What was done so far. */
  public TranslationMetrics metrics() {
    Map<String, Long> byReason = new TreeMap<>();
    for (Departure why : DEPARTURES) {
      byReason.put(why.name().toLowerCase(Locale.ROOT), departures[why.ordinal()]);
    }
    return log.metrics(cache.forgotten(), runs, byReason);
  }

  @Override
  public boolean enter(Block block) {
    if (refusedAt == here()) {
      refusedAt = NOWHERE;
      return false;
    }
    if (retirement.left() == 1) {
      return false; // an instruction by itself, as TF and breakpoints want them
    }
    Region region = (Region) block.translation;
    if (region == null || !region.valid() || !region.suits(cpu) || region.hasFailed()) {
      region = find(block);
    }
    if (region == null || region.code() == null) {
      return false;
    }
    if (region.isNew()) {
      cache.publish(region, block);
    }
    boolean warmingUp = policy.inBackground() && region.isWarmingUp();
    if (warmingUp && region.waits(retirement.instructions())) {
      return false;
    }
    targets.put(cpu.cs.base + cpu.eip, region);
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
      int given = region.lesson((int) Math.min(left, MAX_GIVEN));
      assist.floor = Math.max(0, given - region.share());
      retirement.beginTranslated(region.linearPages());
      assist.beyond = left - given;
      assist.running = region;
      boolean warmingUp = policy.inBackground() && region.isWarmingUp();
      long before = warmingUp ? retirement.instructions() : 0;
      if (warmingUp) {
        warmUp.begins(before);
      }
      int rest = region.code().run(given);
      retirement.countDownTo(rest + assist.beyond);
      runs++;
      if (warmingUp) {
        region.waitUntil(warmUp.ended(before, retirement.instructions()));
      }
      Departure why = DEPARTURES[assist.departure];
      departures[assist.departure]++;
      boolean progress = retirement.left() != left; // passes of REP count, too
      moved |= progress;
      if (cpu.attention || !progress) {
        return moved; // without progress: an entry at what is the interpreter's business
      }
      if (why == Departure.DEVICE) {
        refusedAt = here();
        return true;
      }
      boolean again = why == Departure.BUDGET && region.isEntry(cpu.eip);
      region = again ? region : targets.at(cpu.cs.base + cpu.eip);
      if (region == null || warmingUp && region.waits(retirement.instructions())) {
        return true;
      }
    }
  }

  private long here() {
    return cpu.cs.base + cpu.eip & 0xffffffffL;
  }

  // ---- finding and making regions

  private Region find(Block block) {
    Region region = cache.find(block);
    if (region == null) {
      region = translate(block, 0);
    } else if (region.hasFailed()) {
      cache.remove(region, block);
      region = translate(block, region.shrink + 1);
    }
    block.translation = region;
    return region;
  }

  private Region translate(Block block, int firstShrink) {
    boolean alias = !cpu.paging() && cpu.cs.base + cpu.eip != block.physical;
    if (alias || cache.changesItself(block)) {
      block.heat = COLD;
      return null;
    }
    boolean everything = policy == TranslationPolicy.ALWAYS;
    if (!cache.hasRoom(block) || !everything && cache.isCovered(block)) {
      block.heat = LATER;
      return null;
    }
    Mode mode = Mode.of(cpu);
    for (int shrink = firstShrink; shrink < MAX_SHRINK; shrink++) {
      RegionScan scan = new RegionScan(cpu, interpreter, decoder, cache, everything, shrink);
      scan.from(cpu.eip);
      if (scan.instructions.isEmpty()) {
        break;
      }
      Region region =
          Region.of(cpu.eip, mode, scan, shrink, cpu.bus.ram, interpreter.trapChanges());
      List<Object> machine = RegionClass.values(cpu, assist, mode.paged);
      Runnable job = () -> compile(region, scan, machine);
      if (policy.inBackground()) {
        cache.add(region, block);
        region.waitsFor(job);
        CompilerThread.submit(job);
        return region;
      }
      job.run();
      if (!region.hasFailed()) {
        cache.add(region, block);
        return region;
      }
    }
    block.heat = COLD;
    return null;
  }

  /** Writes and defines the class. By any thread. */
  private void compile(Region region, RegionScan scan, List<Object> machine) {
    long begin = System.nanoTime();
    RegionCompiler compiler = null;
    byte[] bytes = null;
    String name = "dev/biosgateway/x86/translate/Region$" + Integer.toHexString(region.head);
    for (int k = 0; bytes == null && k < RegionCompiler.ENOUGH.length; k++) {
      int enough = RegionCompiler.ENOUGH[k];
      compiler = new RegionCompiler(scan, region.mode, cpu.model, region.head, name, enough);
      bytes = compiler.compile();
    }
    int[] entries = compiler.entries();
    if (bytes == null || IntStream.of(entries).noneMatch(e -> e == region.head)) {
      log.failed();
      region.failed();
      return;
    }
    List<Object> values = new ArrayList<>(machine);
    values.add(compiler.sites());
    values.add(compiler.exits());
    for (Insn insn : compiler.operations()) {
      values.add(interpreter.operation(insn));
      values.add(insn);
    }
    RegionCode code = RegionLoader.define(bytes, values.toArray());
    region.compiled(code, entries, compiler.segments(), compiler.covered(), compiler.isCut());
    log.compiled(bytes.length, compiler.codeSize(), System.nanoTime() - begin);
  }
}
