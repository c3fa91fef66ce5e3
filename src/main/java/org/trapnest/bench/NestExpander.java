package org.trapnest.bench;

import org.trapnest.bits.BitField;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;

/** The steps and events of nest(D,L,P) on a header in word 0; where frames lie is left open. */
abstract class NestExpander implements Expander {
  static final BitField DEPTH = new BitField(0, 4);
  private static final BitField PC = new BitField(4, 6);
  private static final BitField KIND = new BitField(10, 3);
  private static final BitField IBRS = new BitField(13, 1);
  private static final BitField CR3 = new BitField(14, 1);
  private static final BitField GS = new BitField(15, 1);
  private static final BitField INTERRUPTS = new BitField(16, 1);
  private static final BitField NMI_BLOCKED = new BitField(17, 1);
  private static final BitField MC_ACTIVE = new BitField(18, 1);
  private static final BitField DB_ACTIVE = new BitField(19, 1);
  private static final BitField IRQ_LATCH = new BitField(20, 1);
  private static final BitField NMI_LATCH = new BitField(21, 1);

  private static final int USER = 0;
  private static final int SYS = 1;
  private static final int IRQ = 2;
  private static final int NMI = 3;
  private static final int MCE = 4;
  private static final int DBG = 5;

  private static final int LATCH_IRQ_CHOICE = 6;
  private static final int LATCH_NMI_CHOICE = 7;

  /** The successor that is being written. */
  protected final long[] next;

  private final Nest nest;
  private final ChangedWords changed;

  NestExpander(Nest nest) {
    this.nest = nest;
    this.next = new long[nest.wordCount()];
    this.changed = new ChangedWords(nest.wordCount());
  }

  /** What a frame holds, at a frame number that counts from the outermost. */
  abstract int savedPc(int frame);

  abstract int savedKind(int frame);

  abstract int savedInterrupts(int frame);

  abstract int savedIbrs(int frame);

  abstract int savedCr3(int frame);

  abstract int savedGs(int frame);

  abstract void push(int frame, int pc, int kind, int interrupts);

  abstract void saveIbrs(int frame, long bit);

  abstract void saveCr3(int frame, long bit);

  abstract void saveGs(int frame, long bit);

  abstract void clear(int frame);

  protected final void write(int word, long value) {
    next[word] = value;
    changed.add(word);
  }

  private void write(BitField field, long value) {
    write(0, field.insert(next[0], value));
  }

  private int read(BitField field) {
    return (int) field.extract(next[0]);
  }

  @Override
  public void initialStates(SuccessorSink sink) {
    java.util.Arrays.fill(next, 0);
    changed.addAll();
    next[0] = INTERRUPTS.insert(0, 1);
    sink.successor(0, next, changed, 0, 0);
    changed.clear();
  }

  @Override
  public void expand(long[] words, int offset, SuccessorSink sink) {
    System.arraycopy(words, offset, next, 0, next.length);
    int depth = read(DEPTH);
    if (depth > 0) {
      step(depth - 1);
      give(0, words, offset, sink);
    }
    for (int event = SYS; event <= DBG; event++) {
      if (isOffered(event)) {
        if (depth < nest.levels()) {
          deliver(event);
          give(event, words, offset, sink);
        } else {
          sink.cut(0);
        }
      }
    }
    if (nest.latches()) {
      latch(IRQ_LATCH, LATCH_IRQ_CHOICE, words, offset, sink);
      latch(NMI_LATCH, LATCH_NMI_CHOICE, words, offset, sink);
    }
  }

  private void latch(BitField latch, int choice, long[] words, int offset, SuccessorSink sink) {
    if (read(latch) == 0) {
      write(latch, 1);
      give(choice, words, offset, sink);
    }
  }

  /** Gives the successor and becomes the parent again. */
  private void give(int choice, long[] words, int offset, SuccessorSink sink) {
    boolean userMode = read(DEPTH) == 0;
    sink.successor(choice, next, changed, userMode ? read(IBRS) : 0, userMode ? 1 : 0);
    for (int i = 0; i < changed.size(); i++) {
      int word = changed.wordIndex(i);
      next[word] = words[offset + word];
    }
    changed.clear();
  }

  private boolean isOffered(int event) {
    return switch (event) {
      case SYS -> read(KIND) == USER;
      case IRQ -> read(INTERRUPTS) == 1 && (!nest.latches() || read(IRQ_LATCH) == 1);
      case NMI -> read(NMI_BLOCKED) == 0 && (!nest.latches() || read(NMI_LATCH) == 1);
      case MCE -> read(MC_ACTIVE) == 0;
      default -> read(DB_ACTIVE) == 0;
    };
  }

  private void deliver(int event) {
    int depth = read(DEPTH);
    push(depth, read(PC), read(KIND), read(INTERRUPTS));
    write(DEPTH, depth + 1);
    write(PC, 0);
    write(KIND, event);
    write(INTERRUPTS, 0);
    switch (event) {
      case IRQ -> write(IRQ_LATCH, 0);
      case NMI -> {
        write(NMI_BLOCKED, 1);
        write(NMI_LATCH, 0);
      }
      case MCE -> write(MC_ACTIVE, 1);
      case DBG -> write(DB_ACTIVE, 1);
      default -> {}
    }
  }

  private void step(int frame) {
    int pc = read(PC);
    if (pc == nest.steps() - 1) {
      comeBack(frame);
      return;
    }
    enter(pc, frame);
    leave(nest.steps() - pc, frame);
    write(PC, pc + 1);
  }

  private void enter(int pc, int frame) {
    switch (pc) {
      case 0 -> {
        if (nest.bug()) {
          write(IBRS, 1);
        }
        saveIbrs(frame, read(IBRS));
      }
      case 1 -> saveCr3(frame, read(CR3));
      case 2 -> saveGs(frame, read(GS));
      case 3 -> write(IBRS, 1);
      case 4 -> write(CR3, 1);
      case 5 -> write(GS, 1);
      case 6 -> {
        if (read(KIND) == SYS) {
          write(INTERRUPTS, 1);
        }
      }
      default -> {}
    }
  }

  private void leave(int stepsLeft, int frame) {
    switch (stepsLeft) {
      case 5 -> write(INTERRUPTS, 0);
      case 4 -> write(GS, savedGs(frame));
      case 3 -> write(CR3, savedCr3(frame));
      case 2 -> write(IBRS, savedIbrs(frame));
      default -> {}
    }
  }

  private void comeBack(int frame) {
    write(NMI_BLOCKED, 0);
    switch (read(KIND)) {
      case MCE -> write(MC_ACTIVE, 0);
      case DBG -> write(DB_ACTIVE, 0);
      default -> {}
    }
    write(PC, savedPc(frame));
    write(KIND, savedKind(frame));
    write(INTERRUPTS, savedInterrupts(frame));
    write(DEPTH, frame);
    clear(frame);
  }
}
