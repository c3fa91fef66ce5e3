package org.trapnest.machine;

/** What C code makes of the stack below RSP: it uses all of it. */
final class StackBelow {
  private final MachineModel model;
  private final Contexts contexts;
  private final boolean[][] variableWords;

  StackBelow(MachineModel model, Contexts contexts) {
    this.model = model;
    this.contexts = contexts;
    this.variableWords =
        model.memory().regions().stream().map(StackBelow::variableWords).toArray(boolean[][]::new);
  }

  private static boolean[] variableWords(Region region) {
    boolean[] variable = new boolean[region.wordCount()];
    for (int i = 0; i < variable.length; i++) {
      variable[i] = region.isVariableWord(i);
    }
    return variable;
  }

  /**
   * Makes what lies below RSP on its stack dead, and a variable there unknown. Finds {@code
   * FRAME_OVERWRITTEN} when an older context's frame lies there that is not released.
   */
  void use(MachineState state, Observation seen) {
    long rsp = state.read(Slot.RSP);
    int index = Token.is(rsp) ? -1 : model.memory().indexOf(rsp - 1);
    if (index >= 0 && model.memory().region(index).kind() == Region.Kind.STACK) {
      Region stack = model.memory().region(index);
      lose(state, stack, variableWords[index], (int) (rsp - stack.base() >>> 3));
      noteFrames(state, stack, rsp, seen);
    }
  }

  private static void lose(MachineState state, Region stack, boolean[] variable, int end) {
    for (int i = 0; i < end; i++) {
      if (variable[i]) {
        state.write(stack.firstSlot() + i, Token.CLOBBERED);
      } else if (state.read(stack.firstOwnerSlot() + i) != 0) {
        state.write(stack.firstOwnerSlot() + i, 0);
        state.write(stack.firstSlot() + i, Token.DEAD);
      }
    }
  }

  private void noteFrames(MachineState state, Region stack, long rsp, Observation seen) {
    for (int i = (int) state.read(Slot.CONTEXTS) - 2; i >= 0; i--) {
      long frame = contexts.field(state, i, ContextField.FRAME);
      boolean below = frame != 0 && frame >= stack.base() && frame < rsp;
      if (below && contexts.field(state, i, ContextField.RELEASED) == 0) {
        seen.find(Finding.FRAME_OVERWRITTEN);
        if (seen.explaining()) {
          seen.explain(
              "C code uses the stack that holds the hardware frame of %s, from above it."
                  .formatted(contexts.eventName(state, i)));
        }
      }
    }
  }
}
