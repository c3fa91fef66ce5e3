package org.trapnest.asm;

import java.util.Arrays;
import java.util.Optional;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

/**
 * One line of text that knows where each of its characters stands in a source file.
 *
 * <p>The text is cut into pieces. A linear piece was copied character by character; a stand-in
 * piece (the value of a macro parameter, a comment's blank) replaces a range of the source as a
 * whole, so that each of its characters has that whole range as its place. All pieces of a line
 * come from one file. Immutable.
 */
final class MappedText {
  private static final int LINEAR = -1;

  private final String text;
  private final SourceFile file;
  private final Optional<SourceSpan> call;

  /** For each piece its first index in the text (ascending, the first is 0). */
  private final int[] at;

  /** For each piece the source offset of its first character. */
  private final int[] from;

  /** For each piece {@link #LINEAR}, or how many source characters it stands for. */
  private final int[] width;

  private MappedText(String text, SourceFile file, Optional<SourceSpan> call, int[][] atFromWidth) {
    this.text = text;
    this.file = file;
    this.call = call;
    this.at = atFromWidth[0];
    this.from = atFromWidth[1];
    this.width = atFromWidth[2];
  }

  static MappedText of(SourceFile file, int start, int end) {
    return new MappedText(
        file.text().substring(start, end),
        file,
        Optional.empty(),
        new int[][] {{0}, {start}, {LINEAR}});
  }

  String text() {
    return text;
  }

  int length() {
    return text.length();
  }

  SourceFile file() {
    return file;
  }

  boolean isBlank() {
    return text.isBlank();
  }

  /** The place of the characters from {@code start} to before {@code end}. */
  SourceSpan span(int start, int end) {
    int first = start < text.length() ? sourceStart(start) : sourceEnd(text.length() - 1);
    int last = end > start ? sourceEnd(Math.min(end, text.length()) - 1) : first;
    return new SourceSpan(file, Math.min(first, last), Math.max(first, last), call);
  }

  /** The place of the whole line. */
  SourceSpan span() {
    return span(0, text.length());
  }

  private int piece(int index) {
    int found = at.length == 1 ? 0 : Arrays.binarySearch(at, index);
    return found >= 0 ? found : -found - 2;
  }

  private int sourceStart(int index) {
    int piece = piece(index);
    return width[piece] == LINEAR ? from[piece] + index - at[piece] : from[piece];
  }

  private int sourceEnd(int index) {
    if (index < 0) {
      return from[0];
    }
    int piece = piece(index);
    return width[piece] == LINEAR
        ? from[piece] + index - at[piece] + 1
        : from[piece] + width[piece];
  }

  /** The same text as produced by the invocation at {@code where}. */
  MappedText calledAt(Optional<SourceSpan> where) {
    return new MappedText(text, file, where, new int[][] {at, from, width});
  }

  MappedText substring(int start, int end) {
    if (start == 0 && end == text.length()) {
      return this;
    }
    return new Builder(this).append(this, start, end).build();
  }

  /** This text without blanks at either end. */
  MappedText strip() {
    int start = 0;
    int end = text.length();
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return substring(start, end);
  }

  /** Puts a line together from pieces of one file. */
  static final class Builder {
    private final StringBuilder text = new StringBuilder();
    private final SourceFile file;
    private final Optional<SourceSpan> call;
    private int anchor;
    private int[] at = new int[4];
    private int[] from = new int[4];
    private int[] width = new int[4];
    private int pieces;

    /** A line like {@code model}: of the same file and invocation. */
    Builder(MappedText model) {
      this(model.file, model.from[0], model.call);
    }

    /** A line whose place is {@code anchor} as long as it is empty. */
    Builder(SourceFile file, int anchor, Optional<SourceSpan> call) {
      this.file = file;
      this.anchor = anchor;
      this.call = call;
    }

    int length() {
      return text.length();
    }

    Builder append(MappedText other, int start, int end) {
      if (start >= end) {
        anchor = pieces == 0 ? other.span(start, start).start() : anchor;
        return this;
      }
      for (int p = other.piece(start); p < other.at.length && other.at[p] < end; p++) {
        boolean linear = other.width[p] == LINEAR;
        int skipped = Math.max(0, start - other.at[p]);
        add(
            text.length() + Math.max(0, other.at[p] - start),
            linear ? other.from[p] + skipped : other.from[p],
            other.width[p]);
      }
      text.append(other.text, start, end);
      return this;
    }

    /** Appends characters of the file itself. */
    Builder appendSource(int start, int end) {
      if (start < end) {
        add(text.length(), start, LINEAR);
        text.append(file.text(), start, end);
      }
      return this;
    }

    /** Appends text that stands for the source range from {@code start} to before {@code end}. */
    Builder appendStandIn(CharSequence replacement, int start, int end) {
      if (!replacement.isEmpty()) {
        add(text.length(), start, end - start);
        text.append(replacement);
      }
      return this;
    }

    private void add(int textIndex, int source, int sourceWidth) {
      if (pieces > 0 && extendsLast(textIndex, source, sourceWidth)) {
        return;
      }
      if (pieces == at.length) {
        at = Arrays.copyOf(at, 2 * pieces);
        from = Arrays.copyOf(from, 2 * pieces);
        width = Arrays.copyOf(width, 2 * pieces);
      }
      at[pieces] = textIndex;
      from[pieces] = source;
      width[pieces++] = sourceWidth;
    }

    private boolean extendsLast(int textIndex, int source, int sourceWidth) {
      int last = pieces - 1;
      return width[last] == sourceWidth
          && (sourceWidth == LINEAR
              ? from[last] + textIndex - at[last] == source
              : from[last] == source);
    }

    MappedText build() {
      if (pieces == 0) {
        return new MappedText("", file, call, new int[][] {{0}, {anchor}, {LINEAR}});
      }
      return new MappedText(
          text.toString(),
          file,
          call,
          new int[][] {
            Arrays.copyOf(at, pieces), Arrays.copyOf(from, pieces), Arrays.copyOf(width, pieces)
          });
    }
  }
}
