package org.trapnest.machine;

import org.trapnest.x86.Vector;

/**
 * Memory as instructions and event delivery see it: declared regions, the view of the current CR3,
 * owners of stack words, tokens. Confined to one thread: a result stays until the next call.
 */
final class MemoryAccess {
  private static final long PF_WRITE = 2;
  private static final long PF_PROTECTION = 1;
  private static final long PF_SHADOW_STACK = 0x40;
  private static final StepResult OUT_OF_BOUNDS = new StepResult.Ended(Finding.STACK_OUT_OF_BOUNDS);
  private static final StepResult SPLIT =
      new StepResult.Unmodelled("a memory access that is not inside one declared word");
  private static final StepResult GENERAL_PROTECTION = StepResult.Fault.of(Vector.GP);

  /** What an address led to. */
  private enum Lookup {
    FOUND,
    TOKEN,
    NOT_CANONICAL,
    NOWHERE,
    NOT_MAPPED,
    SPLIT
  }

  private final MemoryMap map;
  private final long userCr3Mask;
  private final MachineModel.SlotMap slots;
  private final TokenUse tokens;
  private final boolean[][] variableWords;
  private final boolean[] shadow;
  private final int contextRsp;
  private final boolean poppedWordsDie;
  private final long frameBytes;
  private final boolean fred;

  private long value;
  // The word that the last successful lookup found.
  private int regionIndex;
  private int wordIndex;
  private int shift;

  MemoryAccess(MachineModel model) {
    this.map = model.memory();
    this.userCr3Mask = model.system().userCr3Mask();
    this.slots = model.slots();
    this.frameBytes = model.system().frameBytesFromRip();
    this.fred = model.system().fred().isPresent();
    this.tokens = new TokenUse(model);
    this.variableWords =
        map.regions().stream().map(MemoryAccess::variableWords).toArray(boolean[][]::new);
    this.poppedWordsDie = model.assumes(Assumption.POPPED_WORDS_ARE_DEAD);
    this.shadow = new boolean[map.regions().size()];
    for (int i = 0; i < shadow.length; i++) {
      shadow[i] = map.region(i).kind() == Region.Kind.SHADOW_STACK;
    }
    this.contextRsp = ContextField.SNAPSHOT + ContextField.snapshotPosition(Slot.RSP);
  }

  private static boolean[] variableWords(Region region) {
    boolean[] variable = new boolean[region.wordCount()];
    for (int i = 0; i < variable.length; i++) {
      variable[i] = region.isVariableWord(i);
    }
    return variable;
  }

  /** Whether an address has bits 63:47 all equal. */
  static boolean isCanonical(long address) {
    return address << 16 >> 16 == address;
  }

  /** The value of the last successful load or pop, zero-extended. */
  long value() {
    return value;
  }

  /** Loads 1, 2, 4 or 8 bytes; on {@code DONE} {@link #value} has them. */
  StepResult load(MachineState state, long address, int bytes, Observation seen) {
    Lookup found = lookup(state, address, bytes);
    return found == Lookup.FOUND
        ? read(state, bytes, seen)
        : explicitFailure(found, address, false, seen);
  }

  /** Stores the low 1, 2, 4 or 8 bytes of a value. */
  StepResult store(MachineState state, long address, int bytes, Observation seen, long stored) {
    Lookup found = lookup(state, address, bytes);
    if (found != Lookup.FOUND) {
      return explicitFailure(found, address, true, seen);
    }
    if (shadow[regionIndex]) {
      return protectedFromWrites(address, seen);
    }
    noteFrameOverwrite(state, address, state.read(Slot.CONTEXTS) - 1, seen);
    return write(state, bytes, stored, seen);
  }

  /** Pushes eight bytes: RSP goes down only when the store succeeds. */
  StepResult push(MachineState state, long pushed, Observation seen) {
    long rsp = state.read(Slot.RSP);
    if (Token.is(rsp)) {
      return tokens.endedStackPointer(rsp, seen);
    }
    noteUntrustedStack(state, seen);
    noteFrameOverwrite(state, rsp - 8, state.read(Slot.CONTEXTS) - 1, seen);
    StepResult result = storeStackWord(state, rsp - 8, pushed, seen);
    if (result == StepResult.DONE) {
      state.write(Slot.RSP, rsp - 8);
    }
    return result;
  }

