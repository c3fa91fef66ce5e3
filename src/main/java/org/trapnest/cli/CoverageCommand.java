package org.trapnest.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.trapnest.coverage.CoverageFinder;
import org.trapnest.coverage.CoverageReport;
import org.trapnest.coverage.Survey;
import org.trapnest.report.CoverageText;
import org.trapnest.report.SurveyJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code trapnest coverage}. */
@Command(
    name = "coverage",
    mixinStandardHelpOptions = true,
    description = {
      "Says of each instruction boundary what becomes of each event there: delivered, masked, and",
      "by what; in which contexts it is reached; and which instructions are never reached, and why."
    },
    footer = {
      "",
      "Example: trapnest coverage models/ibrs/nmi-saves-restores.S",
      "Exit: 0 complete, 4 a limit was hit."
    })
final class CoverageCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "The model file.")
  private Path model = Path.of("");

  @Mixin private SurveyArguments arguments = new SurveyArguments();

  private final Terminal terminal;

  CoverageCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Survey survey = arguments.survey(model, terminal);
    CoverageReport report = CoverageFinder.report(survey);
    terminal
        .out()
        .print(arguments.json() ? SurveyJson.coverage(report) : CoverageText.print(report));
    return SurveyArguments.status(survey).code();
  }
}
