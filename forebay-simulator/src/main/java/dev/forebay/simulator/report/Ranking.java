package dev.forebay.simulator.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where Forebay stands over many companies, against each of the other policies and the oracle.
 * Differences are in points, hundredths of the oracle's work or of the calls.
 *
 * @param policies their keys, in the order of each run's results
 */
public record Ranking(List<String> policies, List<Run> runs) {
  private static final String FOREBAY = "forebay";

  /** So many points behind is more than the scatter of a small company. */
  private static final double BEHIND = 2;

  private static final int WORST = 8;

  /**
   * One run of one company.
   *
   * @param known whether Forebay knows all quotas
   * @param overloaded whether more was asked for than the oracle can serve
   */
  public record Run(String company, boolean known, boolean overloaded, List<PolicyResult> results) {
    public Run {
      results = List.copyOf(results);
    }

    private PolicyResult of(String policy) {
      return results.stream().filter(r -> r.name().equals(policy)).findFirst().orElseThrow();
    }

    private double goodput(String policy) {
      double goodput = of(policy).goodput();
      return Double.isNaN(goodput) ? 1 : goodput;
    }

    private double bestOther() {
      return results.stream()
          .filter(r -> !r.name().equals(FOREBAY))
          .mapToDouble(r -> goodput(r.name()))
          .max()
          .orElse(0);
    }

    /** In one line, for who watches. */
    public String line() {
      return results.stream()
          .map(r -> "%s %.3f".formatted(r.name(), goodput(r.name())))
          .collect(Collectors.joining(" ", company + (known ? " " : " (unknown) "), ""));
    }
  }

  public Ranking {
    policies = List.copyOf(policies);
    runs = List.copyOf(runs);
  }

  /** The table. */
  public String text() {
    StringBuilder out = new StringBuilder();
    long companies = runs.stream().map(Run::company).distinct().count();
    out.append("%d companies drawn at random, %d runs\n\n".formatted(companies, runs.size()));
    policies(out);
    if (!policies.contains(FOREBAY)) {
      return out.toString();
    }
    if (policies.size() > 1) {
      out.append('\n');
      standings(out);
    }
    out.append('\n');
    attempts(out);
    if (policies.size() > 1) {
      out.append('\n');
      worst(out);
    }
    return out.toString();
  }

  private void policies(StringBuilder out) {
    Rows rows = new Rows();
    rows.add(
        "policy", "of the oracle", "least", "most", "answered", "attempts/answer", "429s/answer");
    for (String policy : policies) {
      rows.add(
          policy,
          number(mean(runs, r -> r.goodput(policy))),
          number(runs.stream().mapToDouble(r -> r.goodput(policy)).min().orElse(0)),
          number(runs.stream().mapToDouble(r -> r.goodput(policy)).max().orElse(0)),
          number(mean(runs, r -> r.of(policy).counts().answeredShare())),
          number(perAnswer(runs, policy, true)),
          number(perAnswer(runs, policy, false)));
    }
    rows.write(out);
  }

  private void standings(StringBuilder out) {
    Rows rows = new Rows();
    rows.add(
        "forebay against",
        "points",
        "overloaded",
        "answered",
        "runs behind",
        "worst run",
        "points");
    for (String policy : policies) {
      if (!policy.equals(FOREBAY)) {
        row(rows, policy, r -> r.goodput(policy), r -> r.of(policy).counts().answeredShare());
      }
    }
    row(rows, "the best of each run", Run::bestOther, Ranking::bestAnswered);
    rows.write(out);
  }

  private void row(
      Rows rows, String label, ToDoubleFunction<Run> goodput, ToDoubleFunction<Run> answered) {
    ToDoubleFunction<Run> ahead = r -> 100 * (r.goodput(FOREBAY) - goodput.applyAsDouble(r));
    Run worst = runs.stream().min(Comparator.comparingDouble(ahead)).orElseThrow();
    long behind = runs.stream().filter(r -> ahead.applyAsDouble(r) < -BEHIND).count();
    List<Run> overloaded = runs.stream().filter(Run::overloaded).toList();
    rows.add(
        label,
        points(mean(runs, ahead)),
        points(mean(overloaded, ahead)),
        points(
            mean(
                runs,
                r -> 100 * (r.of(FOREBAY).counts().answeredShare() - answered.applyAsDouble(r)))),
        "%d of %d".formatted(behind, runs.size()),
        worst.company(),
        points(ahead.applyAsDouble(worst)));
  }

  private void attempts(StringBuilder out) {
    Rows rows = new Rows();
    rows.add(
        "forebay, quota", "runs", "of the oracle", "attempts/answer", "429s/answer", "inversions");
    for (boolean known : new boolean[] {true, false}) {
      List<Run> of = runs.stream().filter(r -> r.known() == known).toList();
      if (!of.isEmpty()) {
        rows.add(
            known ? "known" : "unknown",
            Integer.toString(of.size()),
            number(mean(of, r -> r.goodput(FOREBAY))),
            number(perAnswer(of, FOREBAY, true)),
            number(perAnswer(of, FOREBAY, false)),
            Integer.toString(of.stream().mapToInt(r -> r.of(FOREBAY).inversions()).sum()));
      }
    }
    rows.write(out);
  }

  private void worst(StringBuilder out) {
    Map<String, List<Run>> byCompany =
        runs.stream()
            .collect(Collectors.groupingBy(Run::company, LinkedHashMap::new, Collectors.toList()));
    Rows rows = new Rows();
    rows.add("worst companies", "forebay", "best other", "which", "points", "quota");
    List<Map.Entry<String, List<Run>>> sorted = new ArrayList<>(byCompany.entrySet());
    sorted.sort(Comparator.comparingDouble(e -> mean(e.getValue(), Ranking::ahead)));
    for (Map.Entry<String, List<Run>> entry : sorted.subList(0, Math.min(WORST, sorted.size()))) {
      List<Run> of = entry.getValue();
      String best =
          others()
              .max(Comparator.comparingDouble(policy -> mean(of, r -> r.goodput(policy))))
              .orElseThrow();
      rows.add(
          entry.getKey(),
          number(mean(of, r -> r.goodput(FOREBAY))),
          number(mean(of, Run::bestOther)),
          best,
          points(mean(of, Ranking::ahead)),
          of.getFirst().known() ? "known" : "unknown");
    }
    rows.write(out);
  }

  private Stream<String> others() {
    return policies.stream().filter(policy -> !policy.equals(FOREBAY));
  }

  private static double ahead(Run run) {
    return 100 * (run.goodput(FOREBAY) - run.bestOther());
  }

  private static double bestAnswered(Run run) {
    return run.results().stream()
        .filter(r -> !r.name().equals(FOREBAY))
        .mapToDouble(r -> r.counts().answeredShare())
        .max()
        .orElse(0);
  }

  /** Each run counts the same, however many calls it has. */
  private static double perAnswer(List<Run> of, String policy, boolean attempts) {
    return mean(
        of,
        r -> {
          Counts all = r.of(policy).counts();
          double part = attempts ? all.attempts() : all.throttled();
          return part / Math.max(1, all.answered());
        });
  }

  private static double mean(List<Run> of, ToDoubleFunction<Run> value) {
    return of.stream().mapToDouble(value).average().orElse(0);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String points(double value) {
    return String.format(Locale.ROOT, "%+.1f", value);
  }
}
