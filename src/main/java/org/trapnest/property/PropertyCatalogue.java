package org.trapnest.property;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.NearestName;
import org.trapnest.diag.SourceFile;

/** The properties of all files of a run, each id once. */
public final class PropertyCatalogue {
  private final List<PropertyDeclaration> properties;

  private PropertyCatalogue(List<PropertyDeclaration> properties) {
    this.properties = List.copyOf(properties);
  }

  /** Parses files; of two properties with the same id the later one is reported and left out. */
  public static PropertyCatalogue parse(List<SourceFile> files, Diagnostics diagnostics) {
    List<PropertyDeclaration> all = new ArrayList<>();
    Map<String, PropertyDeclaration> byId = new HashMap<>();
    for (SourceFile file : files) {
      for (PropertyDeclaration property : PropertyParser.parse(file, diagnostics)) {
        PropertyDeclaration earlier = byId.putIfAbsent(property.id(), property);
        if (earlier == null) {
          all.add(property);
        } else {
          String place = earlier.span().place();
          diagnostics.report(PropertyProblem.DUPLICATE_ID, property.span(), property.id(), place);
        }
      }
    }
    return new PropertyCatalogue(all);
  }

  /** All properties, in the order of the files and within them. */
  public List<PropertyDeclaration> properties() {
    return properties;
  }

  public Optional<PropertyDeclaration> byId(String id) {
    return properties.stream().filter(p -> p.id().equals(id)).findFirst();
  }

  /** The id that someone who wrote an unknown one probably meant. */
  public Optional<String> nearest(String id) {
    return NearestName.of(id, properties.stream().map(PropertyDeclaration::id).toList());
  }
}
