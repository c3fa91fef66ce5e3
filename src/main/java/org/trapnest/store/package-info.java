/**
 * Where visited states are kept: exactly and tree-compressed, exactly and whole, or as 128-bit
 * hashes.
 *
 * <p>A store numbers its states in the order of their insertion and accounts each byte to a {@link
 * org.trapnest.store.MemoryBudget}, so that a search ends before the heap does.
 */
package org.trapnest.store;
