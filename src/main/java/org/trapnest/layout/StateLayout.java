package org.trapnest.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.transition.ChangedWords;

/**
 * Packs the slots of a machine state into words and back. Immutable and shared.
 *
 * <p>Hot: an exploration packs each successor and unpacks each state. Benchmark: EncodeBenchmark.
 */
public final class StateLayout {
  /*
   * Representation. A slot of at most RAW_BITS bits lies in a field of its width. A wider slot has
   * a field with the code of its value (KnownValues) and, behind all fields, a word of its own:
   * zero where the value has a code, and the value itself where it has none.
   *
   * L1  Equal states have equal words: the word of its own is used only for a value without a code.
   * L2  A field does not cross words; fields share words in the order of SlotOrder.
   *
   * Why so. What a step costs in a store is the number of words that it changes, and then the
   * number of words. An instruction changes RIP, mostly RFLAGS or RSP, and one or two words more:
   * three words of some seventy instead of five of several hundred. The words of their own are
   * hardly ever other than zero, so that a store that shares parts keeps them once.
   */

  private static final int RAW_BITS = 22;
  private static final int RAW = -1;

  private final KnownValues known;
  private final int unknown;
  private final int fieldWords;
  private final int wordCount;
  private final int[] wordOf;
  private final int[] shiftOf;
  private final long[] maskOf;
  private final int[] ownWordOf;
  private final int[] slotOfOwnWord;
  private final int[][] slotsOfWord;

  /** Lays out the slots of a model. */
  public StateLayout(MachineModel model) {
    this(model.slots().widthBits(), SlotOrder.of(model), KnownValues.of(model));
  }

  /**
   * Lays out slots.
   *
   * @param widthBits the bits that each slot needs, 0 to 64, by slot
   * @param order all slots, neighbours being those that change together
   * @param known codes for the values of wide slots
   */
  StateLayout(int[] widthBits, int[] order, KnownValues known) {
    this.known = known;
    this.unknown = known.unknown();
    this.wordOf = new int[widthBits.length];
    this.shiftOf = new int[widthBits.length];
    this.maskOf = new long[widthBits.length];
    this.ownWordOf = new int[widthBits.length];
    this.fieldWords = placeFields(widthBits, order);
    this.slotOfOwnWord = placeOwnWords(widthBits, order);
    this.wordCount = fieldWords + slotOfOwnWord.length;
    this.slotsOfWord = slotsOfWords(order);
  }

  private int placeFields(int[] widthBits, int[] order) {
    int word = 0;
    int used = 0;
    for (int slot : order) {
      int width = widthBits[slot] <= RAW_BITS ? widthBits[slot] : known.widthBits();
      if (used + width > 64) {
        word++;
        used = 0;
      }
      wordOf[slot] = word;
      shiftOf[slot] = width == 0 ? 0 : used;
      maskOf[slot] = (1L << width) - 1;
      used += width;
    }
    return word + 1;
  }

  /** Gives each wide slot a word behind the fields; returns those slots in the words' order. */
  private int[] placeOwnWords(int[] widthBits, int[] order) {
    int[] slots = Arrays.stream(order).filter(slot -> widthBits[slot] > RAW_BITS).toArray();
    Arrays.fill(ownWordOf, RAW);
    for (int i = 0; i < slots.length; i++) {
      ownWordOf[slots[i]] = fieldWords + i;
    }
    return slots;
  }

  /** The slots that have a field in each word, in the order of the fields. */
  private int[][] slotsOfWords(int[] order) {
    List<List<Integer>> slots = new ArrayList<>();
    for (int word = 0; word < fieldWords; word++) {
      slots.add(new ArrayList<>());
    }
    for (int slot : order) {
      slots.get(wordOf[slot]).add(slot);
    }
    return slots.stream()
        .map(s -> s.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }

  public int wordCount() {
    return wordCount;
  }

  /** The value of one slot in packed words. */
  public long read(long[] words, int offset, int slot) {
    long field = words[offset + wordOf[slot]] >>> shiftOf[slot] & maskOf[slot];
    int ownWord = ownWordOf[slot];
    if (ownWord == RAW) {
      return field;
    }
    return field == unknown ? words[offset + ownWord] : known.value((int) field);
  }

  /** Packs every slot. */
  public void encode(MachineState state, long[] words) {
    Arrays.fill(words, 0, wordCount, 0);
    for (int slot = 0; slot < wordOf.length; slot++) {
      long value = state.read(slot);
      words[wordOf[slot]] |= field(slot, value) << shiftOf[slot];
      if (ownWordOf[slot] != RAW && known.code(value) == unknown) {
        words[ownWordOf[slot]] = value;
      }
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
      long value = state.read(slot);
      long field = field(slot, value);
      int word = wordOf[slot];
      int shift = shiftOf[slot];
      words[word] = words[word] & ~(maskOf[slot] << shift) | field << shift;
      changed.add(word);
      int ownWord = ownWordOf[slot];
      if (ownWord != RAW) {
        long own = field == unknown ? value : 0;
        if (words[ownWord] != own) {
          words[ownWord] = own;
          changed.add(ownWord);
        }
      }
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
      load(words, offset, at, loaded, state);
      at++;
    }
  }

  /**
   * Loads a state likewise, knowing which words to look at.
   *
   * @param words the packed state, from index 0
   * @param moved the words that may differ from the loaded ones
   */
  public void decode(long[] words, ChangedWords moved, long[] loaded, MachineState state) {
    for (int i = 0; i < moved.size(); i++) {
      int word = moved.wordIndex(i);
      if (words[word] != loaded[word]) {
        load(words, 0, word, loaded, state);
      }
    }
  }

  private void load(long[] words, int offset, int word, long[] loaded, MachineState state) {
    long before = loaded[word];
    loaded[word] = words[offset + word];
    if (word < fieldWords) {
      loadFields(words, offset, word, before, state);
    } else {
      int slot = slotOfOwnWord[word - fieldWords];
      state.load(slot, read(words, offset, slot));
    }
  }

  /** Loads the slots whose fields in a word differ from what the word was before. */
  private void loadFields(long[] words, int offset, int word, long before, MachineState state) {
    long packed = words[offset + word];
    long different = packed ^ before;
    for (int slot : slotsOfWord[word]) {
      int shift = shiftOf[slot];
      long mask = maskOf[slot];
      if ((different >>> shift & mask) != 0) {
        long field = packed >>> shift & mask;
        int ownWord = ownWordOf[slot];
        if (ownWord != RAW) {
          field = field == unknown ? words[offset + ownWord] : known.value((int) field);
        }
        state.load(slot, field);
      }
    }
  }

  private long field(int slot, long value) {
    if (ownWordOf[slot] != RAW) {
      return known.code(value);
    }
    if ((value & ~maskOf[slot]) != 0) {
      throw new IllegalStateException(
          "a value fits its field: slot %d, mask %x, value %x"
              .formatted(slot, maskOf[slot], value));
    }
    return value;
  }
}
