package org.trapnest.report;

import java.util.Optional;

/** The version of the tool. */
public final class Version {
  private Version() {}

  /** The version in the jar's manifest; {@code development} when run from classes. */
  public static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
