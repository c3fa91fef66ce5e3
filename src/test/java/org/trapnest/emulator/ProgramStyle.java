package org.trapnest.emulator;

import java.util.List;
import java.util.Random;

/** What random programs are made of. */
interface ProgramStyle {
  /** One of some choices. */
  static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** The model's declarations. */
  String head();

  /** The labels of the entry points. */
  List<String> entries();

  /** A random line: one instruction, or several behind each other with semicolons between. */
  String instruction(Random random);

  /** The lines with which an entry begins. */
  List<String> beginning(String entry);

  /** The lines with which an entry ends. */
  List<String> end(String entry);
}
