package org.trapnest.slip;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;
import org.trapnest.machine.Instruction;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.slip.Slip.Kind;

/** Finds the slips that can be made in the lines from which a model's program comes. */
public final class SlipFinder {
  /** What nothing runs behind, and what changes nothing when it runs twice. */
  private static final Pattern LEAVES_OR_REPEATS =
      Pattern.compile(
          "((jmp|ret|iret|sysret|sysexit|eret)[a-z]*"
              + "|j[a-z]+|(test|cmp|bt)[bwlq]?|cld|std|cli|clac|stac|nop|lfence|verw"
              + "|rdmsr|wrmsr|rdgsbase|wrgsbase)\\b.*");

  private static final Pattern MOVE =
      Pattern.compile("(mov(abs)?|lea)[bwlq]?\\s+(?<source>.*),\\s*(?<target>[^,()]*(\\(.*\\))?)");

  private SlipFinder() {}

  /**
   * All slips of some kinds, by file and line. A line of a macro is one line, however often it is
   * expanded. Two lines are exchanged where the second has no label and both hold code of the
   * program; a line is doubled where a second run of it is reached and may do something.
   *
   * @param reached the indexes of the instructions that some run reaches; the others' lines are
   *     left out, since nothing could notice
   */
  public static List<Slip> find(ConfiguredModel model, Collection<Kind> kinds, BitSet reached) {
    Map<String, TreeSet<Integer>> lines = new TreeMap<>();
    Map<String, SourceFile> files = new TreeMap<>();
    for (Instruction instruction : model.machine().program().instructions()) {
      SourceSpan span = instruction.span();
      if (reached.get(instruction.index())) {
        files.put(span.file().path(), span.file());
        lines.computeIfAbsent(span.file().path(), p -> new TreeSet<>()).add(span.line());
      }
    }
    List<Slip> slips = new ArrayList<>();
    lines.forEach(
        (path, numbers) -> {
          for (int line : numbers) {
            for (Kind kind : kinds) {
              slip(files.get(path), line, kind, numbers).ifPresent(slips::add);
            }
          }
        });
    return slips;
  }

  private static Optional<Slip> slip(
      SourceFile file, int line, Kind kind, TreeSet<Integer> program) {
    Optional<CodeLine> code = code(file, line);
    if (code.isEmpty()) {
      return Optional.empty();
    }
    boolean possible =
        switch (kind) {
          case DROP -> true;
          case DOUBLE ->
              !LEAVES_OR_REPEATS.matcher(code.get().code()).matches() && !isCopy(code.get());
          case SWAP -> isSwappable(file, line, code.get(), program);
        };
    return possible
        ? Optional.of(new Slip(file.path(), line, kind, code.get().code()))
        : Optional.empty();
  }

  private static boolean isSwappable(
      SourceFile file, int line, CodeLine code, TreeSet<Integer> program) {
    Optional<CodeLine> next = program.contains(line + 1) ? code(file, line + 1) : Optional.empty();
    return next.filter(n -> n.labels().isBlank() && !n.code().equals(code.code())).isPresent();
  }

  private static Optional<CodeLine> code(SourceFile file, int line) {
    return line <= file.lineCount() ? CodeLine.of(file.lineText(line)) : Optional.empty();
  }

  /** Whether the line moves a value to where it does not depend on. */
  private static boolean isCopy(CodeLine code) {
    Matcher move = MOVE.matcher(code.code());
    if (!move.matches()) {
      return false;
    }
    String target = move.group("target");
    return target.contains("(") || !move.group("source").contains(target);
  }
}
