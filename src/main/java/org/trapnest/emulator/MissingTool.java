package org.trapnest.emulator;

/** A program that is needed is not on this machine. The message names it and who brings it. */
public final class MissingTool extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingTool(String program, String debianPackage) {
    super(
        "'"
            + program
            + "' is needed and is not on the PATH (Debian's package "
            + debianPackage
            + " has it)");
  }
}
