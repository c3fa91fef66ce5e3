package org.trapnest.asm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.trapnest.diag.Diagnostic;
import org.trapnest.diag.Diagnostics;
import org.trapnest.diag.SourceSpan;

/** What the symbols of one assembly are, as far as it was read. */
final class SymbolTable {
  /** Where each label and each symbol of an assignment was first defined. */
  private final Map<String, SourceSpan> labels = new HashMap<>();

  private final Map<String, SourceSpan> assigned = new HashMap<>();
  private final Map<String, Long> constants = new HashMap<>();

  /** How often each numeric label was defined. */
  private final Map<String, Integer> localCounts = new HashMap<>();

  private final List<ForwardReference> forward = new ArrayList<>();

  private record ForwardReference(String digits, int instance, SourceSpan span) {}

  boolean isDefined(String name) {
    return labels.containsKey(name) || assigned.containsKey(name);
  }

  /** The value that {@code .set} last gave to a symbol, where it is a number. */
  OptionalLong constant(String name) {
    Long value = constants.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  void defineLabel(String name, SourceSpan span) throws Rejected {
    rejectDefined(name, span, labels);
    rejectDefined(name, span, assigned);
    labels.put(name, span);
  }

  /** Gives a symbol a value, which may be unknown yet. */
  void assign(String name, OptionalLong value, SourceSpan span) throws Rejected {
    rejectDefined(name, span, labels);
    assigned.putIfAbsent(name, span);
    if (value.isPresent()) {
      constants.put(name, value.getAsLong());
    } else {
      constants.remove(name);
    }
  }

  /** As {@link #assign}, for a symbol that must be new. */
  void assignOnce(String name, OptionalLong value, SourceSpan span) throws Rejected {
    rejectDefined(name, span, assigned);
    assign(name, value, span);
  }

  private static void rejectDefined(String name, SourceSpan span, Map<String, SourceSpan> where)
      throws Rejected {
    SourceSpan before = where.get(name);
    if (before != null) {
      throw new Rejected(
          Problems.note(
              AsmProblem.DUPLICATE_SYMBOL, span, "first defined at " + before.place(), name));
    }
  }

  /** The unique name of the next definition of a numeric label. */
  String defineLocal(String digits) {
    String number = normalized(digits);
    return number + "$" + localCounts.merge(number, 1, Integer::sum);
  }

  /** The unique name of the label that {@code 1b} or {@code 1f} means here. */
  String localReference(String reference, SourceSpan span) throws Rejected {
    String number = normalized(reference.substring(0, reference.length() - 1));
    int count = localCounts.getOrDefault(number, 0);
    if (Character.toLowerCase(reference.charAt(reference.length() - 1)) == 'f') {
      forward.add(new ForwardReference(number, count + 1, span));
      return number + "$" + (count + 1);
    }
    if (count == 0) {
      throw Rejected.of(AsmProblem.NO_LOCAL_LABEL_BEFORE, span, number);
    }
    return number + "$" + count;
  }

  private static String normalized(String digits) {
    int zeros = 0;
    while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
      zeros++;
    }
    return digits.substring(zeros);
  }

  /** Reports the forward references that no label followed. */
  void finish(Diagnostics diagnostics) {
    for (ForwardReference reference : forward) {
      if (localCounts.getOrDefault(reference.digits, 0) < reference.instance) {
        diagnostics.report(
            Diagnostic.of(AsmProblem.NO_LOCAL_LABEL_BEHIND, reference.span, reference.digits));
      }
    }
  }
}
