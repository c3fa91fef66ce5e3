package org.trapnest.property;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a violation of a property costs whoever runs the kernel. */
public enum Cost {
  /** User mode or a hypervisor learns or controls what it must not. */
  SECURITY,
  /** The kernel loses or destroys state. */
  CORRUPTION,
  /** Everything stays right, but slow. */
  PERFORMANCE,
  /** Nothing: the property only shows that the model reaches what it is about. */
  NONE;

  /** The word as property files and listings write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Cost> parse(String word) {
    return Arrays.stream(values()).filter(c -> c.word().equals(word)).findFirst();
  }
}
