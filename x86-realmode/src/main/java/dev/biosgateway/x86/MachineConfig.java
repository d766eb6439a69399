package dev.biosgateway.x86;

import dev.biosgateway.x86.board.Board;
import dev.biosgateway.x86.board.Boards;
import dev.biosgateway.x86.board.Fitting;
import dev.biosgateway.x86.cpu.ProcessorIdentity;
import dev.biosgateway.x86.isa.CpuModel;
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
 */
public record MachineConfig(
    Board board,
    CpuModel cpu,
    Fitting fitting,
    int nanosPerInstruction,
    ProcessorIdentity identity) {

  /** Board {@code pc}, Pentium Pro, {@link Fitting#DEFAULT}, 10 ns an instruction. */
  public static final MachineConfig DEFAULT =
      new MachineConfig(
          Boards.named("pc"),
          CpuModel.PENTIUM_PRO,
          Fitting.DEFAULT,
          10,
          ProcessorIdentity.OF_MODEL);

  public MachineConfig {
    Objects.requireNonNull(board, "board");
    Objects.requireNonNull(cpu, "cpu");
    Objects.requireNonNull(fitting, "fitting");
    Objects.requireNonNull(identity, "identity");
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
    return new MachineConfig(other, cpu, fitting, nanosPerInstruction, identity);
  }

  public MachineConfig withCpu(CpuModel other) {
    return new MachineConfig(board, other, fitting, nanosPerInstruction, identity);
  }

  public MachineConfig withFitting(Fitting other) {
    return new MachineConfig(board, cpu, other, nanosPerInstruction, identity);
  }

  public MachineConfig withMemory(long bytes) {
    return withFitting(fitting.withMemory(bytes));
  }

  public MachineConfig withStartTime(Instant other) {
    return withFitting(fitting.withStartTime(other));
  }

  /** The same machine with another identity. */
  public MachineConfig withIdentity(ProcessorIdentity other) {
    return new MachineConfig(board, cpu, fitting, nanosPerInstruction, other);
  }
}
