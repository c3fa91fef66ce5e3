/**
 * Workloads with known answers: families of transition systems whose counts were computed by
 * independent programs, for measuring and checking the engines.
 *
 * <p>They reach the engines through the same interface as models do, and know nothing of x86. The
 * same graphs in Promela, Murphi and C lie in {@code src/bench}.
 */
package org.trapnest.bench;
