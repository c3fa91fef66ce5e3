package org.trapnest.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.trapnest.asm.FileSources;
import org.trapnest.bits.StateHash;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceFile;
import org.trapnest.property.PropertyCatalogue;
import org.trapnest.property.PropertyDeclaration;
import org.trapnest.transition.ChangedWords;
import org.trapnest.transition.Expander;
import org.trapnest.transition.SuccessorSink;

/** A model of the project and states of it, in breadth-first order, for benchmarks. */
public final class Sample {
  private static final String MODEL = "models/ibrs/nmi-saves-restores.S";

  private final ConfiguredModel model;
  private final EntryModel system;
  private final List<long[]> states = new ArrayList<>();

  /**
   * Loads the model and finds states.
   *
   * @param skipped how many states to pass over
   * @param count how many states to keep behind those
   */
  public Sample(int skipped, int count) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    ModelLoader loader = new ModelLoader(new FileSources());
    Model loaded = loader.load(MODEL, MODEL, diagnostics).orElseThrow();
    this.model =
        loader
            .configure(loaded, loaded.configurations().get(0), catalogue(), diagnostics)
            .orElseThrow();
    this.system = model.transitionSystem();
    Finder finder = new Finder();
    Expander expander = system.newExpander();
    expander.initialStates(finder);
    for (int i = 0; finder.found.size() < skipped + count; i++) {
      expander.expand(finder.found.get(i), 0, finder);
    }
    states.addAll(finder.found.subList(skipped, skipped + count));
  }

  private static List<PropertyDeclaration> catalogue() throws IOException {
    List<SourceFile> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("properties"))) {
      for (Path file : all.filter(f -> f.toString().endsWith(".prop")).sorted().toList()) {
        files.add(new FileSources().read(file.toString()));
      }
    }
    return PropertyCatalogue.parse(files, new Diagnostics()).properties();
  }

  public ConfiguredModel model() {
    return model;
  }

  public EntryModel system() {
    return system;
  }

  /** The states' words, shared with the caller. */
  public List<long[]> states() {
    return states;
  }

  /** Keeps each new state. */
  private final class Finder implements SuccessorSink {
    private final List<long[]> found = new ArrayList<>();
    private final Set<Long> seen = new HashSet<>();
    private final StateHash hash = new StateHash();

    @Override
    public void successor(
        int choice, long[] words, ChangedWords changed, long violated, long reached) {
      hash.set(words, system.wordCount());
      if (seen.add(hash.low())) {
        found.add(words.clone());
      }
    }

    @Override
    public void cut(int bound) {}
  }
}
