package org.trapnest.property;

import java.util.Optional;
import org.trapnest.diag.SourceSpan;

/**
 * One demand of a property.
 *
 * @param form which keyword began it
 * @param trigger the transitions it is about
 * @param when restricts the transitions further
 * @param claim what must be so (for {@code NEVER}: must not be so; for {@code SOMETIMES} and {@code
 *     POSSIBLE}: must be so at least once, and again from everywhere); absent for {@code
 *     NEVER_FINDING}
 * @param span its text
 */
public record Clause(
    Form form,
    Trigger trigger,
    Optional<Expression> when,
    Optional<Expression> claim,
    SourceSpan span) {

  /** How a clause begins. */
  public enum Form {
    ALWAYS,
    NEVER,
    NEVER_FINDING,
    ON,
    /** There is a run in which the claim is so at least once. */
    SOMETIMES,
    /** Whatever has happened, a run goes on to where the claim is so: AG EF of the claim. */
    POSSIBLE
  }

  /** Its text on one line. */
  public String text() {
    return SourceText.oneLine(span);
  }
}
