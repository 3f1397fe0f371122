package dev.forebay.emulator;

import dev.forebay.emulator.Effect.Phase;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one fault: keys that say which requests it meets, and one that names the effect. */
final class FaultReader {
  static final List<String> MATCH =
      List.of(
          "model", "operation", "serviceTier", "from", "until", "after", "count", "probability");

  /** Each effect with the keys it knows. */
  static final Map<String, List<String>> EFFECTS =
      Map.ofEntries(
          Map.entry("throttle", List.of("reason", "retryAfter")),
          Map.entry("unavailable", List.of("retryAfter")),
          Map.entry("error", List.of("exception", "message", "retryAfter")),
          Map.entry("outage", List.of()),
          Map.entry("hang", List.of("at")),
          Map.entry("slowFirstToken", List.of("factor", "delay")),
          Map.entry("stall", List.of("afterEvents", "duration")),
          Map.entry("exceptionEvent", List.of("exception", "message", "afterEvents")),
          Map.entry("reset", List.of("at", "afterEvents")),
          Map.entry("truncate", List.of("afterEvents", "halfFrame")),
          Map.entry("cut", List.of("afterEvents", "halfFrame")),
          Map.entry("malformedFrame", List.of("afterEvents")),
          Map.entry("guardrail", List.of("text")),
          Map.entry("garbage", List.of("kind")));

  private static final ErrorType[] EVENTS = {
    ErrorType.INTERNAL_SERVER,
    ErrorType.MODEL_STREAM_ERROR,
    ErrorType.MODEL_TIMEOUT,
    ErrorType.SERVICE_UNAVAILABLE,
    ErrorType.THROTTLING,
    ErrorType.VALIDATION
  };

  private FaultReader() {}

  static Fault fault(Node node) {
    List<String> known = Stream.concat(MATCH.stream(), EFFECTS.keySet().stream().sorted()).toList();
    Fields fields = Fields.of(node, known);
    List<String> effects =
        node.mapping().entries().keySet().stream().filter(EFFECTS::containsKey).toList();
    if (effects.size() != 1) {
      throw node.place()
          .refuse("needs exactly one effect of " + EFFECTS.keySet().stream().sorted().toList());
    }
    String effect = effects.getFirst();
    Node body = node.mapping().entries().getOrDefault(effect, node);
    try {
      return new Fault(
          fields.get("model").map(Node::text).orElse(null),
          fields
              .get("operation")
              .map(value -> value.choice(Operation.values(), Operation::key))
              .orElse(null),
          fields.get("serviceTier").map(FaultReader::tier).orElse(null),
          fields.get("from").map(Node::duration).orElse(Duration.ZERO),
          fields.get("until").map(Node::duration).orElse(null),
          fields.get("after").map(value -> value.integer(0)).orElse(0L),
          fields.get("count").map(value -> value.integer(0)).orElse(null),
          fields.get("probability").map(FaultReader::share).orElse(1.0),
          effect(effect, fields(body, effect)));
    } catch (IllegalArgumentException e) {
      throw node.place().refuse(String.valueOf(e.getMessage()));
    }
  }

  /** An effect without settings may be written as an empty value, {@code true} or {@code {}}. */
  private static Fields fields(Node body, String effect) {
    boolean bare = body.nothing() || (body instanceof Node.Scalar && body.flag());
    Node mapping = bare ? new Node.Mapping(body.place(), Map.of(), Map.of()) : body;
    return Fields.of(mapping, EFFECTS.getOrDefault(effect, List.of()));
  }

  static String tier(Node node) {
    String tier = node.text();
    if (!Tier.ALL.contains(tier)) {
      throw node.place().refuse("expected one of " + Tier.ALL.stream().sorted().toList());
    }
    return tier;
  }

  private static double share(Node node) {
    double share = node.number(0);
    if (share > 1) {
      throw node.place().refuse("expected a probability of 0 to 1");
    }
    return share;
  }

