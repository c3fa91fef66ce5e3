/**
 * Exhaustive exploration, breadth-first or depth-first, and random simulation of a transition
 * system.
 *
 * <p>Equal systems and options give equal results to the last bit: counts, digest, verdicts and
 * paths. Running into a limit is a result, never an error.
 */
package org.trapnest.explore;
