package org.trapnest.model;

import java.util.Optional;

/**
 * How a model is explored otherwise than its text says.
 *
 * @param nesting another bound on live contexts, 1 to 15
 * @param latches whether events that arrive masked are latched there, as the processor does it,
 *     instead of offered where the mask opens
 */
public record Variant(Optional<Integer> nesting, boolean latches) {
  /** As the text says. */
  public static final Variant AS_WRITTEN = new Variant(Optional.empty(), false);
}