  /** Pops eight bytes; on {@code DONE} {@link #value} has them and RSP has gone up. */
  StepResult pop(MachineState state, Observation seen) {
    long rsp = state.read(Slot.RSP);
    StepResult result = loadStackWord(state, rsp, seen);
    if (result == StepResult.DONE) {
      state.write(Slot.RSP, rsp + 8);
      leave(state);
    }
    return result;
  }

  /**
   * Gives up the word that the last load found, where the model says that popped words are dead and
   * the newest context owns it.
   */
  private void leave(MachineState state) {
    Region region = map.region(regionIndex);
    int owner = region.firstOwnerSlot() + wordIndex;
    if (poppedWordsDie
        && region.firstOwnerSlot() >= 0
        && !variableWords[regionIndex][wordIndex]
        && state.read(owner) == state.read(Slot.CONTEXTS)) {
      state.write(owner, 0);
      state.write(region.firstSlot() + wordIndex, Token.DEAD);
    }
  }

  /** Loads eight bytes as an implicit stack access, which must not leave its stack. */
  StepResult loadStackWord(MachineState state, long address, Observation seen) {
    if (Token.is(address)) {
      return tokens.endedStackPointer(address, seen);
    }
    Lookup found = lookup(state, address, 8);
    return found == Lookup.FOUND
        ? read(state, 8, seen)
        : implicitFailure(found, address, false, seen);
  }

  /**
   * Stores eight bytes as an implicit stack access, which must not leave its stack. RSP stays, and
   * neither {@link #noteFrameOverwrite} nor {@link #noteUntrustedStack} is implied.
   */
  StepResult storeStackWord(MachineState state, long address, long stored, Observation seen) {
    if (Token.is(address)) {
      return tokens.endedStackPointer(address, seen);
    }
    Lookup found = lookup(state, address, 8);
    if (found == Lookup.FOUND && shadow[regionIndex]) {
      return protectedFromWrites(address, seen);
    }
    return found == Lookup.FOUND
        ? write(state, 8, stored, seen)
        : implicitFailure(found, address, true, seen);
  }

  private StepResult protectedFromWrites(long address, Observation seen) {
    if (seen.explaining()) {
      seen.explain("An ordinary write hits the shadow stack at " + place(address) + ".");
    }
    return new StepResult.Fault(Vector.PF, PF_WRITE | PF_PROTECTION, address);
  }

  /** Loads eight bytes as a shadow-stack access; on {@code DONE} {@link #value} has them. */
  StepResult loadShadowWord(MachineState state, long address, Observation seen) {
    StepResult touched = touchShadowWord(state, address, seen);
    return touched == StepResult.DONE ? read(state, 8, seen) : touched;
  }

  /** Stores eight bytes as a shadow-stack access. */
  StepResult storeShadowWord(MachineState state, long address, long stored, Observation seen) {
    Lookup found = lookup(state, address, 8);
    return found == Lookup.FOUND && shadow[regionIndex]
        ? write(state, 8, stored, seen)
        : shadowFailure(found, address, PF_WRITE, seen);
  }

  /**
   * Stores four bytes of zero as a shadow-stack access, below a token that is to be stored.
   *
   * <p>The upper half of a word is not written, only looked at for the fault: the token's store
   * replaces the whole word.
   */
  StepResult storeShadowHole(MachineState state, long address, Observation seen) {
    Lookup found = lookup(state, address, 4);
    if (found != Lookup.FOUND || !shadow[regionIndex]) {
      return shadowFailure(found, address, PF_WRITE, seen);
    }
    return shift == 0 ? write(state, 4, 0, seen) : StepResult.DONE;
  }

  /** Raises what a shadow-stack load would raise. */
  StepResult touchShadowWord(MachineState state, long address, Observation seen) {
    Lookup found = lookup(state, address, 8);
    return found == Lookup.FOUND && shadow[regionIndex]
        ? StepResult.DONE
        : shadowFailure(found, address, 0, seen);
  }

