package dev.forebay.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A company drawn at random: what it asks for, over what time, with which targets and quotas, and
 * what goes wrong meanwhile. Its number is its seed, and {@code company-17} names it wherever a
 * scenario is named. It is written as a scenario's text, so that it can be saved and changed.
 *
 * <pre>
 * load      flat, a ramp, a spike, waves, or bursts of 10 s; 0.3 to 2.4 times the quotas at its mean
 * kinds     1 to 4 of eight: chat, RAG, agents, code, summaries, classification, extraction, batch
 * deadline  10 s to 10 min, by kind
 * targets   1 to 4 in 1 to 3 tiers; 50 k to 10 M tokens a minute, a third with requests per minute
 * service   burndown 1 to 15, reserve 1 or burndown, the three kinds of minute
 * known     the quota: as it is (half of all), half, double (an eighth each), or nothing (a quarter)
 * others    three in ten use 20 to 50 % of the quotas in the middle
 * faults    two in five have one: an outage, errors, throttling, slowness, or a hang
 * </pre>
 */
final class Company {
  private static final Pattern NAME = Pattern.compile("company-(\\d{1,9})");
  private static final int MOST_CALLS = 2_500;
  private static final int FEWEST_CALLS = 80;

  /** How the quotas are configured. */
  enum QuotaKnowledge {
    DRAWN,
    KNOWN,
    HALF,
    DOUBLE,
    UNKNOWN
  }

