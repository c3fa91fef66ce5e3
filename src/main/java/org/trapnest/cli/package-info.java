/**
 * The command line: arguments in, exit status out. The only place that writes to the terminal,
 * installs signal handlers and ends the process.
 */
package org.trapnest.cli;
