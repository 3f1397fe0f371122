package dev.forebay.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that was refused. Its message has one line for each problem. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  ConfigException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Everything that was found wrong, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
