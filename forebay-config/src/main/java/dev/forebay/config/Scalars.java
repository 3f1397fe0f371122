package dev.forebay.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kinds of single values. */
final class Scalars {
  /** In a schema: any value may instead be a text with a reference to the environment. */
  private static final String REFERENCE = "\\$\\{";

  private static final String DURATION_OR_REFERENCE =
      "^(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$|" + REFERENCE;
  private static final String OFF = "off";

  /** Also as writers of JSON print large and small numbers: 1e-7, 2.5E8, 60.0. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d{1,18}(\\.\\d{1,20})?([eE][+-]?\\d{1,2})?");

  static final ScalarShape<String> TEXT = text("a text", Pattern.compile("(?s).*"));
  static final ScalarShape<String> NAME = text("a name", Pattern.compile("\\S+"));
  static final ScalarShape<String> ACCESS_KEY_ID =
      text("an access key id of letters and digits", Pattern.compile("\\w{1,128}"));
  static final ScalarShape<String> HOST =
      text("a host name or address, without a port", Pattern.compile("[A-Za-z0-9._:-]{1,255}"));
  static final ScalarShape<String> ORIGIN =
      text(
          "an origin such as https://app.example.com, without a path",
          Pattern.compile("https?://(\\[[0-9a-f:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?"));
  static final ScalarShape<String> REGION =
      text("an AWS region such as us-east-1", Pattern.compile("[a-z]+(-[a-z]+)++-[0-9]{1,3}"));

  static final ScalarShape<Duration> DURATION = duration(Durations::parsePositive);
  static final ScalarShape<Duration> DURATION_OR_ZERO = duration(Durations::parse);

  /** A duration, or the word off. */
  static final ScalarShape<Optional<Duration>> DURATION_OR_OFF =
      new ScalarShape<>(
          "off, or a duration such as 15s",
          text ->
              // YAML 1.1, which Spring reads, makes false of a bare off.
              text.text().equals(OFF) || text.text().equals("false")
                  ? Optional.empty()
                  : Optional.of(Durations.parsePositive(text)),
          duration -> duration.map(Durations::show).orElse(OFF),
          Json.object("type", "string", "pattern", "^" + OFF + "$|" + DURATION_OR_REFERENCE));

  static final ScalarShape<Boolean> BOOLEAN =
      new ScalarShape<>(
          "true or false",
          text ->
              switch (text.text()) {
                case "true" -> true;
                case "false" -> false;
                default ->
                    throw new Refusal(
                        text.quoted() + " is neither true nor false", "write true or false");
              },
          String::valueOf,
          orReference("boolean"));

  /** Above 0, at most 1. */
  static final ScalarShape<Double> SHARE = share(1);

  private Scalars() {}

  static ScalarShape<Integer> number(int min, int max) {
    return wholeNumber(min, max, Math::toIntExact);
  }

  /** A whole number from 1. */
  static ScalarShape<Long> amount(long max) {
    return amount(1, max);
  }

  static ScalarShape<Long> amount(long min, long max) {
    return wholeNumber(min, max, Function.identity());
  }

  /** One of an enum's constants, in lower case. */
  static <E extends Enum<E>> ScalarShape<E> choice(Class<E> type) {
    List<String> names = Arrays.stream(type.getEnumConstants()).map(Scalars::lowerCase).toList();
    return new ScalarShape<>(
        "one of " + String.join(", ", names),
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> lowerCase(constant).equals(text.text()))
                .findFirst()
                .orElseThrow(
                    () ->
                        new Refusal(
                            "unknown value " + text.quoted(),
                            "use one of " + String.join(", ", names))),
        Scalars::lowerCase,
        Json.object(
            "anyOf", List.of(Json.object("enum", names), Json.object("pattern", REFERENCE))));
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static ScalarShape<String> text(String kind, Pattern form) {
    return new ScalarShape<>(
        kind,
        text -> {
          if (text.text().isBlank()) {
            throw new Refusal("is blank", "write " + kind);
          }
          if (!form.matcher(text.text()).matches()) {
            throw new Refusal(text.quoted() + " is not " + kind, "write " + kind);
          }
          return text.text();
        },
        Function.identity(),
        Json.object("type", "string", "minLength", 1));
  }

  private static ScalarShape<Duration> duration(ScalarShape.Parser<Duration> parser) {
    return new ScalarShape<>(
        "a duration such as 250ms, 20s, 1m30s or 24h",
        parser,
        Durations::show,
        Json.object("type", "string", "pattern", DURATION_OR_REFERENCE));
  }

  private static <T extends Number> ScalarShape<T> wholeNumber(
      long min, long max, Function<Long, T> narrow) {
    String kind = "a whole number from " + min + " to " + max;
    return new ScalarShape<>(
        kind,
        text -> {
          BigDecimal number = number(text);
          if (number == null || number.stripTrailingZeros().scale() > 0) {
            throw new Refusal(text.quoted() + " is not a whole number", "write " + kind);
          }
          if (number.compareTo(BigDecimal.valueOf(min)) < 0
              || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw new Refusal(text.quoted() + " is out of range", "write " + kind);
          }
          return narrow.apply(number.longValueExact());
        },
        String::valueOf,
        with(orReference("integer"), "minimum", min, "maximum", max));
  }

  /** Above 0, at most that. */
  static ScalarShape<Double> share(double max) {
    BigDecimal most = BigDecimal.valueOf(max).stripTrailingZeros();
    String kind = "a number above 0 and at most " + most.toPlainString();
    return new ScalarShape<>(
        kind,
        text -> {
          BigDecimal share = number(text);
          if (share != null && share.signum() > 0 && share.compareTo(most) <= 0) {
            return share.doubleValue();
          }
          throw new Refusal(text.quoted() + " is not " + kind, "write one, such as " + max / 2);
        },
        String::valueOf,
        with(orReference("number"), "exclusiveMinimum", 0, "maximum", most));
  }

  /** Null if the text is no number, or has more digits than any setting needs. */
  private static @Nullable BigDecimal number(Substituted text) {
    return NUMBER.matcher(text.text()).matches() ? new BigDecimal(text.text()) : null;
  }

  private static Map<String, Object> orReference(String type) {
    return Json.object("type", List.of(type, "string"), "pattern", REFERENCE);
  }

  private static Map<String, Object> with(Map<String, Object> schema, Object... more) {
    schema.putAll(Json.object(more));
    return schema;
  }
}
