package org.trapnest.machine;

import org.trapnest.x86.Vector;

/**
 * A gate of the IDT.
 *
 * @param vector whose gate it is
 * @param handler the entry point's address
 * @param ist the IST index, 1 to 7, or 0
 * @param interruptGate whether delivery clears IF
 * @param dpl the privilege level that software interrupts need, 0 or 3
 */
public record Gate(Vector vector, long handler, int ist, boolean interruptGate, int dpl) {}
