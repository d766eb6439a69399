package dev.biosgateway.kexec.load;

/** How the host pages: the two kinds of tables a 32 bit kernel is built for. */
public enum PagingMode {
  /** Page directory and page tables of 1024 entries of 32 bits. */
  TWO_LEVEL,
  /** Page directory pointers, directories and tables of 512 entries of 64 bits (CONFIG_X86_PAE). */
  PAE
}
