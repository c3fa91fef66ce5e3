package org.trapnest.property;

/** Placeholder. */
public record PropertyDeclaration(String id) {}
