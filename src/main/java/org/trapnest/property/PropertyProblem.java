package org.trapnest.property;

import org.trapnest.diag.DiagnosticKind;
import org.trapnest.diag.Severity;

/** What can be wrong with a property file, or with the use of a property on a model. */
public enum PropertyProblem implements DiagnosticKind {
  UNEXPECTED("PRP001", "expected %s, found %s"),
  BAD_CHARACTER("PRP002", "the character '%s' has no meaning here"),
  BAD_NUMBER("PRP003", "'%s' is no 64-bit number"),
  UNTERMINATED_STRING("PRP004", "the string does not end on its line"),
  WRONG_TYPE("PRP005", "expected %s, found %s"),
  UNKNOWN_WORD("PRP006", "there is no register, field or fact '%s'"),
  UNKNOWN_FINDING("PRP007", "there is no finding '%s'"),
  UNKNOWN_EVENT("PRP008", "there is no event '%s'"),
  UNKNOWN_COST("PRP009", "there is no cost '%s'"),
  DUPLICATE_ID("PRP010", "the property '%s' is already declared at %s"),
  BAD_ID("PRP011", "'%s' is no property name: lower-case words joined by '-' are"),
  MISSING_PART("PRP012", "the property '%s' has no %s"),
  REPEATED_PART("PRP013", "the property '%s' has two %s"),
  CHAINED_COMPARISON("PRP014", "comparisons do not chain: join two of them with 'and'"),
  WRONG_CLAUSE("PRP015", "'%s' has a meaning only in %s"),
  NOT_IN_SNAPSHOT("PRP016", "contexts do not keep '%s'"),
  TOO_DEEP("PRP017", "the expression is nested more than %d deep"),
  SOMETIMES_ALONE("PRP018", "'sometimes' or 'possible' must be the only clause of its property"),
  TOO_LONG("PRP019", "the expression has more than %d parts"),
  MISSING_ARGUMENT("PRP030", "the property '%s' needs the argument '%s'"),
  UNKNOWN_ARGUMENT("PRP031", "the property '%s' has no parameter '%s'"),
  NO_SUCH_FUNCTION("PRP032", "the property '%s' names the C function '%s', which the model lacks"),
  NO_SUCH_LABEL("PRP033", "the property '%s' names the label '%s', which the model lacks"),
  NO_SUCH_STACK("PRP034", "the property '%s' names the stack '%s', which the model lacks"),
  NO_SUCH_VARIABLE("PRP035", "the property '%s' names the variable '%s', which the model lacks"),
  NO_SUCH_WORD("PRP036", "the property '%s' names %s, which is no word of '%s'"),
  NO_SUCH_MSR("PRP037", "the property '%s' names the MSR %s, which the model lacks"),
  EMPTY_RANGE("PRP038", "the property '%s' names a range that ends at or before its start");

  private final String id;
  private final String pattern;

  PropertyProblem(String id, String pattern) {
    this.id = id;
    this.pattern = pattern;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Severity severity() {
    return Severity.ERROR;
  }

  @Override
  public String pattern() {
    return pattern;
  }
}