  /**
   * A kind of calls.
   *
   * @param streams the share of companies in which it streams
   */
  private record Kind(
      String name,
      List<String> priorities,
      double streams,
      int input,
      int longestInput,
      int maxTokens,
      int output,
      int longestOutput,
      int leastDeadline,
      int mostDeadline) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("chat", List.of("interactive"), 1, 800, 5000, 1024, 250, 900, 10, 60),
          new Kind(
              "rag",
              List.of("interactive", "standard"),
              0.7,
              6000,
              12_000,
              1000,
              600,
              1000,
              20,
              90),
          new Kind(
              "agent",
              List.of("standard", "interactive"),
              0.6,
              12_000,
              60_000,
              4096,
              300,
              2000,
              60,
              300),
          new Kind(
              "code",
              List.of("interactive", "standard"),
              0.8,
              4000,
              30_000,
              8192,
              1200,
              6000,
              60,
              300),
          new Kind(
              "summary",
              List.of("standard", "batch"),
              0.2,
              15_000,
              60_000,
              1024,
              400,
              900,
              60,
              600),
          new Kind("classify", List.of("standard", "interactive"), 0, 400, 2000, 50, 8, 30, 10, 30),
          new Kind("extract", List.of("standard"), 0.1, 2500, 12_000, 2048, 300, 1200, 30, 120),
          new Kind("batch", List.of("batch"), 0, 8000, 30_000, 2048, 500, 1600, 300, 600));

  private final long number;
  private final Draws random;
  private final StringBuilder text = new StringBuilder();

  private Company(long number) {
    this.number = number;
    this.random = new Draws(Draws.mix(number, "company"));
  }

  /** The number in a company's name, if it is one. */
  static Optional<Long> numberOf(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
  }

  /** The scenario's text. */
  static String text(long number, QuotaKnowledge known) {
    return new Company(number).write(known);
  }

  private String write(QuotaKnowledge known) {
    int minutes = 5 + random.nextInt(8);
    line("name: company-%d", number);
    line("description: drawn at random");
    line("duration: %dm", minutes);
    line("seed: %d", number);

    double burndown = pick(1, 1, 5, 5, 2 + random.nextInt(14));
    double reserve = chance(0.7) ? 1 : burndown;
    List<Kind> kinds = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    List<Double> sizes = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    double weight = 0;
    double reserved = 0;
    double charged = 0;
    while (kinds.size() < count) {
      Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      if (kinds.contains(kind)) {
        continue;
      }
      double size = Math.exp((random.nextDouble() - 0.5) * 2 * Math.log(2));
      double own = 0.2 + random.nextDouble();
      kinds.add(kind);
      weights.add(own);
      sizes.add(size);
      weight += own;
      reserved += own * (1.3 * kind.input() * size + kind.maxTokens() * reserve);
      charged += own * 1.3 * (kind.input() * size + kind.output() * burndown);
    }
    double perCall = Math.max(reserved, charged) / weight;
    int targets = 1 + random.nextInt(4);
    double load = Math.exp(Math.log(0.3) + random.nextDouble() * Math.log(8));
    double[] quotas = new double[targets];
    double first = Math.exp(Math.log(50e3) + random.nextDouble() * Math.log(200));
    double all = 0;
    for (int j = 0; j < targets; j++) {
      quotas[j] = j == 0 ? first : first * Math.exp((random.nextDouble() - 0.3) * 1.5);
      all += quotas[j];
    }
    double calls = load * all / (charged / weight) * minutes;
    double wanted = Math.clamp(calls, FEWEST_CALLS, MOST_CALLS);
    // Small quotas and large calls: what is asked for stays, the quota grows; and the other way
    // round.
    for (int j = 0; j < targets; j++) {
      quotas[j] = round(Math.max(quotas[j] * wanted / calls, 5 * perCall));
    }
    arrivals(minutes, wanted / minutes / 60);
    mix(kinds, weights, sizes);
    boolean equalModels = chance(0.5);
    QuotaKnowledge how = known == QuotaKnowledge.DRAWN ? drawnKnowledge() : known;
    targets(minutes, quotas, perCall, burndown, reserve, equalModels);
    configuration(how, quotas, targets);
    return text.toString();
  }

  private QuotaKnowledge drawnKnowledge() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> QuotaKnowledge.UNKNOWN;
      case 2 -> QuotaKnowledge.HALF;
      case 3 -> QuotaKnowledge.DOUBLE;
      default -> QuotaKnowledge.KNOWN;
    };
  }

  private void arrivals(int minutes, double mean) {
    int seconds = minutes * 60;
    List<Double> levels = new ArrayList<>();
    int steps = seconds / 10;
    int shape = random.nextInt(5);
    int from = steps / 6 + random.nextInt(steps / 3);
    int length = Math.max(2, steps / 10 + random.nextInt(steps / 3));
    double height = 2 + 10 * random.nextDouble();
    double period = 6 + random.nextInt(20);
    for (int i = 0; i < steps; i++) {
      levels.add(
          switch (shape) {
            case 0 -> 1.0;
            case 1 -> 0.1 + 1.8 * Math.min(i, steps - i) / steps;
            case 2 -> i >= from && i < from + length ? height : 1.0;
            case 3 -> 1 + 0.9 * Math.sin(2 * Math.PI * i / period);
            // Exponential levels: half of the calls come in a sixth of the time.
            default -> -Math.log(1 - random.nextDouble());
          });
    }
    double sum = levels.stream().mapToDouble(level -> level).sum();
    line("arrivals:");
    for (int i = 0; i < steps; i++) {
      double level = levels.get(i) / sum * steps * mean;
      line("  - { at: %ds, perSecond: %.4f }", i * 10, level);
    }
  }

  private void mix(List<Kind> kinds, List<Double> weights, List<Double> sizes) {
    boolean tenants = chance(0.3);
    if (tenants) {
      line("tenants: { one: 1, two: %d }", 1 + random.nextInt(4));
    }
    line("mix:");
    for (int i = 0; i < kinds.size(); i++) {
      Kind kind = kinds.get(i);
      double size = sizes.get(i);
      double part = random.nextDouble();
      long deadline =
          Math.round(
              kind.leastDeadline()
                  * Math.pow((double) kind.mostDeadline() / kind.leastDeadline(), part));
      line("  %s:", kind.name());
      line("    weight: %.3f", weights.get(i));
      line("    priority: %s", kind.priorities().get(random.nextInt(kind.priorities().size())));
      if (tenants) {
        line("    tenant: %s", chance(0.5) ? "one" : "two");
      }
      line("    streaming: %s", chance(kind.streams()));
      line(
          "    inputTokens: { median: %.0f, p99: %.0f }",
          kind.input() * size, kind.longestInput() * size);
      line("    maxTokens: %d", kind.maxTokens());
      line("    outputTokens: { median: %d, p99: %d }", kind.output(), kind.longestOutput());
      line("    deadline: %ds", deadline);
    }
  }

  private void targets(
      int minutes,
      double[] quotas,
      double perCall,
      double burndown,
      double reserve,
      boolean equalModels) {
    String window = List.of("fixed", "sliding", "bucket").get(random.nextInt(3));
    boolean others = chance(0.3);
    boolean fault = chance(0.4);
    int faulty = chance(0.7) ? 0 : random.nextInt(quotas.length);
    double firstToken = 0.3 + 1.2 * random.nextDouble();
    double speed = 30 + 90 * random.nextDouble();
    line("targets:");
    for (int j = 0; j < quotas.length; j++) {
      double faster = equalModels ? 1 : 0.6 + random.nextDouble();
      line("  t%d:", j);
      String requests =
          chance(1.0 / 3)
              ? String.format(
                  Locale.ROOT,
                  "requestsPerMinute: %.0f, ",
                  Math.max(5, quotas[j] / perCall * (0.5 + 2 * random.nextDouble())))
              : "";
      line(
          "    quota: { %stokensPerMinute: %.0f, burndown: %.0f, reserve: %.0f, window: %s }",
          requests, quotas[j], burndown, reserve, window);
      line("    latency:");
      line(
          "      timeToFirstToken: { median: %.3fs, p99: %.3fs }",
          firstToken / faster, firstToken / faster * 4);
      line(
          "      tokensPerSecond: { median: %.1f, p99: %.1f }",
          speed * faster, speed * faster * 1.7);
      if (others) {
        line("    othersLoad:");
        line("      - { at: 0s, tokensPerMinute: 0 }");
        line(
            "      - { at: %ds, tokensPerMinute: %.0f }",
            minutes * 20, quotas[j] * (0.2 + 0.3 * random.nextDouble()));
        line("      - { at: %ds, tokensPerMinute: 0 }", minutes * 40);
      }
      if (fault && j == faulty) {
        int from = minutes * (6 + random.nextInt(20));
        int until = from + 30 + random.nextInt(minutes * 24);
        line("    faults: [ { from: %ds, until: %ds, what: %s } ]", from, until, fault());
      }
    }
  }

  private String fault() {
    return switch (random.nextInt(7)) {
      case 0, 1 -> "outage";
      case 2, 3 ->
          String.format(
              Locale.ROOT,
              "errors, rate: %.2f, status: %d",
              0.1 + 0.9 * random.nextDouble(),
              List.of(500, 503, 429).get(random.nextInt(3)));
      case 4 -> "throttle";
      case 5 ->
          String.format(
              Locale.ROOT,
              "slow, timeToFirstToken: %.1f, tokensPerSecond: %.2f",
              2 + 6 * random.nextDouble(),
              0.2 + 0.6 * random.nextDouble());
      default -> "hang";
    };
  }

  private void configuration(QuotaKnowledge how, double[] quotas, int targets) {
    line("forebay:");
    List<String> tiers = new ArrayList<>();
    int left = targets;
    int next = 0;
    while (left > 0) {
      int equals = tiers.size() == 2 ? left : 1 + random.nextInt(left);
      List<String> names = new ArrayList<>();
      for (int i = 0; i < equals; i++) {
        names.add("t" + next++);
      }
      tiers.add("[" + String.join(", ", names) + "]");
      left -= equals;
    }
    line("  tiers: [%s]", String.join(", ", tiers));
    switch (how) {
      case UNKNOWN -> line("  quota: unknown");
      case HALF -> quotas(quotas, 0.5);
      case DOUBLE -> quotas(quotas, 2);
      case KNOWN, DRAWN -> line("  quota: known");
    }
  }

  private void quotas(double[] quotas, double factor) {
    line("  quota:");
    for (int j = 0; j < quotas.length; j++) {
      line("    t%d: { tokensPerMinute: %.0f }", j, quotas[j] * factor);
    }
  }

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }

  private double pick(double... values) {
    return values[random.nextInt(values.length)];
  }

  /** Quotas are round numbers. */
  private static double round(double quota) {
    return Math.max(1000, Math.rint(quota / 1000) * 1000);
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a dependency of its own.
  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
