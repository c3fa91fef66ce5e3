/**
 * How a machine state lies in the packed words that engines store: narrow slots share words. The
 * only place that knows shifts and widths.
 */
package org.trapnest.layout;
