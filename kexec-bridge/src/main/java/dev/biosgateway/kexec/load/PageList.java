package dev.biosgateway.kexec.load;

import dev.biosgateway.x86.bus.PhysicalBus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The list that relocate_kernel walks: 32 bit words, a page address and what it is (IND_* in
 * include/linux/kexec.h). A destination word sets where the next source page belongs; each source
 * page moves it on by a page; an indirection word says where the list goes on; done ends it.
 */
public final class PageList {
  /** Where the next source page belongs. */
  public static final int IND_DESTINATION = 1;

  /** The page in which the list goes on. */
  public static final int IND_INDIRECTION = 2;

  /** End of the list. */
  public static final int IND_DONE = 4;

  /** A page to be exchanged with its destination. */
  public static final int IND_SOURCE = 8;

  private static final int WORDS_PER_PAGE = PhysicalBus.PAGE / 4;

  /** One exchange: a source page and the page it belongs to, physical addresses. */
  public record Exchange(int source, int destination) {}

  private int[] words = new int[64];
  private int size;

  /** Starts the pages of a segment. */
  public PageList destination(int physical) {
    return put(physical | IND_DESTINATION);
  }

  /** Adds the next page of the segment. */
  public PageList source(int physical) {
    return put(physical | IND_SOURCE);
  }

  private PageList put(int word) {
    if (size == words.length) {
      words = Arrays.copyOf(words, size * 2);
    }
    words[size++] = word;
    return this;
  }

  /**
   * How many indirection pages a list needs: 1023 entries each, the last word links.
   *
   * @param words destination and source words
   */
  public static int indirectionPages(int words) {
    return (words + 1 + WORDS_PER_PAGE - 2) / (WORDS_PER_PAGE - 1);
  }

  /**
   * Writes the list.
   *
   * @param pages {@link #indirectionPages} page frames
   * @return image->head: the word to start with
   */
  public int write(PhysicalBus bus, int[] pages) {
    int at = 0;
    for (int i = 0; i <= size; i++) {
      int slot = i % (WORDS_PER_PAGE - 1);
      if (slot == 0 && i > 0) {
        bus.write32(pages[at] + 4 * (WORDS_PER_PAGE - 1), pages[at + 1] | IND_INDIRECTION);
        at++;
      }
      bus.write32(pages[at] + 4 * slot, i == size ? IND_DONE : words[i]);
    }
    return pages[0] | IND_INDIRECTION;
  }

  /**
   * Reads a list in guest memory as relocate_kernel does.
   *
   * @throws IllegalStateException if it holds a word of no kind or does not end
   */
  public static List<Exchange> read(PhysicalBus bus, int head) {
    List<Exchange> out = new ArrayList<>();
    int destination = 0;
    int next = 0;
    int word = head;
    int longest = bus.ramSize() / 4;
    for (int i = 0; i < longest; i++) {
      int page = word & ~0xfff;
      switch (word & 0xfff) {
        case IND_DESTINATION -> destination = page;
        case IND_INDIRECTION -> next = page;
        case IND_SOURCE -> {
          out.add(new Exchange(page, destination));
          destination += PhysicalBus.PAGE;
        }
        case IND_DONE -> {
          return out;
        }
        default ->
            throw new IllegalStateException(
                String.format("page list: no kind of word: 0x%08x at 0x%08x", word, next - 4));
      }
      word = bus.read32(next);
      next += 4;
    }
    throw new IllegalStateException("page list has no end");
  }
}
