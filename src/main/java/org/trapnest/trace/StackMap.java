package org.trapnest.trace;

import java.util.List;

/**
 * The words in use of one stack at the end of a trace, from the top down.
 *
 * @param name the stack
 * @param rows the words that are owned or named
 */
public record StackMap(String name, List<Row> rows) {

  public StackMap {
    rows = List.copyOf(rows);
  }

  /**
   * One word.
   *
   * @param offset bytes from the top, negative
   * @param value what it holds
   * @param owner the context that owns it, or an empty string
   * @param meaning its name, or its place in a hardware frame, or an empty string
   * @param stackPointer whether RSP points here
   */
  public record Row(int offset, String value, String owner, String meaning, boolean stackPointer) {}
}
