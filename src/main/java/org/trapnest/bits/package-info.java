/**
 * Words and their bits: unsigned arithmetic, fields inside long words, and hashing that costs only
 * the words that changed.
 *
 * <p>Nothing here knows states, instructions or searches. Everything is static or a small mutable
 * accumulator that is confined to one thread.
 */
package org.trapnest.bits;
