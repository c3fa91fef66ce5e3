package org.trapnest.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the README's table of models against the committed summary. */
class ReadmeTest {
  private static final String BEGIN = "<!-- models:begin -->";
  private static final String HEAD =
      "| model | configuration | verdict | states | transitions | depth | scope |";
  private static final String NEXT_SECTION = "## Defences taken out";
  private static final String END = "<!-- models:end -->";

  @Test
  void tableOfModels_isTheOneOfTheSummary() throws IOException {
    List<String> summary = Files.readAllLines(Path.of("reports/summary.md"));
    int from = summary.indexOf(HEAD);
    int to = summary.indexOf(NEXT_SECTION);
    String table = summary.subList(from, to).stream().collect(Collectors.joining("\n"));
    String readme = Files.readString(Path.of("README.md"));
    String shown =
        readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END)).strip();
    assertEquals(table.strip(), shown);
  }
}
