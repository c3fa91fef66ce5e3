package org.trapnest.emulator;

import java.nio.file.Path;
import org.trapnest.machine.MachineModel;

/** An emulated processor that the machine is held against, with the tools around it. */
interface Oracle extends AutoCloseable {
  /** The emulator's name and version. */
  String name();

  /** A folder for intermediate files. */
  Path folder();

  /** Both sides of a model, the machine in its initial state; what was made before is of no use. */
  SideBySide beside(MachineModel model, GuestProgram program);

  @Override
  void close();
}
