package org.trapnest.emulator;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The project's classes once more, with one class of the machine compiled from broken source. They
 * live in a class loader of their own, so that nothing else sees them.
 */
final class BrokenMachine {
  private static final Path SOURCES = Path.of("src/main/java/org/trapnest/machine");

  private BrokenMachine() {}

  /**
   * Compiles the broken class and runs rules on it.
   *
   * @param checker who runs them, {@link Checker} or {@link ShadowChecker}
   * @return the first that fails, or ""
   */
  static String failingRule(BrokenSource broken, Class<?> checker, Path folder) throws IOException {
    compile(broken, folder);
    try (Loader loader = new Loader(folder)) {
      Class<?> type = Class.forName(checker.getName(), true, loader);
      var method = type.getDeclaredMethod("failingRule");
      method.setAccessible(true);
      return (String) method.invoke(null);
    } catch (InvocationTargetException failure) {
      throw new AssertionError(broken + " cannot be run", failure.getCause());
    } catch (ReflectiveOperationException failure) {
      throw new AssertionError(failure);
    }
  }

  private static void compile(BrokenSource broken, Path folder) throws IOException {
    String name = broken.type() + ".java";
    Path source = folder.resolve(name);
    Files.writeString(source, broken.breakIn(Files.readString(SOURCES.resolve(name))));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
      var units = files.getJavaFileObjects(source);
      if (!compiler.getTask(complaints, files, null, options, null, units).call()) {
        throw new AssertionError(broken + ": " + complaints);
      }
    }
  }

  /** What runs inside the class loader with the broken class, beside QEMU. */
  static final class Checker {
    private Checker() {}

    static String failingRule() {
      try (Emulator emulator = Emulator.open()) {
        return new Rules(emulator).firstFailure().orElse("");
      }
    }
  }

  /** What runs inside the class loader with the broken class, beside Bochs. */
  static final class ShadowChecker {
    private ShadowChecker() {}

    static String failingRule() {
      try (BochsEmulator emulator = BochsEmulator.open()) {
        return new ShadowRules(emulator).firstFailure().orElse("");
      }
    }
  }

  /** Loads the project's classes itself, the broken ones first. */
  private static final class Loader extends URLClassLoader {
    Loader(Path folder) throws MalformedURLException {
      super(
          new URL[] {
            folder.toUri().toURL(),
            Path.of("target/classes").toUri().toURL(),
            Path.of("target/test-classes").toUri().toURL()
          },
          BrokenMachine.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.startsWith("org.trapnest.")) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }
  }
}
