package org.trapnest.property;

import java.util.List;

/** Placeholder. */
public record PropertyDeclaration(String id, List<String> requires) {}
