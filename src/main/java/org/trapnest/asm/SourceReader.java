package org.trapnest.asm;

import java.io.IOException;
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
}
