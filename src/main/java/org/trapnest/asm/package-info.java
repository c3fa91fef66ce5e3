/**
 * The front end: annotated AT&amp;T assembler text, through preprocessor, macros and conditionals,
 * to a flat list of labels, instructions, assignments and annotations, each with its place.
 *
 * <p>It knows how assembler is written and nothing of what it means: which mnemonics exist, what an
 * annotation says and where a symbol lies is decided by {@code model}. What it accepts, the C
 * preprocessor followed by GNU as accepts too.
 */
package org.trapnest.asm;
