package org.trapnest.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Delegating;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;
import org.trapnest.transition.TransitionSystem;

/**
 * The plain twin of passing over forced states: any transition system without the states that only
 * lead on to one other. A transition of it is a transition of the given system and all that must
 * follow. Shared by all workers, as any system.
 *
 * <p>Every verdict is the same. A counterexample is a shortest one in transitions of this system;
 * {@link #unrolled} makes it one of the given system.
 */
public final class ChoicePoints implements Delegating {
  /*
   * A run of forced transitions ends at the first state that has another number of successors than
   * one, or after MOST_FORCED of them, so that it ends in a cycle, too. It also ends
   *
   * - where a check is violated: the path to that state is the counterexample;
   * - where the claim of a possibility is so: it says so of that state and of those from which it
   *   can be reached, but not of those behind.
   *
   * A bound that suppresses the other successors of a state that is passed over is counted when it
   * is passed over; the bounds of the state where a run ends are counted when that is expanded. A
   * state that is passed over on two runs is counted on each.
   */
  private static final int MOST_FORCED = 1 << 12;

  private final TransitionSystem system;
  private final long possibilities;
  private final List<Follower> followers = new ArrayList<>();

  public ChoicePoints(TransitionSystem system) {
    this.system = system;
    this.possibilities = system.possibilities();
  }

  @Override
  public long possibilities() {
    return possibilities;
  }

  @Override
  public TransitionSystem inner() {
    return system;
  }

  @Override
  public Expander newExpander() {
    Follower follower = new Follower(system.newExpander(), system.newExpander());
    synchronized (followers) {
      followers.add(follower);
    }
    return follower;
  }

  /** How many states were passed over so far, by all expanders; to be asked when they rest. */
  public long passedOver() {
    synchronized (followers) {
      return followers.stream().mapToLong(f -> f.passedOver).sum();
    }
  }

  /**
   * The path of the given system that a path of this one stands for.
   *
   * @param path choices from the start, the first of which picks the initial state
   */
  public List<Integer> unrolled(List<Integer> path) {
    Follower follower = new Follower(system.newExpander(), system.newExpander());
    List<Integer> choices = new ArrayList<>();
    long[] words = new long[system.wordCount()];
    for (int i = 0; i < path.size(); i++) {
      long[] from = words;
      Pick pick = new Pick(path.get(i), follower);
      if (i == 0) {
        follower.initialStates(pick);
      } else {
        follower.expand(from, 0, pick);
      }
      words = pick.words;
      choices.add(path.get(i));
      choices.addAll(pick.forced);
    }
    return choices;
  }

  /** Keeps the successor with one choice, and the choices that were forced behind it. */
  private static final class Pick implements SuccessorSink {
    private final int wanted;
    private final Follower follower;
    private long[] words = {};
    private List<Integer> forced = List.of();

    Pick(int wanted, Follower follower) {
      this.wanted = wanted;
      this.follower = follower;
    }

    @Override
    public void successor(
        int choice, long[] reachedWords, ChangedWords changed, long violated, long reached) {
      if (choice == wanted) {
        words = reachedWords.clone();
        forced = Arrays.stream(follower.forced, 0, follower.forcedCount).boxed().toList();
      }
    }

    @Override
    public void cut(int bound) {}
  }

  /** Takes a transition with the one expander, and what follows from it with the other. */
  private final class Follower implements Expander, SuccessorSink {
    private final Expander chosen;
    private final Expander following;
    private final OnlySuccessor only = new OnlySuccessor(system.wordCount());
    private final long[] current = new long[system.wordCount()];
    private final ChangedWords changed = new ChangedWords(system.wordCount());
    private final int[] forced = new int[MOST_FORCED];
    private int forcedCount;
    private SuccessorSink sink = only;
    private long passedOver;

    Follower(Expander chosen, Expander following) {
      this.chosen = chosen;
      this.following = following;
    }

    @Override
    public void initialStates(SuccessorSink target) {
      forcedCount = 0;
      chosen.initialStates(target);
    }

    @Override
    public void expand(long[] words, int offset, SuccessorSink target) {
      sink = target;
      chosen.expand(words, offset, this);
    }

    @Override
    public void successor(
        int choice, long[] words, ChangedWords first, long violated, long reached) {
      System.arraycopy(words, 0, current, 0, current.length);
      changed.clear();
      for (int i = 0; i < first.size(); i++) {
        changed.add(first.wordIndex(i));
      }
      forcedCount = 0;
      long broken = violated;
      long met = reached;
      long metLast = reached;
      while (broken == 0
          && (metLast & possibilities) == 0
          && forcedCount < MOST_FORCED
          && leadsOn()) {
        only.apply(current, changed);
        forced[forcedCount++] = only.choice();
        broken = only.violated();
        metLast = only.reached();
        met |= metLast;
      }
      passedOver += forcedCount;
      sink.successor(choice, current, changed, broken, met);
    }

    /** Whether the current state has just one successor; what was suppressed there is told. */
    private boolean leadsOn() {
      only.clear();
      following.expand(current, 0, only);
      if (!only.isOne()) {
        return false;
      }
      only.giveCuts(sink);
      return true;
    }

    @Override
    public void cut(int bound) {
      sink.cut(bound);
    }
  }
}
