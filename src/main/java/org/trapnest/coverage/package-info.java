/**
 * What an exploration has been through, instruction boundary by instruction boundary: which events
 * each one receives, which instructions are never reached, and where the kernel runs with something
 * that is not yet, or no longer, the kernel's. Computed from every reachable state, never from the
 * text of a model.
 */
package org.trapnest.coverage;
