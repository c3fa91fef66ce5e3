package org.trapnest.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.trapnest.model.Check;
import org.trapnest.model.Configuration;
import org.trapnest.model.ConfiguredModel;
import org.trapnest.model.Model;
import org.trapnest.model.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trapnest list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists models with their sources, switches, properties and expectations.",
    footer = {"", "Example: trapnest list models/ibrs"})
final class ListCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PATH", description = "Model files or folders; by default models.")
  private List<Path> paths = List.of(Path.of("models"));

  @Option(names = "--properties", paramLabel = "DIR", description = "The properties' folder.")
  private Path properties = Path.of("properties");

  private final Terminal terminal;

  ListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Loading loading = new Loading(properties, terminal.err());
    for (ModelFiles.Found file : ModelFiles.find(paths)) {
      loading.load(file).ifPresent(m -> model(m, loading));
    }
    return (loading.rejectedAny() ? ExitStatus.REJECTED : ExitStatus.AS_EXPECTED).code();
  }

  private void model(Model model, Loading loading) {
    PrintStream out = terminal.out();
    out.println(model.name());
    out.println("  " + model.header().sentence());
    model.header().sources().forEach(s -> out.println("  source: " + s));
    model.header().abstractions().forEach(a -> out.println("  abstraction: " + a));
    model.header().findings().forEach(f -> out.println("  finding: " + f));
    for (Model.Switch s : model.switches()) {
      String values = s.values().stream().map(String::valueOf).collect(Collectors.joining(" | "));
      out.println("  switch " + s.name() + " = " + values + described(s.description()));
    }
    model
        .ablations()
        .forEach(a -> out.println("  ablation " + a.name() + described(a.description())));
    boolean first = true;
    for (Configuration configuration : model.configurations()) {
      Optional<ConfiguredModel> configured = loading.configure(model, configuration);
      if (configured.isEmpty()) {
        return;
      }
      if (first) {
        String checked =
            configured.get().checks().stream().map(Check::id).collect(Collectors.joining(", "));
        out.println("  checked: " + checked);
        first = false;
      }
      String deep = model.isDeep(configuration) ? ", deep" : "";
      out.println("  [" + configuration.name() + deep + "] expects " + expected(configured.get()));
    }
    out.println();
  }

  private static String described(String description) {
    return description.isEmpty() ? "" : ": " + description;
  }

  private static String expected(ConfiguredModel configured) {
    String exceptions =
        configured.checks().stream()
            .filter(c -> c.expected() != Verdict.HOLDS)
            .map(c -> c.id() + " " + c.expected().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return exceptions.isEmpty() ? "all to hold" : exceptions + "; the rest to hold";
  }
}
