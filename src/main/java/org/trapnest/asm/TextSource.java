package org.trapnest.asm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Statements that are being read: a file, a macro's expansion or a repeat. Hands them out lazily.
 */
final class TextSource {
  /** What is being read. */
  enum Kind {
    FILE,
    MACRO,
    REPEAT
  }

  private final Kind kind;
  private final String name;
  private final List<LogicalLine> body;
  private final long rounds;

  /** The substitution of each round. */
  private final IntFunction<Optional<Substitution>> substitutions;

  private final Deque<LogicalLine> ready = new ArrayDeque<>();
  private Optional<Substitution> substitution = Optional.empty();
  private long round = -1;
  private int at;

  TextSource(
      Kind kind,
      String name,
      List<LogicalLine> body,
      long rounds,
      IntFunction<Optional<Substitution>> substitutions) {
    this.kind = kind;
    this.name = name;
    this.body = body;
    this.rounds = body.isEmpty() ? 0 : rounds;
    this.substitutions = substitutions;
    this.at = body.size();
  }

  static TextSource file(String path, List<LogicalLine> lines) {
    return new TextSource(Kind.FILE, path, lines, 1, round -> Optional.empty());
  }

  static TextSource macro(String name, List<LogicalLine> body, Substitution substitution) {
    return new TextSource(Kind.MACRO, name, body, 1, round -> Optional.of(substitution));
  }

  Kind kind() {
    return kind;
  }

  /** The file's path or the macro's name. */
  String name() {
    return name;
  }

  /** The next statement with its parameters replaced, or nothing at the end. */
  Optional<LogicalLine> next() throws Rejected {
    while (ready.isEmpty()) {
      if (at == body.size()) {
        if (++round >= rounds) {
          return Optional.empty();
        }
        at = 0;
        substitution = substitutions.apply((int) Math.min(round, Integer.MAX_VALUE));
      }
      LogicalLine line = body.get(at++);
      if (substitution.isEmpty()) {
        return Optional.of(line);
      }
      ready.addAll(substitution.get().apply(line).statements());
    }
    return Optional.of(ready.remove());
  }
}
