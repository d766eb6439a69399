package dev.biosgateway.x86;

import dev.biosgateway.x86.board.Board;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.cpu.ProcessorIdentity;
import dev.biosgateway.x86.isa.CpuModel;
import dev.biosgateway.x86.translate.TranslationPolicy;
import java.time.Instant;
import java.util.Objects;

/**
 * What a machine is built of. A run is a function of these, of what is loaded into memory and of
 * what comes in from outside.
 *
 * @param board which devices there are
 * @param cpu which processor
 * @param fitting what is in the sockets of the board: memory, ROMs, media, lines
 * @param nanosPerInstruction virtual duration of an instruction, 1 to 1000 ns
 * @param identity who may answer CPUID, RDMSR and WRMSR in place of the model
 * @param translation when guest code is translated, which changes nothing but the speed
 */
public record MachineConfig(
    Board board,
    CpuModel cpu,
    Fitting fitting,
    int nanosPerInstruction,
    ProcessorIdentity identity,
    TranslationPolicy translation) {

  /**
   * Board {@code pc}, Pentium Pro, {@link Fitting#DEFAULT}, 10 ns an instruction; hot code is
   * translated in the background, unless {@link TranslationPolicy#PROPERTY} says otherwise.
   */
  public static final MachineConfig DEFAULT =
      new MachineConfig(
          Boards.named("pc"),
          CpuModel.PENTIUM_PRO,
          Fitting.DEFAULT,
          10,
          ProcessorIdentity.OF_MODEL,
          TranslationPolicy.ofProperty(TranslationPolicy.HOT));

  public MachineConfig {
    Objects.requireNonNull(board, "board");
    Objects.requireNonNull(cpu, "cpu");
    Objects.requireNonNull(fitting, "fitting");
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(translation, "translation");
  }

  /** Main memory, as {@link Fitting#memoryBytes()} has it. */
  public long memoryBytes() {
    return fitting.memoryBytes();
  }

  /** Wall time at power-on, UTC. */
  public Instant startTime() {
    return fitting.startTime();
  }

  public MachineConfig withBoard(Board other) {
    return new MachineConfig(other, cpu, fitting, nanosPerInstruction, identity, translation);
  }

  public MachineConfig withCpu(CpuModel other) {
    return new MachineConfig(board, other, fitting, nanosPerInstruction, identity, translation);
  }

  public MachineConfig withFitting(Fitting other) {
    return new MachineConfig(board, cpu, other, nanosPerInstruction, identity, translation);
  }

  public MachineConfig withMemory(long bytes) {
    return withFitting(fitting.withMemory(bytes));
  }

  public MachineConfig withStartTime(Instant other) {
    return withFitting(fitting.withStartTime(other));
  }

  /** The same machine with another identity. */
  public MachineConfig withIdentity(ProcessorIdentity other) {
    return new MachineConfig(board, cpu, fitting, nanosPerInstruction, other, translation);
  }

  /** The same machine, translated by another policy. */
  public MachineConfig withTranslation(TranslationPolicy other) {
    return new MachineConfig(board, cpu, fitting, nanosPerInstruction, identity, other);
  }
}
