package dev.biosgateway.kexec.vmcore;

import dev.biosgateway.kexec.protocol.MemoryMap;

/** What the pages of a saved kernel are used for, as far as somebody knows. */
public interface PageKinds {
  /** Nobody knows anything. */
  PageKinds UNKNOWN =
      new PageKinds() {
        @Override
        public int known() {
          return 0;
        }

        @Override
        public int kindOf(long address) {
          return 0;
        }
      };

  /** The kinds that can be told from others: a sum of the bits of {@link DumpLevel}. */
  int known();

  /**
   * The levels that leave a page out, beside {@link DumpLevel#ZERO}.
   *
   * @param address physical, a multiple of 4096
   * @return a sum of the bits of {@link DumpLevel}; 0 for a page that is always kept
   */
  int kindOf(long address);

  /** Kinds of a kernel that says in its protocol block which pages are in use. */
  static PageKinds ofUsed(MemoryMap used) {
    return new PageKinds() {
      @Override
      public int known() {
        return DumpLevel.FREE;
      }

      @Override
      public int kindOf(long address) {
        return used.contains(address) ? 0 : DumpLevel.FREE;
      }
    };
  }
}
