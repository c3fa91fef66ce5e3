package org.trapnest.property;

import java.io.ByteArrayOutputStream;

/** Writes the big-endian numbers and attributes of class files. */
final class ClassBytes {

  private ClassBytes() {}

  static void u2(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }

  static void u4(ByteArrayOutputStream out, int value) {
    u2(out, value >>> 16);
    u2(out, value);
  }

  /** An attribute with the pool index of its name. */
  static byte[] attribute(int name, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    u2(out, name);
    u4(out, body.length);
    out.writeBytes(body);
    return out.toByteArray();
  }
}
