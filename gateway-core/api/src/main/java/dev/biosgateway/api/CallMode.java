package dev.biosgateway.api;

/** The processor mode in which called code is entered. */
public enum CallMode {
  /** Real mode: 16 bit code, segments are paragraphs, memory below 1 MiB. */
  REAL,
  /** Flat 32 bit protected mode with paging off, as kexec enters an image. */
  FLAT
}
