package org.trapnest.asm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

/**
 * The C preprocessor's part: {@code #include}, {@code #define}, {@code #if}, one statement a line.
 *
 * <p>A line that begins with {@code #} but names no directive is a comment, as it is for gcc with
 * assembler. Annotations pass through unexpanded, so that they can name a switch.
 */
final class Preprocessor {
  private static final int MAX_INCLUDES = 60;
  private static final int MAX_LINES = 1_000_000;
  private static final Set<String> CONDITIONALS =
      Set.of("if", "ifdef", "ifndef", "elif", "else", "endif");
  private static final Set<String> DIRECTIVES =
      Set.of("define", "undef", "include", "error", "warning", "pragma", "line");

  private final Files files;
  private final DefineTable defines;
  private final Diagnostics diagnostics;
  private final List<LogicalLine> out = new ArrayList<>();
  private final Deque<String> including = new ArrayDeque<>();
  private final Set<String> once = new HashSet<>();
  private int linesRead;

  /** A conditional that is open: what opened it and which of its branches is read. */
  private static final class Branch {
    final SourceSpan opened;
    final String directive;
    final boolean outerActive;
    boolean active;
    boolean taken;
    boolean elseSeen;

    Branch(SourceSpan opened, String directive, boolean outerActive) {
      this.opened = opened;
      this.directive = directive;
      this.outerActive = outerActive;
    }

    void choose(boolean condition) {
      active = outerActive && !taken && condition;
      taken |= condition;
    }
  }

  private Deque<Branch> branches = new ArrayDeque<>();

  private Preprocessor(Files files, DefineTable defines, Diagnostics diagnostics) {
    this.files = files;
    this.defines = defines;
    this.diagnostics = diagnostics;
  }

  /** The statements and annotations of a file and of what it includes, one a line. */
  static List<LogicalLine> process(
      SourceFile root, Files files, DefineTable defines, Diagnostics diagnostics) {
    Preprocessor preprocessor = new Preprocessor(files, defines, diagnostics);
    try {
      preprocessor.file(root);
    } catch (Rejected rejected) {
      diagnostics.report(rejected.diagnostic());
    }
    return preprocessor.out;
  }

  /** Whether a word behind {@code #} is a directive rather than the beginning of a comment. */
  static boolean isDirective(String word) {
    return CONDITIONALS.contains(word) || DIRECTIVES.contains(word);
  }

  private void file(SourceFile file) throws Rejected {
    Deque<Branch> outer = branches;
    branches = new ArrayDeque<>();
    including.push(file.path());
    for (LogicalLine line : files.lines(file)) {
      if (++linesRead > MAX_LINES) {
        throw Rejected.of(
            AsmProblem.TOO_MUCH_TEXT, line.code().span(), MAX_LINES + " lines of included text");
      }
      try {
        line(line);
      } catch (Rejected rejected) {
        if (rejected.diagnostic().kind() == AsmProblem.TOO_MUCH_TEXT) {
          throw rejected;
        }
        diagnostics.report(rejected.diagnostic());
      }
    }
    for (Branch open : branches) {
      diagnostics.report(
          AsmProblem.UNTERMINATED_CONDITIONAL, open.opened, "#" + open.directive, "#endif");
    }
    including.pop();
    branches = outer;
  }

  private boolean active() {
    return branches.isEmpty() || branches.peek().active;
  }

  private void line(LogicalLine line) throws Rejected {
    MappedText code = line.code();
    String text = code.text();
    int start = Define.skipBlanks(text, 0);
    if (text.startsWith("#", start)) {
      int nameStart = Define.skipBlanks(text, start + 1);
      int nameEnd = Define.wordEnd(text, nameStart);
      directive(
          text.substring(nameStart, nameEnd),
          code.substring(start, nameEnd),
          code.substring(nameEnd, text.length()).strip());
    } else if (active() && (start < text.length() || line.annotation().isPresent())) {
      out.addAll(new LogicalLine(defines.expand(code), line.annotation()).statements());
    }
  }

  private void directive(String name, MappedText sign, MappedText rest) throws Rejected {
    if (CONDITIONALS.contains(name)) {
      conditional(name, sign.span(), rest);
    } else if (active() && DIRECTIVES.contains(name)) {
      switch (name) {
        case "define" -> define(rest, sign);
        case "undef" -> defines.undefine(requireName(rest, sign, "#undef"));
        case "include" -> include(rest, sign);
        case "error" -> diagnostics.report(AsmProblem.USER_ERROR, rest.span(), rest.text());
        case "warning" -> diagnostics.report(AsmProblem.USER_WARNING, rest.span(), rest.text());
        case "pragma" -> pragma(rest);
        default -> {}
      }
    }
  }

  private void pragma(MappedText rest) {
    if (rest.text().equals("once")) {
      once.add(including.peek());
    }
  }

  private void conditional(String name, SourceSpan sign, MappedText rest) throws Rejected {
    switch (name) {
      case "if", "ifdef", "ifndef" -> {
        Branch branch = new Branch(sign, name, active());
        branches.push(branch);
        branch.choose(branch.outerActive && condition(name, rest, sign));
      }
      case "endif" -> {
        innermost(name, sign);
        branches.pop();
      }
      default -> {
        Branch branch = innermost(name, sign);
        if (branch.elseSeen) {
          throw Rejected.of(AsmProblem.ELSE_AFTER_ELSE, sign, "#" + name, "#else");
        }
        branch.elseSeen = name.equals("else");
        boolean decided = branch.taken || !branch.outerActive;
        branch.active = false;
        branch.choose(!decided && (branch.elseSeen || condition("if", rest, sign)));
      }
    }
  }

