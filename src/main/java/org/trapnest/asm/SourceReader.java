package org.trapnest.asm;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.trapnest.diag.SourceFile;

/** Reads files by path, so that tests can assemble from memory. */
@FunctionalInterface
public interface SourceReader {

  /**
   * Reads a file.
   *
   * @param path a path relative to the working folder, or absolute
   * @throws java.nio.file.NoSuchFileException when there is none
   * @throws IOException when it cannot be read, is not text, or is too long to be a model
   */
  SourceFile read(String path) throws IOException;

  /**
   * Reads the file that an include names: relative to the folder of the including file.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   * @throws IOException as {@link #read} does
   */
  default SourceFile include(String name, SourceFile from) throws IOException {
    return read(beside(name, from.path()));
  }

  /** The path that {@code name} has seen from the folder of {@code from}, without {@code ..}. */
  static String beside(String name, String from) {
    int slash = from.lastIndexOf('/');
    return normalized(
        name.startsWith("/") || slash < 0 ? name : from.substring(0, slash + 1) + name);
  }

  /** A path with {@code .}, {@code x/..} and doubled slashes resolved. */
  static String normalized(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.replace('\\', '/').split("/")) {
      boolean climbs = part.equals("..") && !parts.isEmpty() && !parts.peekLast().equals("..");
      if (climbs) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return (path.startsWith("/") ? "/" : "") + String.join("/", parts);
  }
}
