/**
 * The x86-64 machine: its state as slots, decoded instructions, event delivery and return, live
 * contexts, opaque tokens. It knows neither how states are stored nor how models are written.
 */
package org.trapnest.machine;
