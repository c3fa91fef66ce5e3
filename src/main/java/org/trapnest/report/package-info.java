/**
 * What the user reads: the report of a verification as a record, and pure functions that turn it
 * into text and JSON; traces as text and JSON; the baseline and what drifted from it.
 */
package org.trapnest.report;
