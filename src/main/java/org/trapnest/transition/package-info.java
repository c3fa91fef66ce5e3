/**
 * What a search sees of a model: states as flat vectors of words, successors with their choice
 * numbers, checks as bits.
 *
 * <p>The one interface between the engines (store, explore), which know no x86, and the models,
 * which know no search.
 */
package org.trapnest.transition;
