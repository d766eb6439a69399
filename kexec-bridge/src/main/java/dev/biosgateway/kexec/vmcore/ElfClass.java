package dev.biosgateway.kexec.vmcore;

/** The two sizes of ELF (System V ABI, chapter 4), with what a core needs of each. */
public enum ElfClass {
  /** Offsets and addresses of 32 bits: dumps below 4 GB. */
  ELF32(1, 52, 32, 40),
  /** Offsets and addresses of 64 bits: kexec's default for dumps. */
  ELF64(2, 64, 56, 64);

  final int ident;
  final int headerSize;
  final int programHeaderSize;
  final int sectionHeaderSize;

  ElfClass(int ident, int headerSize, int programHeaderSize, int sectionHeaderSize) {
    this.ident = ident;
    this.headerSize = headerSize;
    this.programHeaderSize = programHeaderSize;
    this.sectionHeaderSize = sectionHeaderSize;
  }
}
