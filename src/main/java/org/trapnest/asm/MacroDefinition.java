package org.trapnest.asm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.trapnest.diag.SourceSpan;

/**
 * A macro of {@code .macro}.
 *
 * @param name its name in lower case
 * @param parameters in the order of positional arguments
 * @param span the line that defines it
 */
record MacroDefinition(String name, List<Parameter> parameters, SourceSpan span) {

  /** Whether a parameter must be given and how much it takes. */
  enum Demand {
    OPTIONAL,
    REQUIRED,
    VARARG
  }

  /** A parameter and the value that it has where none is given. */
  record Parameter(String name, Demand demand, String defaultValue) {}

  /** Reads what stands behind {@code .macro}. */
  static MacroDefinition parse(MappedText header, SourceSpan span) throws Rejected {
    Arguments scanner = new Arguments(header);
    String name = scanner.name();
    if (name.isEmpty()) {
      throw Rejected.expected(
          "a macro's name", header.isBlank() ? "end of the statement" : "text", header.span());
    }
    scanner.take(',');
    boolean parenthesis = scanner.take('(');
    List<Parameter> parameters = new ArrayList<>();
    while (!scanner.atEnd() && !(parenthesis && scanner.take(')'))) {
      parameters.add(parameter(scanner, header, parameters));
      scanner.take(',');
    }
    return new MacroDefinition(
        name.toLowerCase(java.util.Locale.ROOT), List.copyOf(parameters), span);
  }

  private static Parameter parameter(Arguments scanner, MappedText header, List<Parameter> before)
      throws Rejected {
    int start = scanner.index();
    String name = scanner.name();
    Rejected malformed =
        new Rejected(
            Problems.note(
                AsmProblem.BAD_PARAMETER,
                header.span(start, Math.max(scanner.index(), start + 1)),
                "expected: name, name=default, name:req or name:vararg",
                name.isEmpty() ? "has no name" : "'" + name + "' is malformed"));
    if (name.isEmpty()) {
      throw malformed;
    }
    if (before.stream().anyMatch(other -> other.name().equals(name))) {
      throw Rejected.of(
          AsmProblem.BAD_PARAMETER,
          header.span(start, start + name.length()),
          "'" + name + "' is declared twice");
    }
    if (before.stream().anyMatch(other -> other.demand() == Demand.VARARG)) {
      throw Rejected.of(
          AsmProblem.BAD_PARAMETER,
          header.span(start, start + name.length()),
          "'" + name + "' stands behind the one that takes all the rest");
    }
    Demand demand = Demand.OPTIONAL;
    if (scanner.take(':')) {
      demand =
          switch (scanner.name()) {
            case "req" -> Demand.REQUIRED;
            case "vararg" -> Demand.VARARG;
            default -> throw malformed;
          };
    }
    return new Parameter(name, demand, scanner.take('=') ? scanner.value() : "");
  }

  /** The value of each parameter in a call with these arguments. */
  Map<String, String> bind(MappedText arguments, SourceSpan call) throws Rejected {
    Arguments scanner = new Arguments(arguments);
    Map<String, String> values = new HashMap<>();
    int position = 0;
    boolean named = false;
    while (!scanner.atEnd()) {
      int start = scanner.index();
      String keyword = scanner.keyword();
      if (!keyword.isEmpty()) {
        named = true;
        SourceSpan place = arguments.span(start, start + keyword.length());
        requireParameter(keyword, place);
        if (values.put(keyword, scanner.next()) != null) {
          throw Rejected.of(AsmProblem.REPEATED_ARGUMENT, place, keyword);
        }
      } else if (position == parameters.size() || named) {
        throw tooMany(arguments.span(start, arguments.length()), named);
      } else {
        Parameter parameter = parameters.get(position++);
        boolean all = parameter.demand() == Demand.VARARG;
        values.put(parameter.name(), all ? scanner.rest() : scanner.next());
      }
    }
    return withDefaults(values, call);
  }

  private void requireParameter(String keyword, SourceSpan place) throws Rejected {
    Optional<Parameter> parameter =
        parameters.stream().filter(one -> one.name().equals(keyword)).findFirst();
    if (parameter.isEmpty()) {
      throw new Rejected(
          Problems.note(
              AsmProblem.UNKNOWN_ARGUMENT, place, "defined at " + span.place(), name, keyword));
    }
  }

  private Rejected tooMany(SourceSpan place, boolean named) {
    int count = parameters.size();
    String takes =
        named
            ? "no positional argument behind a named one"
            : count == 0 ? "no arguments" : count == 1 ? "one argument" : count + " arguments";
    return new Rejected(
        Problems.note(
            AsmProblem.TOO_MANY_ARGUMENTS, place, "defined at " + span.place(), name, takes));
  }

  private Map<String, String> withDefaults(Map<String, String> values, SourceSpan call)
      throws Rejected {
    for (Parameter parameter : parameters) {
      String given = values.getOrDefault(parameter.name(), "");
      String value = given.isEmpty() ? parameter.defaultValue() : given;
      if (value.isEmpty() && parameter.demand() == Demand.REQUIRED) {
        throw new Rejected(
            Problems.note(
                AsmProblem.MISSING_ARGUMENT,
                call,
                "defined at " + span.place(),
                name,
                parameter.name()));
      }
      values.put(parameter.name(), value);
    }
    return values;
  }
}
