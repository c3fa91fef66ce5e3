package org.trapnest.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Bochs process in its internal debugger, in front of the reset vector. Bochs has no port open
 * and shows nothing: the commands go to its standard input, the answers come from its output.
 *
 * <p>The debugger reads and writes every parameter that Bochs saves, so no code runs to bring the
 * processor into a state.
 */
final class Bochs implements AutoCloseable {
  /** The program's name. */
  static final String PROGRAM = "bochs-bin";

  /** The folder in which a state to be loaded lies, below the emulator's folder. */
  private static final String STATE_FOLDER = "bochs-state";

  private static final Pattern VERSION = Pattern.compile("Emulator (\\S+)");
  private static final Pattern PROMPT = Pattern.compile("<bochs:(\\d+)> ");

  /** So few commands that neither pipe is full before the other is read. */
  private static final int MOST_AT_ONCE = 200;

  private static final int ROM_BYTES = 0x1_0000;
  private static final int VIDEO_ROM_BYTES = 0x8000;

  private final WatchedProcess process;
  private final Path stateFile;
  private int number = 1;

  private Bochs(WatchedProcess process, Path stateFile) {
    this.process = process;
    this.stateFile = stateFile;
  }

  /** The emulator's version, as "2.7". */
  static String version() {
    Matcher matcher = VERSION.matcher(Toolchain.run(List.of(PROGRAM, "--help")));
    return matcher.find() ? matcher.group(1) : "of unknown version";
  }

  /** Starts Bochs with its files in a folder. */
  static Bochs start(Path folder) {
    Path configuration = folder.resolve("bochsrc");
    Path states = folder.resolve(STATE_FOLDER);
    try {
      Path rom = Files.write(folder.resolve("rom"), new byte[ROM_BYTES]);
      Path video = Files.write(folder.resolve("video-rom"), new byte[VIDEO_ROM_BYTES]);
      Files.writeString(configuration, configuration(rom, video));
      Files.createDirectories(states);
    } catch (IOException failure) {
      throw new EmulatorFailure("files cannot be written to " + folder, failure);
    }
    WatchedProcess process =
        WatchedProcess.start(List.of(PROGRAM, "-q", "-f", configuration.toString()));
    Bochs bochs = new Bochs(process, states.resolve("cpu0"));
    try {
      process.timed(() -> bochs.answers(1));
    } catch (Ended end) {
      process.close();
      throw new EmulatorFailure(
          "Bochs does not start; it needs its terminal display (Debian's package bochs-term)", end);
    }
    return bochs;
  }

  private static String configuration(Path rom, Path video) {
    return String.join(
        "\n",
        "display_library: term",
        "config_interface: textconfig",
        "romimage: file=" + rom,
        "vgaromimage: file=" + video,
        "vga: extension=none",
        "cpu: model=tigerlake, count=1, reset_on_triple_fault=0",
        "memory: guest=320, host=320",
        "clock: sync=none",
        "plugin_ctrl: voodoo=0, usb_uhci=0, e1000=0, ne2k=0, es1370=0, sb16=0",
        "panic: action=report",
        "log: /dev/null",
        "");
  }

  /** Gives a command and returns what it prints. */
  String ask(String command) {
    return ask(List.of(command)).get(0);
  }

  /** Gives commands, at least one, and returns what each prints. */
  List<String> ask(List<String> commands) {
    return process.timed(
        () -> {
          List<String> answers = new ArrayList<>();
          for (int done = 0; done < commands.size(); done += MOST_AT_ONCE) {
            int end = Math.min(commands.size(), done + MOST_AT_ONCE);
            send(String.join("\n", commands.subList(done, end)) + "\n");
            answers.addAll(answers(end - done));
          }
          return answers;
        });
  }

  private void send(String text) {
    try {
      OutputStream input = process.input();
      input.write(text.getBytes(StandardCharsets.US_ASCII));
      input.flush();
    } catch (IOException closed) {
      throw new Ended();
    }
  }

  /** Reads up to the prompt behind some answers. */
  private List<String> answers(int count) {
    List<String> answers = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8192];
    InputStream output = process.output();
    while (answers.size() < count) {
      try {
        int read = output.read(buffer);
        if (read < 0) {
          throw new Ended();
        }
        text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
      } catch (IOException closed) {
        throw new Ended();
      }
      Matcher prompt = PROMPT.matcher(text);
      int from = 0;
      while (answers.size() < count && prompt.find()) {
        if (Integer.parseInt(prompt.group(1)) == number) {
          answers.add(text.substring(from, prompt.start()));
          number++;
        }
        from = prompt.end();
      }
      text.delete(0, from);
    }
    return answers;
  }

  /**
   * Loads parameters of the processor.
   *
   * @param state their names and values as Bochs saves them, nested in braces
   */
  void restore(String state) {
    try {
      Files.writeString(stateFile, "cpu0 = {\n" + state + "}\n");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    String answer = ask("restore \"cpu0\" \"" + stateFile.getParent() + "\"");
    if (answer.contains("rror")) {
      throw new EmulatorFailure("Bochs does not load the state: " + answer + state);
    }
  }

  /** Whether the emulated machine still runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.close();
  }
}
