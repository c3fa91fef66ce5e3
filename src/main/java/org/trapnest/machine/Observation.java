package org.trapnest.machine;

/**
 * What one transition did, besides what its target state shows: the input of properties over
 * transitions and of traces. Mutable and reused, since one is filled for each transition.
 */
public final class Observation {
  /** What kind of transition it was. */
  public enum Kind {
    /** An event arrived of itself. */
    ARRIVAL,
    /** An instruction ran, or faulted. */
    INSTRUCTION,
    /** User mode entered the kernel by an instruction or a fault of its own. */
    USER_ENTRY,
    /** User mode set a register. */
    USER_WRITE
  }

  private static final int NONE = -1;

  private Kind kind = Kind.INSTRUCTION;
  private int instructionIndex;
  private int deliveredEvent;
  private boolean deliveredFromUser;
  private long frameAddress;
  private int frameRegion;
  private boolean returnedToUser;
  private int resumedEvent;
  private long resumeDifferences;
  private int continuation;
  private long findings;
  private boolean explaining;
  private StringBuilder explanation = new StringBuilder();

  public Observation() {
    clear();
  }

  /** Forgets everything but whether explanations are wanted. */
  public void clear() {
    kind = Kind.INSTRUCTION;
    instructionIndex = NONE;
    deliveredEvent = NONE;
    deliveredFromUser = false;
    frameAddress = 0;
    frameRegion = NONE;
    returnedToUser = false;
    resumedEvent = NONE;
    resumeDifferences = 0;
    continuation = NONE;
    findings = 0;
    explanation.setLength(0);
  }

  public void explaining(boolean wanted) {
    explaining = wanted;
  }

  /** Whether {@link #explain} keeps its text; off in searches. */
  public boolean explaining() {
    return explaining;
  }

  /** Adds a sentence about a finding, for traces; callers build it only when explaining. */
  public void explain(String sentence) {
    if (explaining) {
      explanation.append(explanation.length() == 0 ? "" : " ").append(sentence);
    }
  }

  public String explanation() {
    return explanation.toString();
  }

  public void begin(Kind transitionKind, int atInstruction) {
    kind = transitionKind;
    instructionIndex = atInstruction;
  }

  /** Records a context that a delivery or an entry pushed; the last one of a transition counts. */
  public void delivered(Event event, boolean fromUser, long frame, int region) {
    deliveredEvent = event.ordinal();
    deliveredFromUser = fromUser;
    frameAddress = frame;
    frameRegion = region;
  }

  /**
   * Records a return that ended the newest context.
   *
   * @param event the context's event
   * @param toUser whether user mode runs now
   * @param differences bit {@code i} set when position {@code i} of the snapshot differs and counts
   */
  public void resumed(Event event, boolean toUser, long differences) {
    resumedEvent = event.ordinal();
    returnedToUser = toUser;
    resumeDifferences = differences;
  }

  /** Records a return to a declared continuation, by its position in the model. */
  public void continued(int continuationIndex) {
    continuation = continuationIndex;
  }

  public void find(Finding finding) {
    findings |= finding.bit();
  }

  public Kind kind() {
    return kind;
  }

  /** The instruction that ran, or at whose boundary an event arrived; -1 in user mode. */
  public int instructionIndex() {
    return instructionIndex;
  }

  /** The {@link Event} ordinal of the context that was pushed, or -1. */
  public int deliveredEvent() {
    return deliveredEvent;
  }

  public boolean deliveredFromUser() {
    return deliveredFromUser;
  }

  /** The address of the lowest word of the frame that was pushed, or 0. */
  public long frameAddress() {
    return frameAddress;
  }

  /** The position in the memory map of the stack that took the frame, or -1. */
  public int frameRegion() {
    return frameRegion;
  }

  public boolean returnedToUser() {
    return returnedToUser;
  }

  /** The {@link Event} ordinal of the context that ended by a return, or -1. */
  public int resumedEvent() {
    return resumedEvent;
  }

  public long resumeDifferences() {
    return resumeDifferences;
  }

  /** The position of the continuation that was taken, or -1. */
  public int continuation() {
    return continuation;
  }

  /** The findings of the transition, a bit each. */
  public long findings() {
    return findings;
  }

  public boolean found(Finding finding) {
    return (findings & finding.bit()) != 0;
  }
}
