package org.trapnest.property;

/** Placeholder. */
public record BoundProperty(String id) {}
