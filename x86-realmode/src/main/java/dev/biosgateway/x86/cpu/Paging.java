package dev.biosgateway.x86.cpu;

/**
 * The paging unit: linear to physical addresses (SDM vol. 3, chapter 4). Called only while CR0.PG
 * is set.
 */
public abstract class Paging {

  /**
   * Physical address for a data read with the current privilege; sets the accessed bits.
   *
   * @throws CpuException #PF, with CR2 set
   */
  public abstract int forRead(int linear);

  /** Physical address for a data write; sets the accessed and dirty bits. */
  public abstract int forWrite(int linear);

  /** Physical address for an instruction fetch. */
  public abstract int forFetch(int linear);
}
