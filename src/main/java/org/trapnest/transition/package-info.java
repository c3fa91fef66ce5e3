/**
 * Finite transition systems as engines see them: states are flat words, transitions have numbers,
 * checks are bits. The only meeting point of the search and of what is searched.
 */
package org.trapnest.transition;
