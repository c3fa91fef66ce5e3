package org.trapnest.coverage;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.trapnest.machine.Gate;
import org.trapnest.machine.Instruction;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.Opcode;
import org.trapnest.machine.Operand;
import org.trapnest.x86.Vector;

/**
 * Says why no state reaches a run of instructions: from the branches and entries that lead there.
 */
final class UnreachedReasons {
  private final MachineModel model;
  private final BitSet reached;

  /**
   * Reasons for one model.
   *
   * @param reached the instructions that some state reaches
   */
  UnreachedReasons(MachineModel model, BitSet reached) {
    this.model = model;
    this.reached = reached;
  }

  /** The reason for the instructions from one index to another, both included. */
  String why(int first, int last) {
    List<String> reasons = new ArrayList<>();
    if (first > 0
        && reached.get(first - 1)
        && model.program().at(first - 1).opcode() == Opcode.JCC) {
      reasons.add("the branch before it is always taken: " + Places.instruction(model, first - 1));
    }
    for (Instruction instruction : model.program().instructions()) {
      int target = target(instruction);
      if (target >= first && target <= last && reached.get(instruction.index())) {
        reasons.add("never taken: " + Places.instruction(model, instruction.index()));
      }
    }
    entries(first, last, reasons);
    if (reasons.isEmpty()) {
      reasons.add("nothing that is reached leads here");
    }
    return String.join("; ", reasons);
  }

  private void entries(int first, int last, List<String> reasons) {
    for (Map.Entry<Vector, Gate> gate : sorted(model.gates())) {
      int index = model.program().indexAt(gate.getValue().handler());
      if (index >= first && index <= last) {
        reasons.add("no " + gate.getKey().manualName() + " is ever delivered");
      }
    }
    way("SYSCALL", model.system().lstar(), first, last, reasons);
    way("SYSCALL from 32-bit code", model.system().cstar(), first, last, reasons);
    way("SYSENTER", model.system().sysenterEip(), first, last, reasons);
  }

  private void way(String name, long entry, int first, int last, List<String> reasons) {
    int index = entry == 0 ? -1 : model.program().indexAt(entry);
    if (index >= first && index <= last) {
      reasons.add("user mode does not enter by " + name);
    }
  }

  private static List<Map.Entry<Vector, Gate>> sorted(Map<Vector, Gate> gates) {
    return gates.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .collect(Collectors.toList());
  }

  /** The index of the instruction that a direct branch or call leads to; -1 for others. */
  private int target(Instruction instruction) {
    boolean branch =
        switch (instruction.opcode()) {
          case JMP, JCC, CALL -> true;
          default -> false;
        };
    return branch && instruction.operands().get(0) instanceof Operand.Immediate immediate
        ? model.program().indexAt(immediate.value())
        : -1;
  }
}
