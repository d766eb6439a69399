package dev.biosgateway.x86;

import dev.biosgateway.x86.board.Board;
import dev.biosgateway.x86.board.Boards;
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
 * @param memoryBytes main memory: a multiple of 4096, at least 1 MB, below 2 GB
 * @param startTime wall time at power-on, UTC
 * @param nanosPerInstruction virtual duration of an instruction, 1 to 1000 ns
 * @param identity who may answer CPUID, RDMSR and WRMSR in place of the model
 */
public record MachineConfig(
    Board board,
    CpuModel cpu,
    int memoryBytes,
    Instant startTime,
    int nanosPerInstruction,
    ProcessorIdentity identity) {

  /** Board {@code pc}, Pentium Pro, 32 MB, the first second of 2000, 10 ns an instruction. */
  public static final MachineConfig DEFAULT =
      new MachineConfig(
          Boards.named("pc"),
          CpuModel.PENTIUM_PRO,
          32 << 20,
          Instant.parse("2000-01-01T00:00:00Z"),
          10,
          ProcessorIdentity.OF_MODEL);

  public MachineConfig {
    Objects.requireNonNull(board, "board");
    Objects.requireNonNull(cpu, "cpu");
    Objects.requireNonNull(startTime, "startTime");
    Objects.requireNonNull(identity, "identity");
  }

  public MachineConfig withBoard(Board other) {
    return new MachineConfig(other, cpu, memoryBytes, startTime, nanosPerInstruction, identity);
  }

  public MachineConfig withCpu(CpuModel other) {
    return new MachineConfig(board, other, memoryBytes, startTime, nanosPerInstruction, identity);
  }

  public MachineConfig withMemory(int bytes) {
    return new MachineConfig(board, cpu, bytes, startTime, nanosPerInstruction, identity);
  }

  public MachineConfig withStartTime(Instant other) {
    return new MachineConfig(board, cpu, memoryBytes, other, nanosPerInstruction, identity);
  }

  /** The same machine with another identity. */
  public MachineConfig withIdentity(ProcessorIdentity other) {
    return new MachineConfig(board, cpu, memoryBytes, startTime, nanosPerInstruction, other);
  }
}
