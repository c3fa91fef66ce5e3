package org.trapnest.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.trapnest.coverage.GapFinder;
import org.trapnest.coverage.GapReport;
import org.trapnest.coverage.Survey;
import org.trapnest.report.GapText;
import org.trapnest.report.SurveyJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code trapnest gaps}. */
@Command(
    name = "gaps",
    mixinStandardHelpOptions = true,
    description = {
      "Says where the kernel runs with something that is not the kernel's: stack, GS base, CR3,",
      "IBRS, RCU and others, which events can arrive there, and what handles them.",
      "Several models, such as one with the IDT and one with FRED, stand side by side."
    },
    footer = {
      "",
      "Example: trapnest gaps models/kaiser/mainline.S",
      "Exit: 0 complete, 4 a limit was hit."
    })
final class GapsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", arity = "1..*", description = "Model files.")
  private List<Path> models = new ArrayList<>();

  @Mixin private SurveyArguments arguments = new SurveyArguments();

  private final Terminal terminal;

  GapsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<GapReport> reports = new ArrayList<>();
    ExitStatus status = ExitStatus.AS_EXPECTED;
    for (Path model : models) {
      Survey survey = arguments.survey(model, terminal);
      reports.add(GapFinder.report(survey));
      status = status.worse(SurveyArguments.status(survey));
    }
    terminal.out().print(arguments.json() ? SurveyJson.gaps(reports) : GapText.print(reports));
    return status.code();
  }
}
