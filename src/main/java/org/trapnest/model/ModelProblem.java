package org.trapnest.model;

import org.trapnest.diag.DiagnosticKind;
import org.trapnest.diag.Severity;

/** What can be wrong with a model after it has been read as assembler. */
public enum ModelProblem implements DiagnosticKind {
  UNKNOWN_INSTRUCTION("MOD001", "unknown instruction '%s'"),
  OPERAND_COUNT("MOD002", "'%s' takes %s, found %d"),
  OPERAND_SIZE("MOD003", "operand size mismatch: %s"),
  OPERAND_KIND("MOD004", "'%s' does not take %s here"),
  UNKNOWN_REGISTER("MOD005", "unknown register '%%%s'"),
  UNKNOWN_SYMBOL("MOD006", "undefined symbol '%s'"),
  UNKNOWN_LABEL("MOD007", "'%s' is neither a label of this model nor a declared C function"),
  DUPLICATE_SYMBOL("MOD008", "'%s' is defined twice"),
  IMMEDIATE_RANGE("MOD009", "the immediate %s does not fit %s"),
  ADDRESS_FORM("MOD010", "an address of this form is not in the subset: %s"),
  CYCLIC_SYMBOL("MOD011", "the value of '%s' depends on itself"),
  PREFIX("MOD012", "the prefix '%s' does not go with '%s'"),
  UNKNOWN_ANNOTATION("MOD020", "unknown annotation '%s'"),
  ANNOTATION_SYNTAX("MOD021", "expected %s"),
  TRAILING("MOD022", "nothing more was expected in '%s'"),
  DUPLICATE_DECLARATION("MOD023", "%s is declared twice"),
  UNKNOWN_NAME("MOD024", "unknown %s '%s'"),
  DUPLICATE_IST("MOD025", "IST %d belongs to stack '%s' already"),
  MISSING_IST("MOD026", "no stack has IST %d"),
  NO_USER_ENTRY("MOD027", "nothing enters the kernel from user mode"),
  NO_HEADER("MOD028", "the model does not say what it is"),
  UNBALANCED("MOD029", "%s"),
  NO_INSTRUCTIONS("MOD030", "the model has no instructions"),
  OUT_OF_RANGE("MOD031", "%s must be %s, found %s"),
  NO_GATE("MOD032", "%s can be raised but has no gate"),
  UNKNOWN_PROPERTY("MOD033", "there is no property '%s'"),
  NOT_CHECKED("MOD034", "'%s' is named here but not checked"),
  EMPTY_RANGE("MOD035", "the range [%s, %s) holds no instruction"),
  UNALIGNED_WORD("MOD036", "offset %d names no word of stack '%s', which has %d words"),
  TOO_MANY_PROPERTIES("MOD037", "a model is checked against at most 63 properties, found %d"),
  UNREADABLE("MOD038", "%s"),
  DUPLICATE_LEVEL("MOD039", "stack level %d belongs to stack '%s' already"),
  MISSING_LEVEL("MOD040", "no stack has level %d"),
  NOT_WITH_FRED("MOD041", "%s has no meaning while FRED is on");

  private final String id;
  private final String pattern;

  ModelProblem(String id, String pattern) {
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
