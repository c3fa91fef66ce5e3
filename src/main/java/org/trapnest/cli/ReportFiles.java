package org.trapnest.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files whole: to a temporary file beside the target, which then takes its place. */
final class ReportFiles {
  private final Path folder;

  /**
   * A folder for reports, made when it is not there.
   *
   * @throws Rejection if it cannot be made or written
   */
  ReportFiles(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".trapnest", ".tmp"));
    } catch (IOException failure) {
      throw new Rejection(ExitStatus.USAGE, "the report folder '" + folder + "' cannot be written");
    }
  }

  /**
   * Writes one file, whose name may have folders.
   *
   * @throws Rejection if it cannot be written
   */
  void write(String name, String content) {
    Path target = folder.resolve(name);
    try {
      Files.createDirectories(target.getParent());
      Path temporary = Files.createTempFile(target.getParent(), ".trapnest", ".tmp");
      try {
        Files.write(temporary, content.getBytes(StandardCharsets.UTF_8));
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException failure) {
      throw new Rejection(
          ExitStatus.USAGE, "'" + target + "' cannot be written: " + failure.getMessage());
    }
  }
}
