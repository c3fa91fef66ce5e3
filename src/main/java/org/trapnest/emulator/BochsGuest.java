package org.trapnest.emulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processor and memory of a Bochs process. Parameters have the names that Bochs saves them
 * under, with a dot between a list and its member. Confined to one thread.
 */
final class BochsGuest {
  private static final Pattern VALUE =
      Pattern.compile("(?m)^\\S+ = (0x[0-9a-fA-F]+|\\d+|true|false)\\s*$");
  private static final Pattern WORD = Pattern.compile("0x([0-9a-fA-F_]+)");
  private static final int MOST_WORDS = 512;

  private final Bochs bochs;

  BochsGuest(Bochs bochs) {
    this.bochs = bochs;
  }

  /** Reads parameters; a truth value is 0 or 1. */
  Map<String, Long> read(List<String> names) {
    List<String> commands = names.stream().map(n -> "show \"cpu0." + n + "\"").toList();
    List<String> answers = bochs.ask(commands);
    Map<String, Long> values = new LinkedHashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      Matcher value = VALUE.matcher(answers.get(i));
      if (!value.find()) {
        throw new EmulatorFailure("Bochs has no " + names.get(i) + ": " + answers.get(i));
      }
      values.put(names.get(i), parse(value.group(1)));
    }
    return values;
  }

  private static long parse(String text) {
    return switch (text) {
      case "true" -> 1;
      case "false" -> 0;
      default ->
          text.startsWith("0x")
              ? Long.parseUnsignedLong(text.substring(2), 16)
              : Long.parseLong(text);
    };
  }

  /** Writes parameters. */
  void write(Map<String, Long> values) {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((name, value) -> texts.put(name, "0x" + Long.toHexString(value)));
    writeTexts(texts);
  }

  /** Writes parameters, as texts that Bochs would save. */
  void writeTexts(Map<String, String> values) {
    Map<String, StringBuilder> lists = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          int dot = name.lastIndexOf('.');
          String list = dot < 0 ? "" : name.substring(0, dot);
          lists
              .computeIfAbsent(list, l -> new StringBuilder())
              .append(name.substring(dot + 1))
              .append(" = ")
              .append(value)
              .append('\n');
        });
    StringBuilder text = new StringBuilder();
    lists.forEach(
        (list, members) ->
            text.append(list.isEmpty() ? members : list + " = {\n" + members + "}\n"));
    bochs.restore(text.toString());
  }

  /** Runs one instruction, or delivers what is pending at the boundary before it. */
  void step() {
    bochs.ask("s");
  }

  /** Reads physical memory. */
  byte[] readMemory(long physical, int length) {
    long first = physical & -8;
    int words = (int) ((physical + length - first + 7) / 8);
    ByteBuffer found = ByteBuffer.allocate(8 * words).order(ByteOrder.LITTLE_ENDIAN);
    List<String> commands = new ArrayList<>();
    for (int done = 0; done < words; done += MOST_WORDS) {
      int part = Math.min(MOST_WORDS, words - done);
      commands.add("xp /%dgx 0x%x".formatted(part, first + 8L * done));
    }
    for (String answer : bochs.ask(commands)) {
      for (String line : answer.split("\n")) {
        int colon = line.indexOf(">:");
        Matcher word = WORD.matcher(line);
        for (int at = colon; at >= 0 && word.find(at); at = word.end()) {
          found.putLong(Long.parseUnsignedLong(word.group(1).replace("_", ""), 16));
        }
      }
    }
    byte[] result = new byte[length];
    found.position((int) (physical - first)).get(result);
    return result;
  }

  /** Writes physical memory, at a multiple of four bytes. */
  void writeMemory(long physical, byte[] bytes) {
    write(physical, bytes, true);
  }

  /** Writes physical memory that is zero, at a multiple of four bytes. */
  void fillMemory(long physical, byte[] bytes) {
    write(physical, bytes, false);
  }

  private void write(long physical, byte[] bytes, boolean zerosToo) {
    if ((physical & 3) != 0 || bytes.length % 4 != 0) {
      throw new IllegalArgumentException("not whole words of four bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<String> commands = new ArrayList<>();
    while (buffer.hasRemaining()) {
      long at = physical + buffer.position();
      int word = buffer.getInt();
      if (zerosToo || word != 0) {
        commands.add("setpmem 0x%x 4 0x%x".formatted(at, word));
      }
    }
    bochs.ask(commands);
  }
}
