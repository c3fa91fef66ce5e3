/**
 * The vocabulary of the manuals: registers, flags, vectors, conditions, selectors and MSR numbers,
 * with their names and numbers and nothing that runs.
 */
package org.trapnest.x86;
