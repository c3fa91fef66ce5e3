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
 * Bochs with the tools around it: a process for each program and behind each shutdown, gone with
 * {@link #close}, as are its files. Confined to one thread.
 */
public final class BochsEmulator implements Oracle {
  private final Path folder;
  private final String version;
  private Optional<Bochs> running = Optional.empty();
  private Optional<BochsLockstep> last = Optional.empty();

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
  @Override
  public String name() {
    return "Bochs " + version;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public BochsLockstep beside(MachineModel model, GuestProgram program) {
    if (isRunning() && last.isPresent() && last.get().isOf(model, program)) {
      last.get().restart();
      return last.get();
    }
    stop();
    BochsImage image = BochsImage.of(model, program);
    Bochs bochs = Bochs.start(folder);
    running = Optional.of(bochs);
    BochsGuest guest = new BochsGuest(bochs);
    image.install(guest);
    BochsLockstep lockstep = new BochsLockstep(guest, image.pages(), model, program);
    last = Optional.of(lockstep);
    return lockstep;
  }

  private boolean isRunning() {
    return running.map(Bochs::isAlive).orElse(false);
  }

  private void stop() {
    running.ifPresent(Bochs::close);
    running = Optional.empty();
    last = Optional.empty();
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
