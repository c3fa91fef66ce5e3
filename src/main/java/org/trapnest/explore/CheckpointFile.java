package org.trapnest.explore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import org.trapnest.store.SnapshotReader;
import org.trapnest.store.SnapshotWriter;

/**
 * The file that holds a checkpoint: a mark, the format's version, the identity of the search, a
 * body, and a sum over all of it.
 */
final class CheckpointFile {
  private static final long MARK = 0x7472_6170_6e65_7374L;
  private static final long FORMAT = 3;

  private final Path file;
  private final Map<String, String> identity;

  /** What writes the body. */
  interface Writing {
    void to(SnapshotWriter out) throws IOException;
  }

  /** What reads the body. */
  interface Reading<T> {
    T from(SnapshotReader in) throws IOException;
  }

  CheckpointFile(Path file, Map<String, String> identity) {
    this.file = file;
    this.identity = new TreeMap<>(identity);
  }

  boolean exists() {
    return Files.exists(file);
  }

  /** Replaces the file; when that fails the former one is still there. */
  void write(Writing body) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      try (SnapshotWriter out = new SnapshotWriter(fresh)) {
        out.put(MARK);
        out.put(FORMAT);
        out.put(identity.size());
        for (Map.Entry<String, String> entry : identity.entrySet()) {
          out.putText(entry.getKey());
          out.putText(entry.getValue());
        }
        body.to(out);
        out.finish();
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      Files.deleteIfExists(fresh);
      throw failure;
    }
  }

  /**
   * Reads the file.
   *
   * @throws CheckpointRefusal if it is damaged, or of another search
   */
  <T> T read(Reading<T> body) {
    try {
      if (!SnapshotReader.isIntact(file)) {
        throw new CheckpointRefusal(file, "it is truncated or damaged");
      }
      try (SnapshotReader in = new SnapshotReader(file)) {
        if (in.take() != MARK) {
          throw new CheckpointRefusal(file, "it is no checkpoint");
        }
        if (in.take() != FORMAT) {
          throw new CheckpointRefusal(file, "it has another format");
        }
        requireIdentity(in);
        return body.from(in);
      }
    } catch (IOException failure) {
      throw new CheckpointRefusal(file, String.valueOf(failure.getMessage()));
    }
  }

  private void requireIdentity(SnapshotReader in) throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (long rest = in.take(); rest > 0; rest--) {
      found.put(in.takeText(), in.takeText());
    }
    TreeMap<String, String> all = new TreeMap<>(found);
    all.putAll(identity);
    for (String name : all.keySet()) {
      String there = found.getOrDefault(name, "none");
      String here = identity.getOrDefault(name, "none");
      if (!there.equals(here)) {
        throw new CheckpointRefusal(
            file, "its " + name + " is '" + there + "', that of this run '" + here + "'");
      }
    }
  }
}
