package org.trapnest.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;

/** Damaged property files: each is either read or complained about, with spans inside the file. */
class PropertyParserFuzzTest {
  private static final int FILES = 3000;
  private static final List<String> PIECES =
      List.of("(", ")", "[", "\"", "not ", "implies ", "s<", "0x", "-", "property ", ": ", "é", "");

  @Test
  void file_damagedAtRandom_isReadOrReported() throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    String sound = Files.readString(Path.of("properties/nmi.prop"));
    int whole = PropertyParser.parse(new SourceFile("s", sound), new Diagnostics()).size();
    int reported = 0;
    for (int i = 0; i < FILES; i++) {
      StringBuilder text = new StringBuilder(sound);
      for (int damage = random.nextInt(1, 4); damage > 0; damage--) {
        int start = random.nextInt(text.length());
        int end = Math.min(text.length(), start + random.nextInt(8));
        text.replace(start, end, PIECES.get(random.nextInt(PIECES.size())));
      }
      Diagnostics diagnostics = new Diagnostics();
      SourceFile file = new SourceFile("fuzz.prop", text.toString());
      int read = PropertyParser.parse(file, diagnostics).size();
      assertTrue(read <= whole + 3);
      diagnostics.all().forEach(d -> assertTrue(d.span().end() <= file.text().length()));
      assertEquals(diagnostics.all().size() > 0, diagnostics.hasErrors());
      reported += diagnostics.hasErrors() ? 1 : 0;
    }
    assertTrue(reported > FILES / 2, "only " + reported + " files were reported");
  }
}
