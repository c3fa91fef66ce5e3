package org.trapnest.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.trapnest.coverage.Survey;

/** What the reports on one exploration say of it at their start. */
final class SurveyWords {
  private SurveyWords() {}

  /** The model with its configuration. */
  static String name(Survey survey) {
    return survey.model().model().name() + " [" + survey.model().configuration().name() + "]";
  }

  static String title(Survey survey, String delivery) {
    long states = survey.result().statistics().states();
    String scope =
        survey.complete()
            ? String.format(Locale.ROOT, "complete, %,d states", states)
            : String.format(Locale.ROOT, "INCOMPLETE, %,d states seen", states);
    return name(survey) + ": " + delivery + ", " + scope;
  }

  /** The fields with which each report begins. */
  static void begin(ObjectNode node, Survey survey) {
    node.put("model", survey.model().model().name());
    node.put("file", survey.model().model().file().path());
    ObjectNode config = node.putObject("config");
    survey.model().configuration().values().forEach(config::put);
    node.put("ablation", survey.model().configuration().ablation().orElse(null));
    node.put("complete", survey.complete());
    node.put("states", survey.result().statistics().states());
  }
}
