package org.trapnest.cli;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The streams and the interruption flag that commands share.
 *
 * @param out for what was asked for
 * @param err for progress and complaints
 * @param interrupted set when the user interrupts
 */
record Terminal(PrintStream out, PrintStream err, AtomicBoolean interrupted) {}
