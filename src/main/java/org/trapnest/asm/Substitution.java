package org.trapnest.asm;

import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.SourceSpan;

/**
 * Puts the values of macro parameters into a line: {@code \name}, {@code \@} for the number of the
 * expansion, {@code \()} for nothing. Other names behind a backslash stay, for a macro inside.
 *
 * @param values the value of each parameter
 * @param number what {@code \@} stands for
 * @param call the invocation
 */
record Substitution(Map<String, String> values, int number, SourceSpan call) {

  LogicalLine apply(LogicalLine line) throws Rejected {
    Optional<MappedText> annotation = Optional.empty();
    if (line.annotation().isPresent()) {
      annotation = Optional.of(apply(line.annotation().get()));
    }
    return new LogicalLine(apply(line.code()), annotation);
  }

  MappedText apply(MappedText line) throws Rejected {
    String text = line.text();
    Optional<SourceSpan> place = Optional.of(call);
    int next = text.indexOf('\\');
    if (next < 0) {
      return line.calledAt(place);
    }
    MappedText.Builder out = new MappedText.Builder(line);
    int copied = 0;
    while (next >= 0 && next + 1 < text.length()) {
      int end = referenceEnd(text, next);
      Optional<String> value = value(text.substring(next + 1, end));
      if (value.isPresent()) {
        out.append(line, copied, next);
        SourceSpan reference = line.span(next, end);
        out.appendStandIn(value.get(), reference.start(), reference.end());
        copied = end;
        if (out.length() > LineScanner.MAX_LINE) {
          throw Rejected.of(AsmProblem.LINE_TOO_LONG, call, LineScanner.MAX_LINE);
        }
      }
      next = text.indexOf('\\', end);
    }
    return out.append(line, copied, text.length()).build().calledAt(place);
  }

  private static int referenceEnd(String text, int backslash) {
    if (text.startsWith("()", backslash + 1)) {
      return backslash + 3;
    }
    char first = text.charAt(backslash + 1);
    return Names.isStart(first) ? Names.end(text, backslash + 1) : backslash + 2;
  }

  private Optional<String> value(String name) {
    return switch (name) {
      case "()" -> Optional.of("");
      case "@" -> Optional.of(Integer.toString(number));
      default -> Optional.ofNullable(values.get(name));
    };
  }
}
