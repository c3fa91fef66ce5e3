package org.trapnest.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Programs of the instruction subset: one body for each entry point, in a fixed surrounding. */
final class RandomProgram {
  private static final int MOST = 9;

  private final ProgramStyle style;
  private final List<List<String>> bodies;

  private RandomProgram(ProgramStyle style, List<List<String>> bodies) {
    this.style = style;
    this.bodies = bodies;
  }

  /** A program of a style. */
  static RandomProgram of(ProgramStyle style, Random random) {
    List<List<String>> bodies = new ArrayList<>();
    for (int i = 0; i < style.entries().size(); i++) {
      List<String> body = new ArrayList<>();
      int count = 1 + random.nextInt(MOST);
      for (int j = 0; j < count; j++) {
        body.add(style.instruction(random));
      }
      bodies.add(body);
    }
    return new RandomProgram(style, bodies);
  }

  /** The model's text. */
  String text() {
    StringBuilder text = new StringBuilder(style.head());
    for (int i = 0; i < bodies.size(); i++) {
      String name = style.entries().get(i);
      text.append(name).append(":\n");
      for (List<String> part : List.of(style.beginning(name), bodies.get(i), style.end(name))) {
        part.forEach(line -> text.append('\t').append(line).append('\n'));
      }
    }
    return text.toString();
  }

  /** How many lines the bodies have. */
  int lines() {
    return bodies.stream().mapToInt(List::size).sum();
  }

  /** The program without one line, counted over all bodies. */
  RandomProgram without(int line) {
    List<List<String>> copy = new ArrayList<>();
    int left = line;
    for (List<String> body : bodies) {
      List<String> lines = new ArrayList<>(body);
      if (left >= 0 && left < lines.size()) {
        lines.remove(left);
      }
      left -= body.size();
      copy.add(lines);
    }
    return new RandomProgram(style, copy);
  }

  /** Whether a line holds the instruction with an index. */
  boolean runs(int line, int index) {
    int number = 0;
    int first = 0;
    for (int i = 0; i < bodies.size(); i++) {
      first += count(style.beginning(style.entries().get(i)));
      for (String text : bodies.get(i)) {
        int next = first + count(List.of(text));
        if (number == line) {
          return first <= index && index < next;
        }
        number++;
        first = next;
      }
      first += count(style.end(style.entries().get(i)));
    }
    return false;
  }

  private static int count(List<String> lines) {
    return lines.stream().mapToInt(line -> line.split(";").length).sum();
  }
}
