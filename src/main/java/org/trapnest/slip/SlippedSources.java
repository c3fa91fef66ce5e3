package org.trapnest.slip;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.trapnest.asm.SourceReader;
import org.trapnest.diag.SourceFile;

/** Reads files as they are, but for one slip. */
final class SlippedSources implements SourceReader {
  private final SourceReader sources;
  private final Slip slip;

  SlippedSources(SourceReader sources, Slip slip) {
    this.sources = sources;
    this.slip = slip;
  }

  @Override
  public SourceFile read(String path) throws IOException {
    return slipped(sources.read(path));
  }

  @Override
  public SourceFile include(String name, SourceFile from) throws IOException {
    return slipped(sources.include(name, from));
  }

  private SourceFile slipped(SourceFile file) {
    if (!file.path().equals(slip.path())) {
      return file;
    }
    List<String> lines = new ArrayList<>();
    for (int line = 1; line <= file.lineCount(); line++) {
      lines.add(file.lineText(line));
    }
    int at = slip.line() - 1;
    CodeLine code = CodeLine.of(lines.get(at)).orElseThrow();
    switch (slip.kind()) {
      case DROP -> lines.set(at, code.labels());
      case DOUBLE -> lines.set(at, code.whole() + "; " + code.code());
      case SWAP -> {
        CodeLine next = CodeLine.of(lines.get(at + 1)).orElseThrow();
        lines.set(at, code.labels() + next.code());
        lines.set(at + 1, "\t" + code.code());
      }
    }
    return new SourceFile(file.path(), String.join("\n", lines));
  }
}
