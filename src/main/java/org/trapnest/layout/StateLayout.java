package org.trapnest.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.trapnest.machine.MachineState;
import org.trapnest.transition.ChangedWords;

/**
 * Packs the slots of a machine state into words and back. Immutable and shared.
 *
 * <p>Slots keep their order, so that a context's or a stack's words lie together; consecutive
 * narrow slots share a word when they fit.
 */
public final class StateLayout {
  private final int wordCount;
  private final int[] wordOf;
  private final int[] shiftOf;
  private final long[] maskOf;
  private final int[] widthBits;
  private final int[][] slotsOfWord;

  /**
   * Lays out the slots.
   *
   * @param widthBits the bits that each slot needs, 0 to 64, by slot; one of none is always 0
   */
  public StateLayout(int[] widthBits) {
    this.widthBits = widthBits.clone();
    this.wordOf = new int[widthBits.length];
    this.shiftOf = new int[widthBits.length];
    this.maskOf = new long[widthBits.length];
    this.wordCount = place();
    this.slotsOfWord = new int[wordCount][];
    for (int word = 0; word < wordCount; word++) {
      slotsOfWord[word] = slotsIn(word);
    }
  }

  /** First fit over one open word for narrow slots; a 64-bit slot takes a word of its own. */
  private int place() {
    int words = 0;
    int openWord = -1;
    int used = 64;
    for (int slot = 0; slot < widthBits.length; slot++) {
      int width = widthBits[slot];
      maskOf[slot] = width == 64 ? -1L : (1L << width) - 1;
      if (width == 64) {
        wordOf[slot] = words++;
      } else if (width > 0) {
        if (used + width > 64) {
          openWord = words++;
          used = 0;
        }
        wordOf[slot] = openWord;
        shiftOf[slot] = used;
        used += width;
      }
    }
    return words;
  }

  private int[] slotsIn(int word) {
    List<Integer> slots = new ArrayList<>();
    for (int slot = 0; slot < wordOf.length; slot++) {
      if (wordOf[slot] == word && widthBits[slot] > 0) {
        slots.add(slot);
      }
    }
    return slots.stream().mapToInt(Integer::intValue).toArray();
  }

  public int wordCount() {
    return wordCount;
  }

  /** Where a slot lies. */
  public FieldDescriptor field(int slot) {
    return new FieldDescriptor(slot, wordOf[slot], shiftOf[slot], widthBits[slot]);
  }

  /** The value of one slot in packed words. */
  public long read(long[] words, int offset, int slot) {
    return words[offset + wordOf[slot]] >>> shiftOf[slot] & maskOf[slot];
  }

  /** Packs every slot. */
  public void encode(MachineState state, long[] words) {
    Arrays.fill(words, 0, wordCount, 0);
    for (int slot = 0; slot < wordOf.length; slot++) {
      words[wordOf[slot]] |= checked(slot, state.read(slot)) << shiftOf[slot];
    }
  }

  /**
   * Packs the slots that the state's journal names and lists their words.
   *
   * @param words the packed words of the state before the journal's writes; patched
   */
  public void encodeJournal(MachineState state, long[] words, ChangedWords changed) {
    for (int entry = state.mark() - 1; entry >= 0; entry--) {
      int slot = state.journalSlot(entry);
      int word = wordOf[slot];
      int shift = shiftOf[slot];
      long packed =
          words[word] & ~(maskOf[slot] << shift) | checked(slot, state.read(slot)) << shift;
      words[word] = packed;
      changed.add(word);
    }
  }

  /**
   * Loads a state from packed words, knowing which words it was loaded from before.
   *
   * @param words an array that holds the packed state
   * @param offset the index of its first word
   * @param loaded the packed words that the state holds now; updated
   */
  public void decode(long[] words, int offset, long[] loaded, MachineState state) {
    int at = 0;
    while (at < wordCount) {
      int next = Arrays.mismatch(words, offset + at, offset + wordCount, loaded, at, wordCount);
      if (next < 0) {
        return;
      }
      at += next;
      long packed = words[offset + at];
      loaded[at] = packed;
      for (int slot : slotsOfWord[at]) {
        state.load(slot, packed >>> shiftOf[slot] & maskOf[slot]);
      }
      at++;
    }
  }

  private long checked(int slot, long value) {
    if ((value & ~maskOf[slot]) != 0) {
      throw new IllegalStateException(
          "a value fits its field: slot %d, %d bits, value %x"
              .formatted(slot, widthBits[slot], value));
    }
    return value;
  }
}
