package org.trapnest.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.trapnest.machine.MachineModel;

/**
 * QEMU with the tools around it: started when first needed, again after a shutdown, and gone with
 * {@link #close}, as are its files. Confined to one thread.
 */
public final class Emulator implements Oracle {
  private final Path folder;
  private final String version;
  private final Qemu.BootImage image;
  private final Map<Long, byte[]> written = new HashMap<>();
  private Optional<Running> running = Optional.empty();

  private record Running(Qemu qemu, Guest guest) {}

  private Emulator(Path folder) {
    this.folder = folder;
    this.version = Qemu.version();
    this.image = Qemu.BootImage.build(folder);
  }

  /**
   * Prepares an emulator.
   *
   * @throws MissingTool if a program that is needed is not on the PATH
   */
  public static Emulator open() {
    Toolchain.require();
    try {
      return new Emulator(Files.createTempDirectory("trapnest-emulator"));
    } catch (IOException failure) {
      throw new EmulatorFailure("no temporary folder can be made", failure);
    }
  }

  /** The emulator's name and version: {@code QEMU 7.2.22}. */
  @Override
  public String name() {
    return "QEMU " + version;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public SideBySide beside(MachineModel model, GuestProgram program) {
    return new Lockstep(this, model, program);
  }

  /** The stopped processor; a new one when the last has shut down. */
  Guest guest() {
    if (running.isEmpty() || !running.get().qemu().isAlive()) {
      stop();
      written.clear();
      Qemu qemu = Qemu.start(image);
      running = Optional.of(new Running(qemu, new Guest(qemu)));
    }
    return running.get().guest();
  }

  /** What was written to the running guest's memory that it does not change, by address. */
  Map<Long, byte[]> written() {
    return written;
  }

  private void stop() {
    running.ifPresent(r -> r.qemu().close());
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
