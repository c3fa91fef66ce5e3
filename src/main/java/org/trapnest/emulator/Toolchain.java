package org.trapnest.emulator;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The external programs: found on the PATH, run with a time limit. */
final class Toolchain {
  private static final long LIMIT_SECONDS = 30;

  private Toolchain() {}

  /**
   * Checks that every program that an emulated run needs is there.
   *
   * @throws MissingTool naming the first that is not
   */
  static void require() {
    require(System.getenv().getOrDefault("PATH", ""));
  }

  /** Checks the same with another list of folders. */
  static void require(String path) {
    require(path, "qemu-system-x86_64", "qemu-system-x86");
    requireCompiler(path);
  }

  /**
   * Checks that every program that a run on Bochs needs is there.
   *
   * @throws MissingTool naming the first that is not
   */
  static void requireBochs() {
    requireBochs(System.getenv().getOrDefault("PATH", ""));
  }

  /** Checks the same with another list of folders. */
  static void requireBochs(String path) {
    require(path, Bochs.PROGRAM, "bochs");
    requireCompiler(path);
  }

  private static void requireCompiler(String path) {
    require(path, "gcc", "gcc");
    for (String program : List.of("as", "ld", "nm", "objcopy", "objdump")) {
      require(path, program, "binutils");
    }
  }

  private static void require(String path, String program, String debianPackage) {
    for (String folder : path.split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder.isEmpty() ? "." : folder, program))) {
        return;
      }
    }
    throw new MissingTool(program, debianPackage);
  }

  /**
   * Runs a program to its end.
   *
   * @return what it printed, errors included
   * @throws EmulatorFailure with what it printed, when it fails or takes too long
   */
  static String run(List<String> command) {
    try {
      Path output = Files.createTempFile("trapnest", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
          process.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        if (!ended || process.exitValue() != 0) {
          throw new EmulatorFailure(String.join(" ", command) + " failed:\n" + text);
        }
        return text;
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException failure) {
      throw new EmulatorFailure("'" + command.get(0) + "' cannot be run", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmulatorFailure("interrupted in '" + command.get(0) + "'", interrupted);
    }
  }
}
