package org.trapnest.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.trapnest.diag.SourceSpan;

/** Parses one instruction: its prefixes, its mnemonic and its operands. */
final class StatementParser {
  private static final Set<String> SEGMENTS = Set.of("cs", "ds", "es", "fs", "gs", "ss");

  private final TokenCursor cursor;
  private final ExpressionParser expressions;
  private final SymbolTable symbols;

  StatementParser(TokenCursor cursor, SymbolTable symbols) {
    this.cursor = cursor;
    this.symbols = symbols;
    this.expressions = new ExpressionParser(cursor, symbols);
  }

  /** The name under which a prefix is kept, or nothing where the word is not one. */
  static Optional<String> prefix(String word) {
    return switch (word) {
      case "lock", "rep", "notrack" -> Optional.of(word);
      case "repe", "repz" -> Optional.of("repz");
      case "repne", "repnz" -> Optional.of("repnz");
      default -> Optional.empty();
    };
  }

  /**
   * The instruction that begins at the cursor.
   *
   * @param prefixes those of statements before this one that held nothing else
   * @return nothing where the statement holds only prefixes, which are then added to the list
   */
  Optional<Statement.InstructionStatement> instruction(MappedText line, List<String> prefixes)
      throws Rejected {
    Token start = cursor.peek();
    String mnemonic = "";
    while (mnemonic.isEmpty()) {
      if (cursor.atEnd()) {
        return Optional.empty();
      }
      if (cursor.peek().kind() != Token.Kind.WORD) {
        throw cursor.unexpected("an instruction");
      }
      String word = cursor.next().text().toLowerCase(Locale.ROOT);
      Optional<String> prefix = prefix(word);
      prefix.ifPresent(prefixes::add);
      mnemonic = prefix.isPresent() ? "" : word;
    }
    rejectMalformed(mnemonic, start);
    List<Operand> operands = operands();
    String before = prefixes.isEmpty() ? "" : String.join(" ", prefixes) + " ";
    Token end = cursor.peek();
    String written = line.text().substring(start.start(), end.start()).strip();
    String text = oneLine(withoutPrefixes(written, prefixes));
    return Optional.of(
        new Statement.InstructionStatement(
            List.copyOf(prefixes), mnemonic, operands, before + text, line.strip().span()));
  }

  private static String withoutPrefixes(String written, List<String> prefixes) {
    String text = written;
    for (int i = 0; i < prefixes.size(); i++) {
      int end = Names.end(text, 0);
      if (prefix(text.substring(0, end).toLowerCase(Locale.ROOT)).isPresent()) {
        text = text.substring(end).strip();
      }
    }
    return text;
  }

  private static String oneLine(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        blank = true;
      } else {
        if (blank) {
          out.append(' ');
        }
        blank = false;
        out.append(c);
      }
    }
    return out.toString();
  }

  private void rejectMalformed(String mnemonic, Token start) throws Rejected {
    boolean letter = Define.isIdentifierStart(mnemonic.charAt(0));
    if (!letter || mnemonic.indexOf('$') >= 0) {
      throw Rejected.of(AsmProblem.NOT_A_STATEMENT, cursor.span(start));
    }
    Token next = cursor.peek();
    boolean operandCanBegin =
        switch (next.kind()) {
          case END, WORD, NUMBER, LOCAL_REFERENCE -> true;
          case STRING -> false;
          case PUNCTUATION -> "%$*(-+~!".contains(next.text());
        };
    if (!operandCanBegin) {
      throw cursor.unexpected("an operand or the end of the statement");
    }
  }

  private List<Operand> operands() throws Rejected {
    List<Operand> operands = new ArrayList<>();
    if (cursor.atEnd()) {
      return operands;
    }
    do {
      operands.add(operand());
    } while (cursor.take(","));
    cursor.expectEnd("',' or the end of the statement");
    return operands;
  }

  private Operand operand() throws Rejected {
    Token start = cursor.peek();
    if (cursor.take("$")) {
      Expression value = expressions.expression();
      return new Operand.ImmediateOperand(value, cursor.spanSince(start));
    }
    if (cursor.take("*")) {
      Operand target = registerOrMemory();
      return new Operand.IndirectOperand(target, cursor.spanSince(start));
    }
    return registerOrMemory();
  }

  private Operand registerOrMemory() throws Rejected {
    Token start = cursor.peek();
    if (!start.is("%")) {
      return memory(Optional.empty(), start);
    }
    String name = register();
    SourceSpan span = cursor.spanSince(start);
    if (!cursor.take(":")) {
      return new Operand.RegisterOperand(name, span);
    }
    if (!SEGMENTS.contains(name)) {
      throw new Rejected(
          Problems.note(
              AsmProblem.BAD_SEGMENT, span, "expected: %cs, %ds, %es, %fs, %gs or %ss", name));
    }
    return memory(Optional.of(name), start);
  }

  private String register() throws Rejected {
    cursor.expect("%");
    if (cursor.peek().kind() != Token.Kind.WORD) {
      throw cursor.unexpected("a register's name behind '%'");
    }
    String name = cursor.next().text().toLowerCase(Locale.ROOT);
    if (name.equals("st") && cursor.peek().is("(")) {
      cursor.next();
      name = "st(" + cursor.next().text() + ")";
      cursor.expect(")");
    }
    return name;
  }

  private Operand memory(Optional<String> segment, Token start) throws Rejected {
    Optional<Expression> displacement = Optional.empty();
    if (!addressBegins()) {
      displacement = Optional.of(expressions.expression());
    }
    Optional<String> base = Optional.empty();
    Optional<String> index = Optional.empty();
    int scale = 1;
    if (cursor.take("(")) {
      base = cursor.peek().is(",") ? base : Optional.of(register());
      if (cursor.take(",")) {
        if (cursor.peek().is("%")) {
          index = Optional.of(register());
          scale = cursor.take(",") ? scale() : 1;
        } else {
          cursor.expect(",");
          scale = scale();
        }
      }
      cursor.expect(")");
    }
    return new Operand.MemoryOperand(
        segment, displacement, base, index, scale, cursor.spanSince(start));
  }

  private boolean addressBegins() {
    Token second = cursor.peekSecond();
    return cursor.peek().is("(") && (second.is("%") || second.is(","));
  }

  private int scale() throws Rejected {
    if (cursor.peek().is(")")) {
      return 1;
    }
    Expression written = expressions.expression();
    OptionalLong value = ExpressionEvaluator.evaluate(written, symbols::constant);
    if (value.isEmpty()) {
      throw Rejected.of(AsmProblem.NOT_ABSOLUTE, written.span());
    }
    long scale = value.getAsLong();
    if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
      throw Rejected.of(AsmProblem.BAD_SCALE, written.span(), scale);
    }
    return (int) scale;
  }
}
