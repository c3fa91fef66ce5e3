package org.trapnest.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.SourceSpan;
import org.trapnest.x86.Vector;

/**
 * Reads the {@code fred} annotation: {@code fred entry USER[, KERNEL] [level DB 1, NMI 2 …]
 * [red-zone BYTES]}.
 */
final class FredReader {
  private static final int RED_ZONE_UNIT = 64;
  private static final int LARGEST_RED_ZONE = 7 * RED_ZONE_UNIT;
  private static final int EXCEPTION_VECTORS = 32;

  private final Declarations declared;

  FredReader(Declarations declared) {
    this.declared = declared;
  }

  void read(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    if (declared.fred.isPresent()) {
      cursor.fail(ModelProblem.DUPLICATE_DECLARATION, place, "FRED");
    }
    cursor.expect("entry");
    String user = cursor.word("the label of the entry point from user mode");
    Optional<String> kernel =
        cursor.accept(",")
            ? Optional.of(cursor.word("the label of the entry point from the kernel"))
            : Optional.empty();
    Map<Vector, Integer> levels = new EnumMap<>(Vector.class);
    long redZone = 0;
    while (!cursor.atEnd()) {
      if (cursor.accept("level")) {
        levels(cursor, levels);
      } else if (cursor.accept("red-zone")) {
        redZone = redZone(cursor);
      } else {
        throw cursor.reject("'level' or 'red-zone'");
      }
    }
    declared.fred = Optional.of(new Declarations.FredLine(user, kernel, levels, redZone, place));
  }

  private static void levels(AnnotationCursor cursor, Map<Vector, Integer> levels) {
    do {
      SourceSpan place = cursor.here();
      Vector vector = EventReader.vector(cursor);
      if (vector.number() >= EXCEPTION_VECTORS && vector != Vector.IRQ) {
        cursor.fail(ModelProblem.UNKNOWN_NAME, place, "vector with a stack level", vector.name());
      }
      levels.put(vector, (int) cursor.number("the stack level", 0, 3));
    } while (cursor.accept(","));
  }

  private static long redZone(AnnotationCursor cursor) {
    SourceSpan place = cursor.here();
    long bytes = cursor.number("the bytes of the red zone", 0, LARGEST_RED_ZONE);
    if (bytes % RED_ZONE_UNIT != 0) {
      cursor.fail(ModelProblem.OUT_OF_RANGE, place, "the red zone", "a multiple of 64", bytes);
      return 0;
    }
    return bytes;
  }
}
