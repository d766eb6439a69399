package dev.biosgateway.x86.translate;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.Label;

/**
 * The blocks of a method, each for one state in which the flags come into it, and the ways between
 * them: one block, with {@link FlagState#MIXED} flags, where ways meet and nobody asks.
 */
final class BlockMap {
  /** Ways in which the flags may come into a block before they are made equal for the rest. */
  private static final int MAX_VARIANTS = 3;

  /** A block by its offset and the state at its beginning. */
  record Key(int eip, FlagState flags) {}

  private final Code code;
  private final FlagCode flagCode;
  private final RegisterCode registers;
  private final FlagUse flagUse;
  private final Map<Key, Label> variants = new HashMap<>();
  private final Map<Integer, Integer> variantCount = new HashMap<>();
  private final ArrayDeque<Key> open = new ArrayDeque<>();

  BlockMap(Code code, FlagCode flagCode, RegisterCode registers, FlagUse flagUse) {
    this.code = code;
    this.flagCode = flagCode;
    this.registers = registers;
    this.flagUse = flagUse;
  }

  /** The next block to be written; null when there is none just now. */
  Key next() {
    return open.pollFirst();
  }

  boolean hasNext() {
    return !open.isEmpty();
  }

  Label label(Key key) {
    return variants.get(key);
  }

  /** Where a block is, or will be, that is entered in that state. */
  private Label variant(int target, FlagState state) {
    Key key = new Key(target, state);
    Label label = variants.get(key);
    if (label == null) {
      label = new Label();
      variants.put(key, label);
      variantCount.merge(target, 1, Integer::sum);
      open.addLast(key);
    }
    return label;
  }

  /** Where to go for the block at {@code target} when the flags are in {@code state}. */
  Label edge(int target, FlagState state) {
    if (state.equals(FlagState.MIXED) || flagUse.mixesAt(target)) {
      return mixedEdge(target, state);
    }
    boolean known = variants.containsKey(new Key(target, state));
    if (known || variantCount.getOrDefault(target, 0) < MAX_VARIANTS - 1) {
      return variant(target, state);
    }
    if (state.equals(FlagState.STORED)) {
      return variant(target, state);
    }
    Label stub = new Label();
    code.cold(
        () -> {
          code.place(stub);
          registers.makeStored(state);
          code.go(variant(target, FlagState.STORED));
        });
    return stub;
  }

  /** Where to go for the block at {@code target} when its flags, or those before it, are mixed. */
  private Label mixedEdge(int target, FlagState state) {
    Label there = variant(target, FlagState.MIXED);
    if (state.equals(FlagState.MIXED)) {
      return there;
    }
    Label stub = new Label();
    code.cold(
        () -> {
          code.place(stub);
          FlagState known = state;
          if (state.isRotate()) {
            registers.makeStored(state);
            known = FlagState.STORED;
          }
          flagCode.mix(known);
          code.go(there);
        });
    return stub;
  }
}
