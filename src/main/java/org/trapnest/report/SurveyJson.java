package org.trapnest.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.trapnest.coverage.ContextKind;
import org.trapnest.coverage.CoverageReport;
import org.trapnest.coverage.GapReport;

/** Gaps and coverage as JSON: {@code trapnest/gaps/1} and {@code trapnest/coverage/1}. */
public final class SurveyJson {
  /** The resources that hold the schemas. */
  public static final String GAPS_SCHEMA = "/org/trapnest/report/gaps-1.schema.json";

  public static final String COVERAGE_SCHEMA = "/org/trapnest/report/coverage-1.schema.json";

  private SurveyJson() {}

  public static String gaps(List<GapReport> reports) {
    ObjectNode root = JsonText.MAPPER.createObjectNode();
    root.put("schema", "trapnest/gaps/1");
    ArrayNode models = root.putArray("models");
    for (GapReport report : reports) {
      ObjectNode node = models.addObject();
      SurveyWords.begin(node, report.survey());
      node.put("delivery", report.delivery());
      ArrayNode gaps = node.putArray("gaps");
      report.gaps().forEach(g -> gap(g, gaps.addObject()));
    }
    return JsonText.print(root);
  }

  private static void gap(GapReport.Openings openings, ObjectNode node) {
    node.put("number", openings.gap().number());
    node.put("title", openings.gap().title());
    node.put("condition", openings.gap().condition());
    node.put("tracked", openings.tracked());
    ArrayNode paths = node.putArray("paths");
    for (GapReport.Path path : openings.paths()) {
      ObjectNode one = paths.addObject();
      context(one, path.kind());
      one.put("phase", path.phase().words());
      one.put("boundaries", path.boundaries());
      ArrayNode windows = one.putArray("windows");
      path.windows().forEach(w -> window(w, windows.addObject()));
    }
  }

  private static void context(ObjectNode node, ContextKind kind) {
    node.put("context", kind.event().manualName());
    node.put("from", kind.fromUser() ? "user" : "kernel");
  }

  private static void window(GapReport.Window window, ObjectNode node) {
    node.put("first", window.first());
    node.put("last", window.last());
    node.put("boundaries", window.boundaries());
    node.put("always", window.always());
    ArrayNode closers = node.putArray("closedBy");
    window.closedBy().forEach(closers::add);
    ArrayNode arriving = node.putArray("arriving");
    for (GapReport.Arrival arrival : window.arriving()) {
      ObjectNode one = arriving.addObject();
      one.put("event", arrival.event());
      one.put("handler", arrival.handler());
      one.put("stack", arrival.stack());
    }
    ArrayNode held = node.putArray("held");
    for (GapReport.Held event : window.held()) {
      ObjectNode one = held.addObject();
      one.put("event", event.event());
      ArrayNode reasons = one.putArray("reasons");
      event.reasons().forEach(reasons::add);
    }
  }

  public static String coverage(CoverageReport report) {
    ObjectNode root = JsonText.MAPPER.createObjectNode();
    root.put("schema", "trapnest/coverage/1");
    SurveyWords.begin(root, report.survey());
    ArrayNode rows = root.putArray("boundaries");
    for (CoverageReport.Row row : report.rows()) {
      ObjectNode node = rows.addObject();
      node.put("place", row.place());
      row.kind()
          .ifPresentOrElse(kind -> context(node, kind), () -> node.put("context", "user mode"));
      node.put("states", row.states());
      ArrayNode events = node.putArray("events");
      for (CoverageReport.Received event : row.events()) {
        ObjectNode one = events.addObject();
        one.put("event", event.vector().manualName());
        one.put("outcome", event.reception().words());
        one.put("states", event.states());
      }
    }
    ArrayNode unreached = root.putArray("unreached");
    for (CoverageReport.Unreached run : report.unreached()) {
      ObjectNode node = unreached.addObject();
      node.put("first", run.first());
      node.put("last", run.last());
      node.put("instructions", run.instructions());
      node.put("why", run.why());
    }
    return JsonText.print(root);
  }
}
