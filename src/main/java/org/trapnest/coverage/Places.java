package org.trapnest.coverage;

import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel;

/** How reports name boundaries and instructions. */
final class Places {
  private Places() {}

  /** The boundary before an instruction: {@code label+2 (entry.inc:40)}. */
  static String of(MachineModel model, int index) {
    if (index == BoundaryLog.USER) {
      return "user mode";
    }
    Instruction instruction = model.program().at(index);
    return instruction.label() + " (" + line(instruction) + ")";
  }

  /** An instruction as written, with its line. */
  static String instruction(MachineModel model, int index) {
    Instruction instruction = model.program().at(index);
    return instruction.text().strip().replaceAll("\\s+", " ") + " (" + line(instruction) + ")";
  }

  private static String line(Instruction instruction) {
    SourceSpan span = instruction.span().outermost();
    String path = span.file().path();
    return path.substring(path.lastIndexOf('/') + 1) + ":" + span.line();
  }
}
