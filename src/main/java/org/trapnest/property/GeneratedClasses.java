package org.trapnest.property;

import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Defines generated classes, each but once: most configurations of a model have property sets of
 * the same code, and whatever the JIT has compiled for one serves the others. For all threads.
 */
final class GeneratedClasses {
  /** How many are remembered, those that were asked for last. */
  static final int MOST = 128;

  private static final int FIRST_CAPACITY = 16;
  private static final float LOAD = 0.75f;

  private final Map<ByteBuffer, Class<?>> classes =
      new LinkedHashMap<>(FIRST_CAPACITY, LOAD, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Class<?>> eldest) {
          return size() > MOST;
        }
      };

  /**
   * The class of a class file.
   *
   * @param classFile not to be changed afterwards
   * @throws IllegalStateException if the virtual machine refuses it
   */
  synchronized Class<?> define(byte[] classFile) {
    return classes.computeIfAbsent(ByteBuffer.wrap(classFile), file -> hidden(file.array()));
  }

  private static Class<?> hidden(byte[] classFile) {
    try {
      return MethodHandles.lookup().defineHiddenClass(classFile, true).lookupClass();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a generated property class cannot be used", e);
    }
  }
}
