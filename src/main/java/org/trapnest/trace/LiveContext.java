package org.trapnest.trace;

/**
 * A context that is live at the end of a trace.
 *
 * @param event its event
 * @param sinceStep the step that began it
 * @param interrupted the place that it interrupted
 * @param frame where its frame lies, or {@code no frame}
 */
public record LiveContext(String event, int sinceStep, String interrupted, String frame) {}
