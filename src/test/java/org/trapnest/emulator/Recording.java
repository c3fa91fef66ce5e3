package org.trapnest.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.trapnest.machine.MachineModel;
import org.trapnest.machine.MachineState;
import org.trapnest.machine.Program;
import org.trapnest.machine.Region;
import org.trapnest.machine.Slot;
import org.trapnest.x86.Selectors;

/**
 * What a processor did with ordinary instructions: {@code src/test/resources/recorded}, written by
 * {@code record.c} there.
 */
final class Recording {
  /** The registers of a line, by slot: rax rbx rcx rdx rsi rdi, then RFLAGS. */
  static final int[] SLOTS = {Slot.RAX, 3, Slot.RCX, Slot.RDX, 6, 7, Slot.RFLAGS};

  private static final int WORDS = 4;
  private static final Path FILE = Path.of("src/test/resources/recorded/recording.txt");

  private final String processor;
  private final Map<String, List<Case>> cases = new LinkedHashMap<>();

  /** One run of an instruction: {@link #SLOTS}, then four words of memory, before and behind it. */
  record Case(String line, long[] before, long[] after) {}

  Recording() {
    List<String> lines;
    try {
      lines = Files.readAllLines(FILE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    processor = lines.get(0).substring(2);
    List<Case> current = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.startsWith("T ")) {
        current = new ArrayList<>();
        cases.put(line.substring(2), current);
      } else {
        current.add(parse(line));
      }
    }
  }

  private static Case parse(String line) {
    String[] words = line.split(" ");
    int count = SLOTS.length + WORDS;
    long[] before = new long[count];
    long[] after = new long[count];
    for (int i = 0; i < count; i++) {
      before[i] = Long.parseUnsignedLong(words[1 + i], 16);
      String behind = words[2 + count + i];
      after[i] = behind.equals("=") ? before[i] : Long.parseUnsignedLong(behind, 16);
    }
    return new Case(line, before, after);
  }

  /** The processor on which it was made. */
  String processor() {
    return processor;
  }

  /** The cases of each instruction, in the order of the recording. */
  Map<String, List<Case>> cases() {
    return cases;
  }

  /** Writes a model whose text is all the instructions, and returns its file. */
  Path writeModel(Path folder) throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            //@ model "Ordinary instructions, each to be run by itself."
            //@ stack thread words 16
            //@ variable buf count 4
            //@ entry syscall -> first
            //@ user syscall
            first:
            """);
    cases.keySet().forEach(t -> text.append('\t').append(t).append('\n'));
    Path file = folder.resolve("recorded.S");
    Files.writeString(file, text.append("\tud2\n").toString());
    return file;
  }

  /** The variable that the instructions use as memory. */
  static Region memory(MachineModel model) {
    return model.memory().byName("buf").orElseThrow();
  }

  /** Puts a state before an instruction, in the kernel with interrupts off. */
  static void load(MachineState state, MachineModel model, int index, long[] values) {
    Region memory = memory(model);
    for (int i = 0; i < SLOTS.length; i++) {
      state.write(SLOTS[i], value(values, i, memory));
    }
    for (int i = 0; i < WORDS; i++) {
      state.write(memory.firstSlot() + i, values[SLOTS.length + i]);
    }
    state.write(Slot.FLAGS_TOKEN, 0);
    state.write(Slot.RIP, Program.address(index));
    state.write(Slot.CS, Selectors.KERNEL_CS);
    state.write(Slot.SS, Selectors.KERNEL_DS);
    state.write(Slot.CR3, model.system().kernelCr3());
  }

  /** The value of a slot of {@link #SLOTS} in a line. */
  static long value(long[] values, int position, Region memory) {
    return switch (SLOTS[position]) {
      case 6, 7 -> values[position] + memory.base();
      case Slot.RFLAGS -> values[position] | org.trapnest.x86.Rflags.FIXED;
      default -> values[position];
    };
  }
}