  private StepResult shadowFailure(Lookup lookup, long address, long code, Observation seen) {
    return switch (lookup) {
      case TOKEN -> tokens.ended(address, "the shadow-stack pointer", seen);
      case NOT_CANONICAL -> GENERAL_PROTECTION;
      case SPLIT -> SPLIT;
      case FOUND, NOWHERE, NOT_MAPPED -> {
        if (seen.explaining()) {
          seen.explain("No shadow stack is mapped at " + place(address) + ".");
        }
        long present = lookup == Lookup.FOUND ? PF_PROTECTION : 0;
        yield new StepResult.Fault(Vector.PF, PF_SHADOW_STACK | code | present, address);
      }
    };
  }

  /**
   * Finds {@code FRAME_OVERWRITTEN} when an address lies in the hardware frame, not released, of
   * one of the oldest contexts.
   *
   * @param contexts how many of the oldest contexts are looked at
   */
  void noteFrameOverwrite(MachineState state, long address, long contexts, Observation seen) {
    for (int i = 0; i < contexts; i++) {
      long frame = state.read(slots.context(i, ContextField.FRAME));
      boolean inside = frame != 0 && address - frame >= 0 && address - frame < frameBytes;
      if (inside && state.read(slots.context(i, ContextField.RELEASED)) == 0) {
        seen.find(Finding.FRAME_OVERWRITTEN);
        if (seen.explaining()) {
          Event event = Event.byOrdinal((int) state.read(slots.context(i, ContextField.EVENT)));
          seen.explain(
              place(address)
                  + " belongs to the hardware frame of the "
                  + event.manualName()
                  + " context, which is still live.");
        }
      }
    }
  }

  /**
   * Finds {@code STACK_UNTRUSTED} when RSP is still what the user had at the SYSCALL that entered,
   * so that something is about to be pushed on memory that the user chose. FRED leaves no such gap.
   */
  void noteUntrustedStack(MachineState state, Observation seen) {
    if (fred || state.read(Slot.CONTEXTS) == 0 || (state.read(Slot.CS) & 3) != 0) {
      return;
    }
    int event = (int) state.read(slots.context(0, ContextField.EVENT));
    boolean syscall = event == Event.SYSCALL.ordinal() || event == Event.SYSCALL32.ordinal();
    if (syscall && state.read(slots.context(0, contextRsp)) == state.read(Slot.RSP)) {
      seen.find(Finding.STACK_UNTRUSTED);
      if (seen.explaining()) {
        seen.explain("RSP is still the user's: " + Long.toHexString(state.read(Slot.RSP)) + ".");
      }
    }
  }

  /** How traces name an address: {@code NMI stack −40}, {@code cpu_tss+4}, or the number. */
  String place(long address) {
    int index = map.indexOf(address);
    if (index < 0) {
      return "0x" + Long.toHexString(address);
    }
    Region region = map.region(index);
    if (region.kind() == Region.Kind.VARIABLE) {
      return region.name() + (address == region.base() ? "" : "+" + (address - region.base()));
    }
    int word = (int) ((address - region.base()) / region.wordBytes());
    String name = region.name() + " \u2212" + (region.end() - address);
    return region.namedWords().stream()
        .filter(w -> w.index() == word)
        .findFirst()
        .map(w -> name + " (" + w.name() + ")")
        .orElse(name);
  }

  private Lookup lookup(MachineState state, long address, int bytes) {
    if (Token.is(address)) {
      value = address;
      return Lookup.TOKEN;
    }
    int index = map.indexOf(address);
    if (index < 0) {
      return isCanonical(address) ? Lookup.NOWHERE : Lookup.NOT_CANONICAL;
    }
    Region region = map.region(index);
    if (!region.userMapped() && (state.read(Slot.CR3) & userCr3Mask) != 0) {
      return Lookup.NOT_MAPPED;
    }
    int offset = (int) (address - region.base());
    int wordBytes = region.wordBytes();
    int inside = offset & (wordBytes - 1);
    regionIndex = index;
    wordIndex = offset / wordBytes;
    shift = inside * 8;
    return inside + bytes > wordBytes ? Lookup.SPLIT : Lookup.FOUND;
  }

