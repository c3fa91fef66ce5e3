/**
 * Counterexamples: a plain interpreter replays the choices that a search found, without store,
 * packing or compiled properties, and names everything that each step changed; an explanation says
 * which steps brought the violation about. Text, one-screen and JSON forms of a trace.
 */
package org.trapnest.trace;
