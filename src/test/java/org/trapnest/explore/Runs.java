package org.trapnest.explore;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.trapnest.bits.Mixing;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/**
 * Numbered states in long runs that fork and meet, each in several words; of two numbers the states
 * may be made so that the low lanes of their hashes are equal.
 */
final class Runs implements TransitionSystem {
  private static final int WORDS = 30;
  private static final int CHECKS = 3;

  private final int states;
  private final int[] further;
  private final long[] violated;
  private final long[] reached;
  private final Map<Long, Integer> collided = new HashMap<>();
  private int twin = -1;
  private long[] twinWords = {};

  /** So many states, one in a few of which has a second successor. */
  Runs(int states, int few, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    this.states = states;
    this.further = new int[states];
    this.violated = new long[states];
    this.reached = new long[states];
    for (int state = 0; state < states; state++) {
      further[state] = random.nextInt(few) == 0 ? random.nextInt(states) : -1;
      violated[state] = mask(random);
      reached[state] = mask(random);
    }
  }

  private static long mask(SplittableRandom random) {
    return random.nextInt(50) == 0 ? 1L << random.nextInt(CHECKS) : 0;
  }

  /** Makes the hash of one state have the low lane of that of another. */
  Runs collide(int state, int with) {
    long[] words = words(state);
    long low = 0;
    for (int i = 0; i < WORDS; i++) {
      low += Mixing.low(i, words(with)[i]) - Mixing.low(i, words[i]);
    }
    // The last word takes up the difference: the mix of a word is a bijection.
    long wanted = Mixing.low(WORDS - 1, words[WORDS - 1]) + low;
    long key = unmix(Mixing.low(WORDS - 1, 0));
    words[WORDS - 1] = unmix(wanted) - key;
    twin = state;
    twinWords = words;
    collided.put(words[WORDS - 1], state);
    return this;
  }

  /** The value of which {@link Mixing#mix} makes another. */
  private static long unmix(long mixed) {
    long x = unshift(mixed, 31);
    x = unshift(x * inverse(0x94d049bb133111ebL), 27);
    return unshift(x * inverse(0xbf58476d1ce4e5b9L), 30);
  }

  private static long unshift(long value, int shift) {
    long x = value;
    for (int i = 0; i < 64; i += shift) {
      x = value ^ x >>> shift;
    }
    return x;
  }

  private static long inverse(long odd) {
    long x = odd;
    for (int i = 0; i < 6; i++) {
      x *= 2 - odd * x;
    }
    return x;
  }

  private long[] words(int state) {
    if (state == twin) {
      return twinWords.clone();
    }
    long[] words = new long[WORDS];
    words[3] = state & 15;
    words[4] = -(state >> 4 & 255);
    words[12] = state >> 12;
    words[13] = (long) (state % 97) << 40;
    words[WORDS - 1] = state % 5 == 0 ? 1 : 0;
    return words;
  }

  private int number(long[] words, int offset) {
    Integer special = collided.get(words[offset + WORDS - 1]);
    return special != null
        ? special
        : (int) (words[offset + 12] << 12 | -words[offset + 4] << 4 | words[offset + 3]);
  }

  @Override
  public int wordCount() {
    return WORDS;
  }

  @Override
  public int checkCount() {
    return CHECKS;
  }

  @Override
  public int boundCount() {
    return 1;
  }

  @Override
  public long possibilities() {
    return 1;
  }

  @Override
  public boolean expandsAhead() {
    return true;
  }

  @Override
  public int preference(long[] words, int offset) {
    return number(words, offset) % 7;
  }

  @Override
  public Expander newExpander() {
    ChangedWords changed = new ChangedWords(WORDS);
    return new Expander() {
      @Override
      public void initialStates(SuccessorSink sink) {
        give(0, 0, new long[WORDS], sink);
      }

      @Override
      public void expand(long[] words, int offset, SuccessorSink sink) {
        int state = number(words, offset);
        long[] from = java.util.Arrays.copyOfRange(words, offset, offset + WORDS);
        if (further[state] >= 0) {
          give(0, further[state], from, sink);
        }
        if (state + 1 < states) {
          give(1, state + 1, from, sink);
        } else {
          sink.cut(0);
        }
      }

      private void give(int choice, int target, long[] from, SuccessorSink sink) {
        long[] to = words(target);
        changed.clear();
        for (int i = 0; i < WORDS; i++) {
          if (to[i] != from[i]) {
            changed.add(i);
          }
        }
        sink.successor(choice, to, changed, violated[target] & ~1L, reached[target]);
      }
    };
  }
}