  private static Effect effect(String key, Fields fields) {
    return switch (key) {
      case "throttle" -> new Effect.Throttle(reason(fields), retryAfter(fields));
      case "unavailable" -> new Effect.Unavailable(retryAfter(fields));
      case "error" ->
          new Effect.Failure(
              exception(fields, ErrorType.values()), message(fields), retryAfter(fields));
      case "outage" -> new Effect.Outage();
      case "hang" -> new Effect.Hang(phase(fields, Phase.HEADERS, Phase.FIRST_TOKEN));
      case "slowFirstToken" -> slowFirstToken(fields);
      case "stall" ->
          new Effect.Stall(
              afterEvents(fields), fields.get("duration").map(Node::duration).orElse(null));
      case "exceptionEvent" ->
          new Effect.ExceptionEvent(
              exception(fields, EVENTS), message(fields), afterEvents(fields));
      case "reset" -> reset(fields);
      case "truncate" -> new Effect.Truncate(afterEvents(fields), halfFrame(fields));
      case "cut" -> new Effect.Cut(afterEvents(fields), halfFrame(fields));
      case "malformedFrame" -> new Effect.MalformedFrame(afterEvents(fields));
      case "guardrail" ->
          new Effect.Guardrail(
              fields.get("text").map(Node::text).orElse(Effect.Guardrail.USUAL_TEXT));
      case "garbage" ->
          new Effect.Garbage(
              fields
                  .get("kind")
                  .map(
                      value -> value.choice(Effect.Garbage.Kind.values(), Effect.Garbage.Kind::key))
                  .orElse(Effect.Garbage.Kind.BODY));
      default -> throw new IllegalStateException("no such effect: " + key);
    };
  }

  private static Effect slowFirstToken(Fields fields) {
    return new Effect.SlowFirstToken(
        fields.get("factor").map(value -> value.number(0)).orElse(1.0),
        fields.get("delay").map(Node::duration).orElse(Duration.ZERO));
  }

  private static Effect reset(Fields fields) {
    return new Effect.Reset(
        phase(fields, Phase.REQUEST, Phase.HEADERS, Phase.MID_STREAM), afterEvents(fields));
  }

  private static ErrorType.Reason reason(Fields fields) {
    return fields
        .get("reason")
        .map(value -> value.choice(ErrorType.Reason.values(), ErrorType.Reason::key))
        .orElse(ErrorType.Reason.REQUESTS);
  }

  /** Either spelling is taken: that of the exception, or that of its event. */
  private static ErrorType exception(Fields fields, ErrorType[] allowed) {
    Node node = fields.need("exception");
    String name = node.text();
    return Arrays.stream(allowed)
        .filter(type -> type.wireName().equals(name) || type.eventName().equals(name))
        .findFirst()
        .orElseGet(() -> node.choice(allowed, ErrorType::wireName));
  }

  private static @Nullable String message(Fields fields) {
    return fields.get("message").map(Node::text).orElse(null);
  }

  /** A bare number means seconds, as in the header. */
  private static @Nullable Duration retryAfter(Fields fields) {
    return fields
        .get("retryAfter")
        .map(
            node ->
                node instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.NUMBER
                    ? Duration.ofSeconds(node.integer(0))
                    : node.duration())
        .orElse(null);
  }

  /** The first allowed one is the default. */
  private static Phase phase(Fields fields, Phase... allowed) {
    return fields.get("at").map(node -> node.choice(allowed, Phase::key)).orElse(allowed[0]);
  }

  private static int afterEvents(Fields fields) {
    long events = fields.get("afterEvents").map(value -> value.integer(0)).orElse(2L);
    return (int) Math.min(events, Integer.MAX_VALUE);
  }

  private static boolean halfFrame(Fields fields) {
    return fields.get("halfFrame").map(Node::flag).orElse(false);
  }
}
