package dev.forebay.simulator;

import dev.forebay.config.Problem;

/** A value of the file is not what it should be; its section reports it and reads on. */
final class RefusedValue extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  RefusedValue(Problem problem) {
    super(problem.toString(), null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
