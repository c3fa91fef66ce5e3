package org.trapnest.asm;

import org.trapnest.diag.DiagnosticKind;
import org.trapnest.diag.Severity;

/** What can be wrong with assembler text. The identifiers are stable: new kinds go to the end. */
enum AsmProblem implements DiagnosticKind {
  UNEXPECTED_CHARACTER(1, "unexpected character %s"),
  UNTERMINATED_STRING(2, "this string is not closed on its line"),
  UNTERMINATED_COMMENT(3, "this comment is never closed"),
  LINE_TOO_LONG(4, "line longer than %s characters"),
  MALFORMED_NUMBER(5, "'%s' is not a number"),
  NUMBER_TOO_LARGE(6, "'%s' does not fit in 64 bits"),
  UNEXPECTED_TOKEN(7, "unexpected %s"),
  NOT_A_STATEMENT(8, "this is neither a label, a directive nor an instruction"),
  UNKNOWN_DIRECTIVE(9, "directive %s has no meaning in a model"),
  NESTED_TOO_DEEPLY(10, "expression nested more than %s levels deep"),
  EXPRESSION_TOO_LONG(11, "expression with more than %s operators"),
  DIVISION_BY_ZERO(12, "division by zero"),
  NOT_ABSOLUTE(13, "the value of this expression is not known here"),
  BAD_SCALE(14, "an index is scaled by 1, 2, 4 or 8, not by %s"),
  BAD_SEGMENT(15, "'%%%s' is not a segment register"),
  DUPLICATE_SYMBOL(16, "symbol '%s' is already defined"),
  NO_LOCAL_LABEL_BEFORE(17, "there is no label '%s:' before this reference"),
  NO_LOCAL_LABEL_BEHIND(18, "there is no label '%s:' behind this reference"),
  UNTERMINATED_CONDITIONAL(19, "%s without %s"),
  UNBALANCED_CONDITIONAL(20, "%s without %s before it"),
  ELSE_AFTER_ELSE(21, "%s behind the %s of the same conditional"),
  UNTERMINATED_BLOCK(22, "%s without %s"),
  UNBALANCED_BLOCK(23, "%s without %s before it"),
  MACRO_TOO_DEEP(24, "macros and repeats nested more than %s levels deep"),
  TOO_MUCH_TEXT(25, "the text expands to more than %s"),
  DUPLICATE_MACRO(26, "macro '%s' is already defined"),
  UNKNOWN_MACRO(27, "there is no macro '%s'"),
  BAD_PARAMETER(28, "macro parameter %s"),
  MISSING_ARGUMENT(29, "macro '%s' needs a value for its parameter '%s'"),
  TOO_MANY_ARGUMENTS(30, "macro '%s' takes %s"),
  UNKNOWN_ARGUMENT(31, "macro '%s' has no parameter '%s'"),
  REPEATED_ARGUMENT(32, "parameter '%s' was already given a value"),
  UNDEFINED_PARAMETER(33, "'\\%s' is not a parameter of a macro around it"),
  OUTSIDE_MACRO(34, "%s outside a macro"),
  INCLUDE_NOT_FOUND(35, "cannot read \"%s\": there is no such file"),
  INCLUDE_UNREADABLE(36, "cannot read \"%s\": %s"),
  INCLUDE_TOO_DEEP(37, "includes nest more than %s levels deep"),
  BAD_INCLUDE(38, "an include names a file in double quotes"),
  BAD_DEFINE(39, "malformed #define: %s"),
  REDEFINED(40, "'%s' is defined again, differently"),
  BAD_INVOCATION(41, "macro '%s' %s"),
  BAD_CONDITION(42, "malformed condition of %s: %s"),
  USER_ERROR(43, "%s"),
  PREPROCESSOR_IN_INCLUDED(44, "%s has no effect in a file that .include reads"),
  BAD_ANNOTATION(45, "malformed annotation: %s"),
  NOTHING_TO_CONTINUE(46, "this continues an annotation, but no annotation stands before it"),
  PREFIX_WITHOUT_INSTRUCTION(47, "prefix '%s' without an instruction behind it"),
  TOO_MANY_ERRORS(48, "more than %s errors, the rest of the file is not read"),
  BAD_ARGUMENT(49, "%s"),
  EMPTY_FILE(50, Severity.WARNING, "the file holds no statement"),
  IGNORED_DATA(51, Severity.WARNING, "%s is ignored: memory is declared in annotations"),
  USER_WARNING(52, Severity.WARNING, "%s"),
  BAD_SHIFT(53, Severity.WARNING, "shift by %s, which is not between 0 and 63");

  private final int number;
  private final Severity severity;
  private final String pattern;

  AsmProblem(int number, String pattern) {
    this(number, Severity.ERROR, pattern);
  }

  AsmProblem(int number, Severity severity, String pattern) {
    this.number = number;
    this.severity = severity;
    this.pattern = pattern;
  }

  @Override
  public String id() {
    return String.format("ASM%03d", number);
  }

  @Override
  public Severity severity() {
    return severity;
  }

  @Override
  public String pattern() {
    return pattern;
  }
}
