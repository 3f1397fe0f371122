package dev.forebay.simulator;

import dev.forebay.config.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A scenario that was refused. Its message has one line for each problem. */
public final class ScenarioException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  ScenarioException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Everything that was found wrong. */
  public List<Problem> problems() {
    return problems;
  }
}
