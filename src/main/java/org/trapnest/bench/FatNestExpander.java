package org.trapnest.bench;

/** Frames of eight memory words each, from word 1, as hardware and entry code would push them. */
final class FatNestExpander extends NestExpander {
  static final int WORDS = 65;
  private static final int FRAME_WORDS = 8;
  private static final int SS = 0;
  private static final int RSP = 1;
  private static final int RFLAGS = 2;
  private static final int CS = 3;
  private static final int RIP = 4;
  private static final int IBRS = 5;
  private static final int CR3 = 6;
  private static final int GS = 7;
  private static final int TEXT = 0x100000;
  private static final int CR3_BASE = 4096;
  private static final int GS_BASE = 8192;

  FatNestExpander(Nest nest) {
    super(nest);
  }

  private static int word(int frame, int slot) {
    return 1 + frame * FRAME_WORDS + slot;
  }

  private int slot(int frame, int slot) {
    return (int) next[word(frame, slot)];
  }

  private void set(int frame, int slot, long value) {
    write(word(frame, slot), value);
  }

  @Override
  int savedPc(int frame) {
    return (slot(frame, RIP) - TEXT & 4095) >>> 2;
  }

  @Override
  int savedKind(int frame) {
    return slot(frame, RIP) - TEXT >>> 12;
  }

  @Override
  int savedInterrupts(int frame) {
    return slot(frame, RFLAGS) >>> 9;
  }

  @Override
  int savedIbrs(int frame) {
    return slot(frame, IBRS);
  }

  @Override
  int savedCr3(int frame) {
    return slot(frame, CR3) - CR3_BASE >>> 11;
  }

  @Override
  int savedGs(int frame) {
    return slot(frame, GS) - GS_BASE >>> 12;
  }

  @Override
  void push(int frame, int pc, int kind, int interrupts) {
    set(frame, SS, kind == 0 ? 43 : 24);
    set(frame, RSP, 0x10000000 + 256 * frame);
    set(frame, RFLAGS, 2 + 512 * interrupts);
    set(frame, CS, kind == 0 ? 51 : 16);
    set(frame, RIP, TEXT + 4096 * kind + 4 * pc);
    saveIbrs(frame, 0);
    saveCr3(frame, 0);
    saveGs(frame, 0);
  }

  @Override
  void saveIbrs(int frame, long bit) {
    set(frame, IBRS, bit);
  }

  @Override
  void saveCr3(int frame, long bit) {
    set(frame, CR3, CR3_BASE + 2048 * bit);
  }

  @Override
  void saveGs(int frame, long bit) {
    set(frame, GS, GS_BASE + 4096 * bit);
  }

  @Override
  void clear(int frame) {
    for (int slot = 0; slot < FRAME_WORDS; slot++) {
      set(frame, slot, 0);
    }
  }
}
