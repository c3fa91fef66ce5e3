package org.trapnest.slip;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line that holds code and nothing that goes on in other lines.
 *
 * @param labels what stands before the code: labels and white space
 * @param code the instructions, without comments
 */
record CodeLine(String labels, String code) {
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//.*$|#.*$");
  private static final Pattern LABELS = Pattern.compile("(\\s*[A-Za-z0-9_.$\\\\@]+:)*\\s*");

  /** The parts of a line; empty where it holds no code, or goes on elsewhere. */
  static Optional<CodeLine> of(String line) {
    String text = COMMENT.matcher(line).replaceAll("").stripTrailing();
    if (line.stripLeading().startsWith("#") || text.endsWith("\\") || text.contains("/*")) {
      return Optional.empty();
    }
    Matcher labels = LABELS.matcher(text);
    int start = labels.lookingAt() ? labels.end() : 0;
    String code = text.substring(start);
    return code.isEmpty() || code.contains("*/")
        ? Optional.empty()
        : Optional.of(new CodeLine(text.substring(0, start), code));
  }

  String whole() {
    return labels + code;
  }
}
