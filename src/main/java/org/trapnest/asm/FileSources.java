package org.trapnest.asm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.trapnest.diag.SourceFile;

/**
 * Reads models from the file system.
 *
 * <p>An include is looked for beside the file that names it, then in the include folders in their
 * order.
 */
public final class FileSources implements SourceReader {
  /** The longest file that is taken for a model. */
  public static final int MAX_BYTES = 4 << 20;

  private final List<String> includeFolders;

  public FileSources() {
    this(List.of());
  }

  public FileSources(List<String> includeFolders) {
    this.includeFolders = List.copyOf(includeFolders);
  }

  @Override
  public SourceFile read(String path) throws IOException {
    Path file = path(path);
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder");
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException(path);
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (AccessDeniedException denied) {
      throw new IOException("there is no permission to read it", denied);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException("it is longer than " + (MAX_BYTES >> 20) + " MiB");
    }
    return new SourceFile(path.replace('\\', '/'), decode(bytes));
  }

  private static Path path(String path) throws IOException {
    try {
      return Path.of(path);
    } catch (InvalidPathException invalid) {
      throw new IOException("its name is not a path", invalid);
    }
  }

  private static String decode(byte[] bytes) throws IOException {
    for (byte b : bytes) {
      if (b == 0) {
        throw new IOException("it is a binary file: it holds a zero byte");
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException notText) {
      throw new IOException("it is not text in UTF-8", notText);
    }
  }

  @Override
  public SourceFile include(String name, SourceFile from) throws IOException {
    List<String> tried = new ArrayList<>();
    tried.add(SourceReader.beside(name, from.path()));
    if (!name.startsWith("/")) {
      includeFolders.forEach(folder -> tried.add(SourceReader.normalized(folder + "/" + name)));
    }
    for (String path : tried) {
      if (Files.isRegularFile(path(path))) {
        return read(path);
      }
    }
    throw new NoSuchFileException(String.join(", ", tried));
  }
}
