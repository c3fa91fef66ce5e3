package org.trapnest.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trapnest.diag.SourceFile;

class FileSourcesTest {
  @TempDir Path folder;

  private String write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return file.toString().replace('\\', '/');
  }

  private String refusal(byte[] bytes) throws IOException {
    String path = write("x.S", bytes);
    return assertThrows(IOException.class, () -> new FileSources().read(path)).getMessage();
  }

  @Test
  void file_ofText_isRead() throws IOException {
    String path = write("a.S", "nop // ä\n".getBytes(StandardCharsets.UTF_8));
    SourceFile file = new FileSources().read(path);
    assertEquals("nop // ä\n", file.text());
    assertEquals(path, file.path());
  }

  @Test
  void file_withAZeroByte_isRefused() throws IOException {
    assertTrue(refusal(new byte[] {'a', 0, 'b'}).contains("zero byte"));
  }

  @Test
  void file_notInUtf8_isRefused() throws IOException {
    assertTrue(refusal(new byte[] {'a', (byte) 0xff}).contains("UTF-8"));
  }

  @Test
  void file_tooLong_isRefused() throws IOException {
    byte[] bytes = " ".repeat(FileSources.MAX_BYTES + 1).getBytes(StandardCharsets.UTF_8);
    assertTrue(refusal(bytes).contains("longer than 4 MiB"));
  }

  @Test
  void folder_asFile_isRefused() {
    IOException refused =
        assertThrows(IOException.class, () -> new FileSources().read(folder.toString()));
    assertTrue(refused.getMessage().contains("folder"));
  }

  @Test
  void file_missing_isNotFound() {
    assertThrows(NoSuchFileException.class, () -> new FileSources().read(folder + "/nothing.S"));
  }

  @Test
  void include_besideTheFileAndInAFolder_prefersTheFirst() throws IOException {
    SourceFile from = new SourceFile(write("m/main.S", new byte[0]), "");
    write("lib/x.S", new byte[] {'l'});
    write("lib/y.S", new byte[] {'l'});
    write("m/x.S", new byte[] {'m'});
    FileSources sources = new FileSources(List.of(folder + "/lib"));
    assertEquals("m", sources.include("x.S", from).text());
    assertEquals("l", sources.include("y.S", from).text());
    assertEquals("l", sources.include("../lib/x.S", from).text());
    NoSuchFileException missing =
        assertThrows(NoSuchFileException.class, () -> sources.include("z.S", from));
    assertTrue(missing.getFile().contains("m/z.S, "), missing.getFile());
  }

  @Test
  void paths_withDots_areNormalized() {
    assertEquals("a/c.S", SourceReader.normalized("a/./b/..//c.S"));
    assertEquals("../c.S", SourceReader.normalized("a/../../c.S"));
    assertEquals("/c.S", SourceReader.normalized("/a/../c.S"));
    assertEquals("m/x.S", SourceReader.beside("x.S", "m/main.S"));
    assertEquals("x.S", SourceReader.beside("x.S", "main.S"));
    assertEquals("/x.S", SourceReader.beside("/x.S", "m/main.S"));
  }
}
