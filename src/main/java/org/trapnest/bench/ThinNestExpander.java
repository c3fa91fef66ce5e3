package org.trapnest.bench;

import org.trapnest.bits.BitField;

/** Frames of 13 bits: four of them in word 1, three more above the header in word 0. */
final class ThinNestExpander extends NestExpander {
  static final int WORDS = 2;
  private static final int FRAME_BITS = 13;
  private static final int FRAMES_IN_WORD_1 = 4;
  private static final int HEADER_BITS = 22;

  private static final BitField PC = new BitField(0, 6);
  private static final BitField KIND = new BitField(6, 3);
  private static final BitField INTERRUPTS = new BitField(9, 1);
  private static final BitField IBRS = new BitField(10, 1);
  private static final BitField CR3 = new BitField(11, 1);
  private static final BitField GS = new BitField(12, 1);

  ThinNestExpander(Nest nest) {
    super(nest);
  }

  private static BitField place(int frame) {
    return frame < FRAMES_IN_WORD_1
        ? new BitField(frame * FRAME_BITS, FRAME_BITS)
        : new BitField(HEADER_BITS + (frame - FRAMES_IN_WORD_1) * FRAME_BITS, FRAME_BITS);
  }

  private static int word(int frame) {
    return frame < FRAMES_IN_WORD_1 ? 1 : 0;
  }

  private long frame(int frame) {
    return place(frame).extract(next[word(frame)]);
  }

  private void replace(int frame, long value) {
    write(word(frame), place(frame).insert(next[word(frame)], value));
  }

  @Override
  int savedPc(int frame) {
    return (int) PC.extract(frame(frame));
  }

  @Override
  int savedKind(int frame) {
    return (int) KIND.extract(frame(frame));
  }

  @Override
  int savedInterrupts(int frame) {
    return (int) INTERRUPTS.extract(frame(frame));
  }

  @Override
  int savedIbrs(int frame) {
    return (int) IBRS.extract(frame(frame));
  }

  @Override
  int savedCr3(int frame) {
    return (int) CR3.extract(frame(frame));
  }

  @Override
  int savedGs(int frame) {
    return (int) GS.extract(frame(frame));
  }

  @Override
  void push(int frame, int pc, int kind, int interrupts) {
    replace(frame, INTERRUPTS.insert(KIND.insert(pc, kind), interrupts));
  }

  @Override
  void saveIbrs(int frame, long bit) {
    replace(frame, IBRS.insert(frame(frame), bit));
  }

  @Override
  void saveCr3(int frame, long bit) {
    replace(frame, CR3.insert(frame(frame), bit));
  }

  @Override
  void saveGs(int frame, long bit) {
    replace(frame, GS.insert(frame(frame), bit));
  }

  @Override
  void clear(int frame) {
    replace(frame, 0);
  }
}
