package org.trapnest.property;

import org.trapnest.diag.SourceSpan;

/**
 * A name that a model gives meaning to, or a parameter that stands for one.
 *
 * @param text the name as written
 * @param span its place
 */
public record Name(String text, SourceSpan span) {}
