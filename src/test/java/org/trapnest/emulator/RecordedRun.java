package org.trapnest.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A program, the general-purpose registers that it begins with, and the choices of one run.
 *
 * <p>As text: a line {@code // registers} with sixteen numbers in the order of the slots, a line
 * {@code // choices} with choice numbers ({@code 20000*3} is one of them three times), then the
 * model. All numbers are hexadecimal.
 *
 * @param program the model's text
 * @param registers by slot; that of RSP is not used
 */
record RecordedRun(String program, List<Long> registers, List<Integer> choices) {
  private static final String REGISTERS = "// registers ";
  private static final String CHOICES = "// choices ";
  private static final int HEX = 16;

  RecordedRun {
    registers = List.copyOf(registers);
    choices = List.copyOf(choices);
  }

  static List<Long> registers(long... values) {
    return LongStream.of(values).boxed().toList();
  }

  RecordedRun with(List<Integer> otherChoices) {
    return new RecordedRun(program, registers, otherChoices);
  }

  /** Reads what {@link #text} wrote. */
  static RecordedRun parse(String text) {
    List<Long> registers = new ArrayList<>();
    List<Integer> choices = new ArrayList<>();
    StringBuilder program = new StringBuilder();
    for (String line : text.lines().toList()) {
      if (line.startsWith(REGISTERS)) {
        for (String word : line.substring(REGISTERS.length()).split(" ")) {
          registers.add(Long.parseUnsignedLong(word, HEX));
        }
      } else if (line.startsWith(CHOICES)) {
        for (String word : line.substring(CHOICES.length()).split(" ")) {
          String[] parts = word.split("\\*");
          int times = parts.length == 1 ? 1 : Integer.parseInt(parts[1], HEX);
          for (int i = 0; i < times; i++) {
            choices.add(Integer.parseInt(parts[0], HEX));
          }
        }
      } else {
        program.append(line).append('\n');
      }
    }
    return new RecordedRun(program.toString(), registers, choices);
  }

  String text() {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < choices.size(); ) {
      int same = i + 1;
      while (same < choices.size() && choices.get(same).equals(choices.get(i))) {
        same++;
      }
      String word = Integer.toHexString(choices.get(i));
      words.add(same == i + 1 ? word : word + "*" + Integer.toHexString(same - i));
      i = same;
    }
    String values = registers.stream().map(Long::toHexString).collect(Collectors.joining(" "));
    return REGISTERS + values + "\n" + CHOICES + String.join(" ", words) + "\n" + program;
  }
}
