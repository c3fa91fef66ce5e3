package org.trapnest.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.trapnest.machine.MachineModel;

/**
 * Bochs with the tools around it: a process for each program, gone with {@link #close}, as are its
 * files. Confined to one thread.
 */
public final class BochsEmulator implements AutoCloseable {
  private final Path folder;
  private final String version;
  private Optional<Bochs> running = Optional.empty();

  private BochsEmulator(Path folder) {
    this.folder = folder;
    this.version = Bochs.version();
  }

  /**
   * Prepares Bochs.
   *
   * @throws MissingTool if a program that is needed is not on the PATH
   */
  public static BochsEmulator open() {
    Toolchain.requireBochs();
    try {
      return new BochsEmulator(Files.createTempDirectory("trapnest-bochs"));
    } catch (IOException failure) {
      throw new EmulatorFailure("no temporary folder can be made", failure);
    }
  }

  /** The emulator's name and version: {@code Bochs 2.7}. */
  public String name() {
    return "Bochs " + version;
  }

  /** A folder for intermediate files. */
  Path folder() {
    return folder;
  }

  /** Both sides of a model, on a processor that has run nothing else; the last one is gone. */
  BochsLockstep beside(MachineModel model, GuestProgram program) {
    stop();
    BochsImage image = BochsImage.of(model, program);
    Bochs bochs = Bochs.start(folder);
    running = Optional.of(bochs);
    BochsGuest guest = new BochsGuest(bochs);
    image.install(guest);
    return new BochsLockstep(guest, image.pages(), model, program);
  }

  /** Whether the processor that the last sides were made on still runs. */
  boolean isRunning() {
    return running.map(Bochs::isAlive).orElse(false);
  }

  private void stop() {
    running.ifPresent(Bochs::close);
    running = Optional.empty();
  }

  @Override
  public void close() {
    stop();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
    } catch (IOException failure) {
      throw new EmulatorFailure("files in " + folder + " cannot be removed", failure);
    }
  }
}
