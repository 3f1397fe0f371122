package dev.forebay.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** One reading of one file: where values come from, and what was found wrong so far. */
final class Diagnostics {
  /** More than anyone reads; a bound, since each of a million keys could be wrong. */
  private static final int MAX_PROBLEMS = 1000;

  private final String source;
  private final Map<String, String> env;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private int problemCount;
  private int unknownCount;

  Diagnostics(String source, Map<String, String> env) {
    this.source = source;
    this.env = env;
  }

  void problem(SourcePosition place, String path, String message, String remedy) {
    problemCount++;
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new Problem(place, path, message, remedy));
    }
  }

  void warning(SourcePosition place, String path, String message, String remedy) {
    if (warnings.size() < MAX_PROBLEMS) {
      warnings.add(new Problem(place, path, message, remedy));
    }
  }

  /** Takes note of a value that is not known, and says whether it is one. */
  boolean isUnknown(Node node) {
    boolean unknown = TreeNodes.isUnknown(node);
    if (unknown) {
      unknownCount++;
    }
    return unknown;
  }

  int problemCount() {
    return problemCount;
  }

  int unknownCount() {
    return unknownCount;
  }

  /** If it did not grow, what was read meanwhile is sound. */
  int unsoundCount() {
    return problemCount + unknownCount;
  }

  /** All problems in the order of the file. */
  List<Problem> problems() {
    return problems.stream().sorted(Problem.BY_PLACE).toList();
  }

  List<Problem> warnings() {
    return warnings.stream().sorted(Problem.BY_PLACE).toList();
  }

  SourcePosition wholeFile() {
    return SourcePosition.wholeFile(source);
  }

  SourcePosition place(Node node) {
    return node.getStartMark()
        .map(mark -> new SourcePosition(mark.getName(), mark.getLine() + 1, mark.getColumn() + 1))
        .orElseGet(this::wholeFile);
  }

  /**
   * The value with its references resolved.
   *
   * @param secret whether a default in the file would be refused, so that none is suggested
   */
  Optional<Substituted> substitute(ScalarNode node, String path, boolean secret) {
    return Substitution.apply(
        node.getValue(),
        env,
        secret,
        (message, remedy) -> problem(place(node), path, message, remedy));
  }
}
