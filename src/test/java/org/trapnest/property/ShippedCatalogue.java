package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.trapnest.diag.DiagnosticPrinter;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;

/** The properties that the project ships, for tests of whatever uses them. */
public final class ShippedCatalogue {
  private ShippedCatalogue() {}

  /** All of them, file by file. */
  public static PropertyCatalogue read() {
    List<SourceFile> files = new ArrayList<>();
    try (Stream<Path> paths = Files.list(Path.of("properties"))) {
      for (Path path : paths.filter(p -> p.toString().endsWith(".prop")).sorted().toList()) {
        files.add(new SourceFile(path.toString(), Files.readString(path)));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Diagnostics diagnostics = new Diagnostics();
    PropertyCatalogue catalogue = PropertyCatalogue.parse(files, diagnostics);
    assertEquals("", DiagnosticPrinter.print(diagnostics.all()));
    return catalogue;
  }
}
