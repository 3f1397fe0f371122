package dev.forebay.emulator;

import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a request goes. */
sealed interface Route {
  /** An operation of Bedrock Runtime. */
  record Data(Call call) implements Route {}

  /** The emulator's own interface; what follows {@code /_emulator/}. */
  record Admin(String page) implements Route {}

  /** Nothing that Bedrock has. */
  record Unknown() implements Route {}

  /** The label stays encoded until it is found, since an ARN's {@code %2F} is no separator. */
  Pattern MODEL_PATH = Pattern.compile("/model/([^/]+)/([a-z-]+)");

  Pattern SIDE_PATH =
      Pattern.compile(
          "/guardrail/([^/]+)/version/[^/]+/apply|/(guardrail-checks)/invoke"
              + "|/async-invoke(?:/([^/]+))?");

  String ADMIN_PREFIX = "/_emulator/";

  static Route of(HttpMethod method, String rawPath) {
    if (rawPath.startsWith(ADMIN_PREFIX)) {
      return new Admin(rawPath.substring(ADMIN_PREFIX.length()));
    }
    Optional<Data> passThrough = passThrough(method, rawPath);
    if (passThrough.isPresent()) {
      return passThrough.get();
    }
    Matcher matcher = MODEL_PATH.matcher(rawPath);
    if (!method.equals(HttpMethod.POST) || !matcher.matches()) {
      return new Unknown();
    }
    Optional<Operation> operation = Operation.of(matcher.group(2));
    Optional<String> label = decoded(matcher.group(1));
    return operation.isPresent() && label.isPresent()
        ? new Data(new Call(new ModelId(label.get()), operation.get()))
        : new Unknown();
  }

  /** An operation that is no call of a model; what it names stands in the model's place. */
  private static Optional<Data> passThrough(HttpMethod method, String rawPath) {
    Matcher matcher = SIDE_PATH.matcher(rawPath);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Optional<Operation> operation =
        switch (method.name() + (matcher.group(3) == null ? "" : " one")) {
          case "POST" ->
              Optional.of(
                  matcher.group(1) != null
                      ? Operation.APPLY_GUARDRAIL
                      : matcher.group(2) != null
                          ? Operation.INVOKE_GUARDRAIL_CHECKS
                          : Operation.START_ASYNC_INVOKE);
          case "GET" ->
              rawPath.equals("/async-invoke")
                  ? Optional.of(Operation.LIST_ASYNC_INVOKES)
                  : Optional.empty();
          case "GET one" -> Optional.of(Operation.GET_ASYNC_INVOKE);
          default -> Optional.empty();
        };
    String named = matcher.group(1) != null ? matcher.group(1) : matcher.group(3);
    Optional<String> label = decoded(named == null ? "none" : named);
    return operation.flatMap(
        known -> label.map(text -> new Data(new Call(new ModelId(text), known))));
  }

  private static Optional<String> decoded(String label) {
    try {
      // A plus sign is itself in a path; the decoder is one for forms.
      return Optional.of(URLDecoder.decode(label.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
