package dev.forebay.bedrock.translate;

/** An answer holds something that the family it was asked in has no form for. */
public final class UntranslatableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String problem;

  /** Takes a message that quotes nothing of the answer. */
  UntranslatableException(String problem) {
    super(problem);
    this.problem = problem;
  }

  /** The message. */
  public String problem() {
    return problem;
  }
}
