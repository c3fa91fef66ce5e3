/**
 * The machine beside an emulated processor: starts QEMU, or Bochs where shadow stacks are on, talks
 * to it as a debugger does, loads a linked model with page tables, descriptor tables and user mode
 * around it, and drives both one transition at a time, comparing all architectural state. {@code
 * replay --emulator} and the conformance tests are built on it.
 */
package org.trapnest.emulator;
