package org.trapnest.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A QEMU process that emulates a PC without hardware virtualisation, stopped in 64-bit mode.
 *
 * <p>It is reached through its standard input and output alone, so no port is opened. A shutdown of
 * the processor ends it.
 */
final class Qemu implements AutoCloseable {
  private static final String PROGRAM = "qemu-system-x86_64";
  private static final Pattern VERSION = Pattern.compile("version (\\S+)");
  private static final long MEGABYTES = 320;

  private final WatchedProcess process;
  private final GdbConnection connection;

  private Qemu(WatchedProcess process) {
    this.process = process;
    this.connection = new GdbConnection(process.output(), process.input());
  }

  /** The emulator's version, as "7.2.22". */
  static String version() {
    Matcher matcher = VERSION.matcher(Toolchain.run(List.of(PROGRAM, "--version")));
    return matcher.find() ? matcher.group(1) : "of unknown version";
  }

  /** Starts QEMU and runs the boot image up to its end. */
  static Qemu start(BootImage image) {
    Qemu qemu = new Qemu(WatchedProcess.start(command(image.file())));
    qemu.boot(image.ready());
    return qemu;
  }

  private static List<String> command(Path image) {
    return List.of(
        PROGRAM,
        "-accel",
        "tcg",
        "-cpu",
        "max,vendor=GenuineIntel",
        "-m",
        MEGABYTES + "M",
        "-nodefaults",
        "-no-reboot",
        "-display",
        "none",
        "-serial",
        "null",
        "-S",
        "-gdb",
        "stdio",
        "-kernel",
        image.toString());
  }

  private void boot(long ready) {
    String place = Long.toHexString(ready) + ",1";
    // Only who has asked for the description of the registers may write single ones.
    exchange("qXfer:features:read:target.xml:0,1000");
    exchange("?");
    command("Z1," + place);
    exchange("c");
    command("z1," + place);
    command("Qqemu.PhyMemMode:1");
  }

  /** Sends a packet and returns the reply. */
  String exchange(String packet) {
    return process.timed(() -> connection.exchange(packet));
  }

  /** Sends a packet that is to be answered by {@code OK}. */
  void command(String packet) {
    process.timed(
        () -> {
          connection.command(packet);
          return packet;
        });
  }

  /** Runs a monitor command and returns what it prints. */
  String monitor(String line) {
    return process.timed(() -> connection.monitor(line));
  }

  /** Whether the emulated machine still runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.close();
  }

  /** The image that brings the emulated processor to 64-bit mode. */
  record BootImage(Path file, long ready) {

    /** Assembles the image in a folder. */
    static BootImage build(Path folder) {
      Path source = folder.resolve("boot.S");
      Path object = folder.resolve("boot.o");
      Path linked = folder.resolve("boot.elf");
      Path image = folder.resolve("boot");
      try (InputStream text = Qemu.class.getResourceAsStream("boot.S")) {
        Files.write(source, text.readAllBytes());
      } catch (IOException failure) {
        throw new EmulatorFailure("the boot image cannot be written to " + folder, failure);
      }
      Toolchain.run(List.of("gcc", "-c", source.toString(), "-o", object.toString()));
      Toolchain.run(
          List.of(
              "ld",
              "-Ttext",
              "0x100000",
              "-e",
              "_start",
              object.toString(),
              "-o",
              linked.toString()));
      Toolchain.run(List.of("objcopy", "-O", "elf32-i386", linked.toString(), image.toString()));
      String symbols = Toolchain.run(List.of("nm", linked.toString()));
      Matcher ready = Pattern.compile("([0-9a-f]+) \\w ready\\b").matcher(symbols);
      if (!ready.find()) {
        throw new EmulatorFailure("the boot image has no label 'ready'");
      }
      return new BootImage(image, Long.parseUnsignedLong(ready.group(1), 16));
    }
  }
}
