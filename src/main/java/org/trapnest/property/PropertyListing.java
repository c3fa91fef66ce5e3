package org.trapnest.property;

import java.util.List;

/** Prints properties for people: their ids, sentences and costs. */
public final class PropertyListing {

  private PropertyListing() {}

  /** One line for each property, in columns: id with parameters, cost, sentence. */
  public static String text(List<PropertyDeclaration> properties) {
    int idWidth = properties.stream().mapToInt(p -> signature(p).length()).max().orElse(0);
    int costWidth = properties.stream().mapToInt(p -> p.cost().word().length()).max().orElse(0);
    StringBuilder lines = new StringBuilder();
    for (PropertyDeclaration property : properties) {
      lines
          .append(padded(signature(property), idWidth))
          .append("  ")
          .append(padded(property.cost().word(), costWidth))
          .append("  ")
          .append(property.sentence())
          .append(condition(property))
          .append('\n');
    }
    return lines.toString();
  }

  /** A Markdown table with the same columns. */
  public static String markdown(List<PropertyDeclaration> properties) {
    StringBuilder lines = new StringBuilder("| property | cost | statement |\n|---|---|---|\n");
    for (PropertyDeclaration property : properties) {
      String sentence = (property.sentence() + condition(property)).replace("|", "\\|");
      lines
          .append("| `")
          .append(signature(property))
          .append("` | ")
          .append(property.cost().word())
          .append(" | ")
          .append(sentence)
          .append(" |\n");
    }
    return lines.toString();
  }

  /** The id, with its parameters as a model has to give them. */
  private static String signature(PropertyDeclaration property) {
    List<String> names =
        property.parameters().stream().map(PropertyDeclaration.Parameter::name).toList();
    return names.isEmpty() ? property.id() : property.id() + "(" + String.join(", ", names) + ")";
  }

  private static String condition(PropertyDeclaration property) {
    return property.requires().isEmpty()
        ? ""
        : " (with " + String.join(" and ", property.requires()) + ")";
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
