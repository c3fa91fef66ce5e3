package org.trapnest.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the model files that a command line names. */
final class ModelFiles {
  private static final String ENDING = ".S";

  private ModelFiles() {}

  /**
   * A model file.
   *
   * @param path the path to read
   * @param name its name in tables: below the folder given, without the ending
   */
  record Found(String path, String name) {}

  /** The model files among files and folders, sorted within each folder. */
  static List<Found> find(List<Path> arguments) {
    List<Found> found = new ArrayList<>();
    for (Path argument : arguments) {
      if (Files.isDirectory(argument)) {
        found.addAll(inFolder(argument));
      } else if (Files.exists(argument)) {
        found.add(new Found(argument.toString(), nameOfFile(argument)));
      } else {
        throw new Rejection(ExitStatus.USAGE, "there is no file or folder '" + argument + "'");
      }
    }
    if (found.isEmpty()) {
      throw new Rejection(ExitStatus.USAGE, "no model files (*.S) in " + arguments.toString());
    }
    return found;
  }

  private static List<Found> inFolder(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(f -> f.toString().endsWith(ENDING) && Files.isRegularFile(f))
          .sorted()
          .map(f -> new Found(f.toString(), prefix(folder) + strip(folder.relativize(f))))
          .toList();
    } catch (IOException failure) {
      throw new Rejection(
          ExitStatus.USAGE, "the folder '" + folder + "' cannot be read: " + failure.getMessage());
    }
  }

  /** A folder below {@code models} keeps its part of the name. */
  private static String prefix(Path folder) {
    String below = belowModels(folder.toAbsolutePath().normalize());
    return below.isEmpty() ? "" : below + "/";
  }

  private static String nameOfFile(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    String below = belowModels(whole);
    return below.isEmpty() ? strip(whole.getFileName()) : strip(Path.of(below));
  }

  private static String belowModels(Path whole) {
    for (int i = whole.getNameCount() - 2; i >= 0; i--) {
      if (whole.getName(i).toString().equals("models")) {
        return whole.subpath(i + 1, whole.getNameCount()).toString().replace('\\', '/');
      }
    }
    return "";
  }

  private static String strip(Path path) {
    String name = path.toString().replace('\\', '/');
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }
}
