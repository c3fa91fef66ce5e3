package org.trapnest.asm;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.diag.SourceSpan;

/** The files of one assembly, each read and cut into lines once. */
final class Files {
  private final SourceReader reader;
  private final Diagnostics diagnostics;
  private final Map<String, SourceFile> byPath = new LinkedHashMap<>();
  private final Map<String, SourceFile> byRequest = new HashMap<>();
  private final Map<String, List<LogicalLine>> lines = new HashMap<>();

  Files(SourceFile root, SourceReader reader, Diagnostics diagnostics) {
    this.reader = reader;
    this.diagnostics = diagnostics;
    byPath.put(root.path(), root);
  }

  /** All files, the root first, in the order in which they were first included. */
  List<SourceFile> all() {
    return new ArrayList<>(byPath.values());
  }

  List<LogicalLine> lines(SourceFile file) {
    return lines.computeIfAbsent(file.path(), path -> LineScanner.scan(file, diagnostics));
  }

  /**
   * The file that an include names.
   *
   * @param span where it is named
   */
  SourceFile include(String name, SourceFile from, SourceSpan span) throws Rejected {
    String request = from.path() + '\n' + name;
    SourceFile known = byRequest.get(request);
    if (known != null) {
      return known;
    }
    try {
      SourceFile read = reader.include(name, from);
      SourceFile file = byPath.computeIfAbsent(read.path(), path -> read);
      byRequest.put(request, file);
      return file;
    } catch (NoSuchFileException missing) {
      throw new Rejected(
          Problems.note(
              AsmProblem.INCLUDE_NOT_FOUND, span, "looked for: " + missing.getFile(), name));
    } catch (IOException unreadable) {
      throw Rejected.of(
          AsmProblem.INCLUDE_UNREADABLE, span, name, String.valueOf(unreadable.getMessage()));
    }
  }
}
