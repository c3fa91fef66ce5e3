package org.trapnest.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.trapnest.model.Configuration;
import org.trapnest.model.Model;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trapnest lint}. */
@Command(
    name = "lint",
    mixinStandardHelpOptions = true,
    description = "Reads and links models without exploring them; every finding with its place.",
    footer = {"", "Example: trapnest lint models/ibrs"})
final class LintCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PATH", description = "Model files or folders; by default models.")
  private List<Path> paths = List.of(Path.of("models"));

  @Option(names = "--properties", paramLabel = "DIR", description = "The properties' folder.")
  private Path properties = Path.of("properties");

  private final Terminal terminal;

  LintCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Loading loading = new Loading(properties, terminal.err());
    int configurations = 0;
    List<ModelFiles.Found> files = ModelFiles.find(paths);
    for (ModelFiles.Found file : files) {
      Optional<Model> model = loading.load(file);
      if (model.isPresent()) {
        for (Configuration configuration : model.get().configurations()) {
          configurations++;
          if (loading.configure(model.get(), configuration).isEmpty()) {
            break;
          }
        }
      }
    }
    terminal.out().printf("%d files, %d configurations read%n", files.size(), configurations);
    return (loading.rejectedAny() ? ExitStatus.REJECTED : ExitStatus.AS_EXPECTED).code();
  }
}
