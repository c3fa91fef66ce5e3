package org.trapnest.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the package table: a package imports only from lower levels. */
class PackageTableTest {
  private static final String BASE = "org.trapnest.";
  private static final Path MAIN = Path.of("src/main/java/org/trapnest");
  private static final int MOST_LINES = 600;

  private static final Map<String, Integer> LEVELS =
      Map.ofEntries(
          Map.entry("bits", 0),
          Map.entry("diag", 0),
          Map.entry("transition", 0),
          Map.entry("bench", 1),
          Map.entry("x86", 1),
          Map.entry("store", 1),
          Map.entry("asm", 2),
          Map.entry("machine", 2),
          Map.entry("explore", 2),
          Map.entry("layout", 3),
          Map.entry("property", 3),
          Map.entry("model", 4),
          Map.entry("trace", 5),
          Map.entry("coverage", 5),
          Map.entry("slip", 5),
          Map.entry("report", 6),
          Map.entry("emulator", 6),
          Map.entry("cli", 7));

  private static JavaClasses classes() {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("org.trapnest");
  }

  @Test
  void everyPackage_standsInTheTable_andSaysWhatItIsFor() throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> folders = Files.list(MAIN)) {
      folders.filter(Files::isDirectory).forEach(f -> found.add(f.getFileName().toString()));
    }
    assertEquals(new TreeSet<>(LEVELS.keySet()), found);
    for (String name : found) {
      assertTrue(Files.exists(MAIN.resolve(name).resolve("package-info.java")), name);
    }
  }

  @Test
  void everyImport_leadsToALowerLevel() {
    List<String> wrong = new ArrayList<>();
    JavaClasses classes = classes();
    assertFalse(classes.isEmpty());
    for (JavaClass origin : classes) {
      String from = packageOf(origin.getPackageName());
      origin
          .getDirectDependenciesFromSelf()
          .forEach(
              d -> {
                String to = packageOf(d.getTargetClass().getPackageName());
                boolean inside = LEVELS.containsKey(to) && !to.equals(from);
                if (inside && LEVELS.get(to) >= LEVELS.get(from)) {
                  wrong.add(d.getDescription());
                }
              });
    }
    assertEquals(List.of(), wrong);
  }

  private static String packageOf(String name) {
    return name.startsWith(BASE) ? name.substring(BASE.length()) : name;
  }

  @Test
  void everyFile_staysShort() throws IOException {
    List<String> tooLong = new ArrayList<>();
    try (Stream<Path> files = Files.walk(MAIN)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        if (Files.readAllLines(file).size() > MOST_LINES) {
          tooLong.add(file.toString());
        }
      }
    }
    assertEquals(List.of(), tooLong);
  }
}
