package dev.biosgateway.x86.cpu;

/** Who may touch which port (SDM vol. 1, 18.5 "Protected-Mode I/O"). */
public final class IoPermission {
  private final Cpu cpu;

  IoPermission(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * Lets an access to {@code size} ports pass or not: in real mode always, in protected mode by
   * IOPL or the permission map, in virtual-8086 mode by the map alone.
   *
   * @throws CpuException #GP(0)
   */
  public void check(int port, int size) {
    if (cpu.protectedMode()
        && (cpu.virtual8086() || cpu.cpl > cpu.flags.iopl())
        && !cpu.taskState.allowsPort(port, size)) {
      throw cpu.exception(CpuException.GP, 0);
    }
  }
}
