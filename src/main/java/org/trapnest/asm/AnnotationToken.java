package org.trapnest.asm;

import org.trapnest.diag.SourceSpan;

/**
 * One token of an annotation behind its keyword.
 *
 * @param kind what it is
 * @param text the word, the string without its quotes, or the punctuation as written
 * @param value the value of a number (also of {@code 'c'} and hexadecimal ones), otherwise 0
 * @param span its place
 */
public record AnnotationToken(Kind kind, String text, long value, SourceSpan span) {

  /** The kinds of annotation tokens. */
  public enum Kind {
    /** Letters, digits and {@code _ . $ -} inside, starting with a letter or {@code _ . }. */
    WORD,
    NUMBER,
    STRING,
    /** One of {@code = | , ( ) [ ] { } : + - * / < > ->}. */
    PUNCTUATION
  }
}
