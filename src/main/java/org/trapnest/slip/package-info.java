/**
 * Slips of a pen: a model's text with one line of code dropped, doubled or exchanged with the next,
 * verified again. A slip that no property notices says that the line is not needed, or that the
 * model does not say what the code does.
 */
package org.trapnest.slip;
