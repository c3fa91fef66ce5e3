package org.trapnest.asm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;

/**
 * The preprocessor macros that are defined at a point, and their expansion in a line.
 *
 * <p>A macro is not expanded in its own expansion. Text from a body has the whole invocation as its
 * place; text from an argument keeps its own.
 */
final class DefineTable {
  private static final int MAX_DEPTH = 200;
  private static final int MAX_EXPANSIONS = 2_000_000;

  private final Map<String, Define> defines = new HashMap<>();
  private final Diagnostics diagnostics;
  private final Set<String> hidden = new HashSet<>();
  private int expansions;
  private int depth;

  DefineTable(Map<String, Long> definitions, Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
    define(Define.constant("__ASSEMBLER__", "1"));
    define(Define.constant("__x86_64__", "1"));
    definitions.forEach((name, value) -> define(Define.constant(name, Long.toString(value))));
  }

  boolean isDefined(String name) {
    return defines.containsKey(name);
  }

  /** Defines a macro; the one that it replaces, if that was different. */
  Optional<Define> define(Define macro) {
    Define before = defines.put(macro.name(), macro);
    return Optional.ofNullable(before).filter(other -> !other.equals(macro));
  }

  void undefine(String name) {
    defines.remove(name);
  }

  /** The line with its macros expanded; the line itself where there are none. */
  MappedText expand(MappedText line) {
    if (!mentionsMacro(line.text())) {
      return line;
    }
    MappedText.Builder out = new MappedText.Builder(line);
    try {
      expandInto(line, out);
      return out.build();
    } catch (Rejected rejected) {
      diagnostics.report(rejected.diagnostic());
      return line.substring(0, 0);
    } finally {
      hidden.clear();
      depth = 0;
    }
  }

  private boolean mentionsMacro(String text) {
    for (int i = 0; i < text.length(); ) {
      int end = Define.wordEnd(text, i);
      if (end > i && defines.containsKey(text.substring(i, end))) {
        return true;
      }
      i = Math.max(end, i + 1);
    }
    return false;
  }

  private void expandInto(MappedText line, MappedText.Builder out) throws Rejected {
    String text = line.text();
    int copied = 0;
    for (int i = 0; i < text.length(); ) {
      int end = Define.wordEnd(text, i);
      Define macro = end > i ? defines.get(text.substring(i, end)) : null;
      int open = macro != null && macro.functionLike() ? Define.skipBlanks(text, end) : end;
      boolean invoked =
          macro != null
              && !hidden.contains(macro.name())
              && (!macro.functionLike() || text.startsWith("(", open));
      if (invoked) {
        out.append(line, copied, i);
        copied = macro.functionLike() ? closing(line, i, open) : end;
        replace(macro, line.substring(i, copied), open - i, out);
        i = copied;
      } else {
        i = end > i ? end : LogicalLine.skipQuoted(text, i) + 1;
      }
      checkSize(out, line);
    }
    out.append(line, copied, text.length());
    checkSize(out, line);
  }

  private static void checkSize(MappedText.Builder out, MappedText line) throws Rejected {
    if (out.length() > LineScanner.MAX_LINE) {
      throw Rejected.of(AsmProblem.LINE_TOO_LONG, line.span(), LineScanner.MAX_LINE);
    }
  }

  /** The index behind the parenthesis that closes the one at {@code open}. */
  private static int closing(MappedText line, int start, int open) throws Rejected {
    String text = line.text();
    int nesting = 0;
    for (int i = open; i < text.length(); i = LogicalLine.skipQuoted(text, i) + 1) {
      char c = text.charAt(i);
      nesting += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (nesting == 0) {
        return i + 1;
      }
    }
    String name = text.substring(start, Define.wordEnd(text, start));
    throw Rejected.of(
        AsmProblem.BAD_INVOCATION,
        line.span(start, text.length()),
        name,
        "is invoked without a closing ')'");
  }

  private void replace(Define macro, MappedText invocation, int open, MappedText.Builder out)
      throws Rejected {
    SourceSpan place = invocation.span();
    if (++expansions > MAX_EXPANSIONS) {
      throw Rejected.of(
          AsmProblem.TOO_MUCH_TEXT, place, MAX_EXPANSIONS + " preprocessor expansions");
    }
    if (++depth > MAX_DEPTH) {
      throw Rejected.of(AsmProblem.MACRO_TOO_DEEP, place, MAX_DEPTH);
    }
    MappedText body = body(macro, invocation, open, place);
    hidden.add(macro.name());
    expandInto(body, out);
    hidden.remove(macro.name());
    depth--;
  }

  private MappedText body(Define macro, MappedText invocation, int open, SourceSpan place)
      throws Rejected {
    List<MappedText> arguments =
        macro.functionLike() ? arguments(macro, invocation, open) : List.of();
    MappedText.Builder body = new MappedText.Builder(invocation);
    for (Define.Part part : macro.body()) {
      if (part instanceof Define.Literal literal) {
        body.appendStandIn(literal.text(), place.start(), place.end());
      } else if (part instanceof Define.Argument use) {
        MappedText argument = arguments.get(use.index());
        switch (use.use()) {
          case RAW -> body.append(argument, 0, argument.length());
          case EXPANDED -> expandInto(argument, body);
          case STRING -> body.appendStandIn(quote(argument), place.start(), place.end());
        }
      }
      checkSize(body, invocation);
    }
    return body.build();
  }

  private static String quote(MappedText argument) {
    return '"' + argument.text().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static List<MappedText> arguments(Define macro, MappedText invocation, int open)
      throws Rejected {
    String text = invocation.text();
    int count = macro.parameters().size();
    List<MappedText> arguments = new ArrayList<>();
    int nesting = 0;
    int start = open + 1;
    for (int i = open; i < text.length(); i = LogicalLine.skipQuoted(text, i) + 1) {
      char c = text.charAt(i);
      nesting += c == '(' ? 1 : c == ')' ? -1 : 0;
      boolean rest = macro.variadic() && arguments.size() == count - 1;
      if (nesting == 0 || nesting == 1 && c == ',' && !rest) {
        arguments.add(invocation.substring(start, i).strip());
        start = i + 1;
      }
    }
    if (count == 0 && arguments.size() == 1 && arguments.get(0).isBlank()) {
      return List.of();
    }
    if (macro.variadic() && arguments.size() == count - 1) {
      arguments.add(invocation.substring(0, 0));
    }
    if (arguments.size() != count) {
      String complaint = "takes " + count + " arguments, not " + arguments.size();
      throw Rejected.of(AsmProblem.BAD_INVOCATION, invocation.span(), macro.name(), complaint);
    }
    return arguments;
  }
}
