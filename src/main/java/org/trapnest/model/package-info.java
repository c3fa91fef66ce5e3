/**
 * From the syntax of a model file to a linked machine model and a transition system: annotations
 * get their meaning here, mnemonics their operations, symbols their addresses.
 */
package org.trapnest.model;
