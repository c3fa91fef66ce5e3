/**
 * The property language: what must hold on every transition of a model.
 *
 * <p>A file is parsed into declarations, a declaration is bound to one model's names, and bound
 * properties are compiled to bytecode for searches or interpreted by tests and explanations.
 */
package org.trapnest.property;
