package org.trapnest.property;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The constant pool of a generated class. Source: The Java Virtual Machine Specification, Java SE
 * 17 Edition, section 4.4 "The Constant Pool".
 */
final class ConstantPool {
  private static final int MAX_ENTRIES = 65_535;
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private final Map<List<Object>, Integer> indexes = new HashMap<>();
  private int nextIndex = 1;

  int utf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return entry(
        List.of("utf8", text),
        1,
        () -> {
          entries.write(1);
          ClassBytes.u2(entries, bytes.length);
          entries.writeBytes(bytes);
        });
  }

  int className(String internalName) {
    int name = utf8(internalName);
    return entry(
        List.of("class", name),
        1,
        () -> {
          entries.write(7);
          ClassBytes.u2(entries, name);
        });
  }

  int longConstant(long value) {
    return entry(
        List.of("long", value),
        2,
        () -> {
          entries.write(5);
          ClassBytes.u4(entries, (int) (value >>> 32));
          ClassBytes.u4(entries, (int) value);
        });
  }

  int intConstant(int value) {
    return entry(
        List.of("int", value),
        1,
        () -> {
          entries.write(3);
          ClassBytes.u4(entries, value);
        });
  }

  int field(String owner, String name, String descriptor) {
    return pair("field", 9, className(owner), nameAndType(name, descriptor));
  }

  int method(String owner, String name, String descriptor) {
    return pair("method", 10, className(owner), nameAndType(name, descriptor));
  }

  private int nameAndType(String name, String descriptor) {
    return pair("name and type", 12, utf8(name), utf8(descriptor));
  }

  private int pair(String kind, int tag, int first, int second) {
    return entry(
        List.of(kind, first, second),
        1,
        () -> {
          entries.write(tag);
          ClassBytes.u2(entries, first);
          ClassBytes.u2(entries, second);
        });
  }

  private int entry(List<Object> key, int indexesTaken, Runnable write) {
    Integer known = indexes.get(key);
    if (known != null) {
      return known;
    }
    int index = nextIndex;
    nextIndex += indexesTaken;
    if (nextIndex > MAX_ENTRIES) {
      throw new CodeWriter.TooLarge();
    }
    write.run();
    indexes.put(key, index);
    return index;
  }

  /** Writes the count and the entries. */
  void writeTo(ByteArrayOutputStream out) {
    ClassBytes.u2(out, nextIndex);
    out.writeBytes(entries.toByteArray());
  }
}
