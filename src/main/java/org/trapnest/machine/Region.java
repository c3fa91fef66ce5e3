package org.trapnest.machine;

import java.util.List;

/**
 * A declared piece of memory.
 *
 * @param name its name in the model
 * @param kind stack or variable
 * @param base the linear address of its first byte, a multiple of 16; for a per-CPU variable, where
 *     the kernel's GS base puts it
 * @param wordCount the number of elements
 * @param wordBytes the bytes of each element: 8 for stacks, 1, 2, 4 or 8 for variables
 * @param userMapped whether the user's CR3 maps it
 * @param perCpu whether code reaches it through the kernel's GS base
 * @param istIndex the IST index that the stack belongs to, 1 to 7, or 0
 * @param firstSlot the slot of the first element; the others follow
 * @param firstOwnerSlot for a stack, the slot that says which context owns the first word (its
 *     number counted from one, 0 for none); the others follow. -1 for variables
 * @param namedWords names of single words and whether each is a variable that stays alive
 */
public record Region(
    String name,
    Kind kind,
    long base,
    int wordCount,
    int wordBytes,
    boolean userMapped,
    boolean perCpu,
    int istIndex,
    int firstSlot,
    int firstOwnerSlot,
    List<NamedWord> namedWords) {

  /** The kinds of memory. */
  public enum Kind {
    STACK,
    VARIABLE,
    /** Only shadow-stack accesses write to it. */
    SHADOW_STACK
  }

  /**
   * A word with a name of its own.
   *
   * @param index the word's index, from zero at the base
   * @param name what traces call it
   * @param variable whether it keeps its value when the context that wrote it ends
   */
  public record NamedWord(int index, String name, boolean variable) {}

  public Region {
    namedWords = List.copyOf(namedWords);
  }

  public long bytes() {
    return (long) wordCount * wordBytes;
  }

  /** The address behind the last byte: for a stack, its top. */
  public long end() {
    return base + bytes();
  }

  /** Whether a byte address lies inside. */
  public boolean contains(long address) {
    return address - base >= 0 && address - base < bytes();
  }

  /** Whether a stack word is a declared variable, which does not die with its context. */
  public boolean isVariableWord(int index) {
    return kind == Kind.VARIABLE
        || namedWords.stream().anyMatch(w -> w.index() == index && w.variable());
  }
}
