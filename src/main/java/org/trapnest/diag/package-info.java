/**
 * What the program says about the user's text: source files, places in them, complaints with stable
 * identifiers, and the printing of a complaint with its line and a caret under it.
 *
 * <p>Complaints are values that are collected; nothing in this package throws for wrong input.
 */
package org.trapnest.diag;
