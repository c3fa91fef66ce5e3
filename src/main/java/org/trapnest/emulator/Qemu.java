package org.trapnest.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A QEMU process that emulates a PC without hardware virtualisation, stopped in 64-bit mode.
 *
 * <p>It is reached through its standard input and output alone, so no port is opened, and it ends
 * with {@link #close}, with this process, or when it does not answer within {@link #LIMIT_SECONDS}.
 */
final class Qemu implements AutoCloseable {
  /** How long an answer may take. */
  static final long LIMIT_SECONDS = 20;

  private static final String PROGRAM = "qemu-system-x86_64";
  private static final Pattern VERSION = Pattern.compile("version (\\S+)");
  private static final long MEGABYTES = 320;

  private final Process process;
  private final GdbConnection connection;
  private final Thread killer;
  private volatile long askedNanos;
  private boolean ended;

  private Qemu(Process process) {
    this.process = process;
    this.connection = new GdbConnection(process.getInputStream(), process.getOutputStream());
    this.killer = new Thread(process::destroyForcibly);
    try {
      Runtime.getRuntime().addShutdownHook(killer);
    } catch (IllegalStateException shuttingDown) {
      process.destroyForcibly();
      throw new EmulatorFailure("no emulator can be started any more", shuttingDown);
    }
    Thread watch = new Thread(this::watch, "emulator-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /** The emulator's version, as "7.2.22". */
  static String version() {
    Matcher matcher = VERSION.matcher(Toolchain.run(List.of(PROGRAM, "--version")));
    return matcher.find() ? matcher.group(1) : "of unknown version";
  }

  /** Starts QEMU and runs the boot image up to its end. */
  static Qemu start(BootImage image) {
    try {
      Process process =
          new ProcessBuilder(command(image.file()))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      Qemu qemu = new Qemu(process);
      qemu.boot(image.ready());
      return qemu;
    } catch (IOException failure) {
      throw new EmulatorFailure("'" + PROGRAM + "' cannot be started", failure);
    }
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

  private void watch() {
    while (process.isAlive()) {
      long asked = askedNanos;
      if (asked != 0 && System.nanoTime() - asked > TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
        process.destroyForcibly();
      }
      try {
        process.waitFor(1, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  /** Sends a packet and returns the reply. */
  String exchange(String packet) {
    return timed(() -> connection.exchange(packet));
  }

  /** Sends a packet that is to be answered by {@code OK}. */
  void command(String packet) {
    timed(
        () -> {
          connection.command(packet);
          return packet;
        });
  }

  /** Runs a monitor command and returns what it prints. */
  String monitor(String line) {
    return timed(() -> connection.monitor(line));
  }

  private String timed(Supplier<String> conversation) {
    askedNanos = System.nanoTime() | 1;
    try {
      return conversation.get();
    } catch (Ended end) {
      ended = true;
      throw end;
    } finally {
      askedNanos = 0;
    }
  }

  /** Whether the emulated machine still runs. */
  boolean isAlive() {
    return !ended && process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException shuttingDown) {
      // The hook runs already.
      return;
    }
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