  private StepResult explicitFailure(Lookup lookup, long address, boolean write, Observation seen) {
    return switch (lookup) {
      case FOUND -> throw new IllegalStateException("a lookup that found its word has not failed");
      case TOKEN -> tokens.ended(address, "the address", seen);
      case NOT_CANONICAL -> GENERAL_PROTECTION;
      case SPLIT -> SPLIT;
      case NOWHERE -> pageFault("No declared memory is at ", address, write, seen);
      case NOT_MAPPED -> pageFault("The user's CR3 does not map ", address, write, seen);
    };
  }

  private StepResult implicitFailure(Lookup lookup, long address, boolean write, Observation seen) {
    if (lookup != Lookup.NOWHERE && lookup != Lookup.NOT_CANONICAL) {
      return explicitFailure(lookup, address, write, seen);
    }
    seen.find(Finding.STACK_OUT_OF_BOUNDS);
    if (seen.explaining()) {
      seen.explain("No stack is at " + place(address) + ".");
    }
    return OUT_OF_BOUNDS;
  }

  private StepResult pageFault(String why, long address, boolean write, Observation seen) {
    seen.find(Finding.UNMAPPED_ACCESS);
    if (seen.explaining()) {
      seen.explain(why + place(address) + ".");
    }
    return new StepResult.Fault(Vector.PF, write ? PF_WRITE : 0, address);
  }

  /** Reads from the word that was looked up. */
  private StepResult read(MachineState state, int bytes, Observation seen) {
    Region region = map.region(regionIndex);
    long word = state.read(region.firstSlot() + wordIndex);
    if (Token.is(word)) {
      return readToken(word, bytes, seen);
    }
    value = word >>> shift & mask(bytes);
    return StepResult.DONE;
  }

  private StepResult readToken(long word, int bytes, Observation seen) {
    if (Token.isDead(word) && !variableWords[regionIndex][wordIndex]) {
      return tokens.ended(word, here(seen), seen);
    }
    if (FlagsImage.is(word)) {
      value = FlagsImage.slice(word, shift, bytes);
      return StepResult.DONE;
    }
    if (shift != 0 || bytes < 4) {
      return tokens.ended(word, here(seen), seen);
    }
    value = bytes == 4 ? Token.lowHalf(word) : word;
    return StepResult.DONE;
  }

  /** Writes to the word that was looked up. */
  private StepResult write(MachineState state, int bytes, long stored, Observation seen) {
    Region region = map.region(regionIndex);
    int slot = region.firstSlot() + wordIndex;
    if (bytes == 8) {
      state.write(slot, stored);
    } else {
      long old = state.read(slot);
      long merged = FlagsImage.merged(old, stored, shift, bytes);
      if (merged == FlagsImage.NONE) {
        long token = Token.is(stored) ? stored : old;
        return tokens.ended(token, here(seen), seen);
      }
      state.write(slot, merged);
    }
    if (region.firstOwnerSlot() >= 0 && !variableWords[regionIndex][wordIndex]) {
      own(state, region);
    }
    return StepResult.DONE;
  }

  /**
   * Makes the newest context the owner of the stack word that was looked up, where nobody owns it
   * or it lies below the RSP at which the newest context interrupted that stack: what the older
   * code left there is lost to it, and dies with the newest context.
   */
  private void own(MachineState state, Region region) {
    int slot = region.firstOwnerSlot() + wordIndex;
    long owner = state.read(slot);
    long newest = state.read(Slot.CONTEXTS);
    if (owner == newest) {
      return;
    }
    if (owner != 0) {
      long interrupted = state.read(slots.context((int) newest - 1, contextRsp));
      long word = region.base() + (long) wordIndex * region.wordBytes();
      boolean onThisStack = interrupted >= region.base() && interrupted <= region.end();
      if (!onThisStack || word >= interrupted) {
        return;
      }
    }
    state.write(slot, newest);
  }

  /** What an explanation calls the word that was looked up. */
  private String here(Observation seen) {
    if (!seen.explaining()) {
      return "";
    }
    Region region = map.region(regionIndex);
    return "the content of "
        + place(region.base() + (long) wordIndex * region.wordBytes() + shift / 8);
  }

  private static long mask(int bytes) {
    return -1L >>> 64 - 8 * bytes;
  }
}
