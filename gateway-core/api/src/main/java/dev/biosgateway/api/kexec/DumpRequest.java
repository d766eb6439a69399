package dev.biosgateway.api.kexec;

/**
 * How memory is written away.
 *
 * @param elf64 whether the file is an ELF64, else an ELF32
 * @param level what is left out, as makedumpfile's -d: a sum of 1 (zero pages) and 2, 4, 8, 16
 *     where somebody knows caches, processes and free pages
 * @param compressed whether to write kdump-compressed, the format of makedumpfile(8), in place of
 *     ELF
 */
public record DumpRequest(boolean elf64, int level, boolean compressed) {
  /** ELF64, zero pages left out, not compressed. */
  public static final DumpRequest DEFAULT = new DumpRequest(true, 1, false);
}
