package org.trapnest.emulator;

/**
 * One piece of a class of the machine and what breaks it.
 *
 * @param type the simple name of the class
 * @param text what its source has
 * @param replacement what stands there instead
 */
record BrokenSource(String type, String text, String replacement) {
  /**
   * The broken source.
   *
   * @throws AssertionError if the source no longer has the text
   */
  String breakIn(String source) {
    if (!source.contains(text)) {
      throw new AssertionError(type + " does not contain: " + text);
    }
    return source.replace(text, replacement);
  }
}