  private Branch innermost(String name, SourceSpan sign) throws Rejected {
    if (branches.isEmpty()) {
      throw Rejected.of(AsmProblem.UNBALANCED_CONDITIONAL, sign, "#" + name, "#if");
    }
    return branches.peek();
  }

  private boolean condition(String name, MappedText rest, SourceSpan sign) throws Rejected {
    if (!name.equals("if")) {
      int end = Define.wordEnd(rest.text(), 0);
      if (end == 0 || Define.isDigit(rest.text().charAt(0))) {
        throw Rejected.of(AsmProblem.BAD_CONDITION, sign, "#" + name, "it needs a macro's name");
      }
      return name.equals("ifdef") == defines.isDefined(rest.text().substring(0, end));
    }
    if (rest.isBlank()) {
      throw Rejected.of(AsmProblem.BAD_CONDITION, sign, "#if", "it has no expression");
    }
    return Condition.isTrue(defines.expand(replaceDefined(rest)));
  }

  /** The condition with every {@code defined X} and {@code defined(X)} replaced by 1 or 0. */
  private MappedText replaceDefined(MappedText condition) throws Rejected {
    String text = condition.text();
    if (!text.contains("defined")) {
      return condition;
    }
    MappedText.Builder replaced = new MappedText.Builder(condition);
    for (int i = 0; i < text.length(); ) {
      int end = Math.max(Define.wordEnd(text, i), i + 1);
      if (text.substring(i, end).equals("defined")) {
        int start = Define.skipBlanks(text, end);
        boolean parenthesis = text.startsWith("(", start);
        start = parenthesis ? Define.skipBlanks(text, start + 1) : start;
        int nameEnd = Define.wordEnd(text, start);
        end = parenthesis ? Define.skipBlanks(text, nameEnd) + 1 : nameEnd;
        if (nameEnd == start || parenthesis && !text.startsWith(")", end - 1)) {
          throw Rejected.expected(
              "defined(NAME) or defined NAME",
              Problems.quoted(text.substring(i)),
              condition.span(i, text.length()));
        }
        SourceSpan span = condition.span(i, end);
        String value = defines.isDefined(text.substring(start, nameEnd)) ? "1" : "0";
        replaced.appendStandIn(value, span.start(), span.end());
      } else {
        replaced.append(condition, i, end);
      }
      i = end;
    }
    return replaced.build();
  }

  private static String requireName(MappedText rest, MappedText sign, String directive)
      throws Rejected {
    String text = rest.text();
    int end = Define.wordEnd(text, 0);
    if (end == 0 || Define.isDigit(text.charAt(0)) || text.startsWith("defined") && end == 7) {
      SourceSpan span = rest.isBlank() ? sign.span() : rest.span();
      throw Rejected.of(AsmProblem.BAD_DEFINE, span, directive + " needs a macro's name");
    }
    return text.substring(0, end);
  }

  private void define(MappedText rest, MappedText sign) throws Rejected {
    String name = requireName(rest, sign, "it");
    String text = rest.text();
    int end = name.length();
    Define macro;
    if (text.startsWith("(", end)) {
      int close = text.indexOf(')', end);
      if (close < 0) {
        throw Rejected.of(
            AsmProblem.BAD_DEFINE, rest.span(end, text.length()), "the parameters need a ')'");
      }
      macro = functionLike(name, rest, close);
    } else {
      macro = Define.objectLike(name, text.substring(end));
    }
    if (defines.define(macro).isPresent()) {
      diagnostics.report(AsmProblem.REDEFINED, rest.span(0, end), name);
    }
  }

  private static Define functionLike(String name, MappedText rest, int close) throws Rejected {
    String text = rest.text();
    String inside = text.substring(name.length() + 1, close).strip();
    List<String> parameters = new ArrayList<>();
    for (String part :
        inside.isEmpty() ? List.<String>of() : Arrays.asList(inside.split(",", -1))) {
      String parameter = part.strip().equals("...") ? "__VA_ARGS__" : part.strip();
      boolean wellFormed =
          !parameter.isEmpty()
              && Define.isIdentifierStart(parameter.charAt(0))
              && Define.wordEnd(parameter, 0) == parameter.length();
      if (!wellFormed || parameters.contains(parameter)) {
        throw Rejected.of(
            AsmProblem.BAD_DEFINE,
            rest.span(name.length(), close + 1),
            Problems.quoted(part) + " is not a new parameter name");
      }
      parameters.add(parameter);
    }
    boolean variadic = inside.endsWith("...");
    return Define.functionLike(name, parameters, variadic, text.substring(close + 1));
  }

  private void include(MappedText rest, MappedText sign) throws Rejected {
    MappedText operand = rest.text().startsWith("\"") ? rest : defines.expand(rest);
    String text = operand.text();
    SourceSpan span = rest.isBlank() ? sign.span() : rest.span();
    if (text.length() < 3 || text.charAt(0) != '"' || !text.endsWith("\"")) {
      throw new Rejected(
          Problems.note(AsmProblem.BAD_INCLUDE, span, "expected: #include \"file.S\""));
    }
    String name = text.substring(1, text.length() - 1);
    SourceFile file = files.include(name, rest.file(), span);
    if (once.contains(file.path())) {
      return;
    }
    if (including.size() >= MAX_INCLUDES) {
      Diagnostic tooDeep = Diagnostic.of(AsmProblem.INCLUDE_TOO_DEEP, span, MAX_INCLUDES);
      throw new Rejected(
          including.contains(file.path())
              ? tooDeep.withNote("include cycle: " + file.path() + " includes itself")
              : tooDeep);
    }
    file(file);
  }
}
