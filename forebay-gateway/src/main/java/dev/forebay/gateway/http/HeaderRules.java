package dev.forebay.gateway.http;

import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.translate.Adaptation;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers travel on, in either direction. */
public final class HeaderRules {
  public static final CharSequence ANSWER = HttpHeaders.createOptimized("x-forebay-answer");
  public static final CharSequence TARGET = HttpHeaders.createOptimized("x-forebay-target");
  public static final CharSequence MODEL = HttpHeaders.createOptimized("x-forebay-model");
  public static final CharSequence ADAPTED = HttpHeaders.createOptimized("x-forebay-adapted");
  public static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("x-forebay-attempts");
  public static final CharSequence AGE = HttpHeaders.createOptimized("age");
  static final CharSequence DEADLINE = HttpHeaders.createOptimized("x-forebay-deadline-ms");
  static final CharSequence PRIORITY = HttpHeaders.createOptimized("x-forebay-priority");
  public static final CharSequence CALLBACK = HttpHeaders.createOptimized("x-forebay-callback");
  public static final CharSequence SIGNATURE = HttpHeaders.createOptimized("x-forebay-signature");
  static final CharSequence PREFER = HttpHeaders.createOptimized("prefer");
  public static final CharSequence PREFERENCE_APPLIED =
      HttpHeaders.createOptimized("preference-applied");
  static final CharSequence IDEMPOTENCY_KEY = HttpHeaders.createOptimized("idempotency-key");
  public static final CharSequence LOCATION = HttpHeaders.createOptimized("location");
  public static final CharSequence CONTENT_LOCATION =
      HttpHeaders.createOptimized("content-location");
  public static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-amzn-requestid");
  static final CharSequence ERROR_TYPE = HttpHeaders.createOptimized("x-amzn-errortype");
  public static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("retry-after");
  static final CharSequence RETRY_AFTER_MS = HttpHeaders.createOptimized("x-amz-retry-after");

  /** They belong to one connection, to the length of one body, or to one browser. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-connection",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /**
   * What every target gets of a caller's request. All else stays here: load balancers and login
   * proxies add tokens of users under names that no list of forbidden ones can follow. W3C {@code
   * baggage} is not among them, since applications put user data into it.
   */
  private static final Set<String> TO_TARGETS =
      Set.of(
          "accept",
          "amz-sdk-invocation-id",
          "content-type",
          "traceparent",
          "tracestate",
          "user-agent",
          "x-amz-user-agent",
          "x-amzn-trace-id");

  /** Betas and versions of the Anthropic API, which Bedrock takes as headers too. */
  private static final String ANTHROPIC_PREFIX = "anthropic-";

  private static final String FOREBAY_PREFIX = "x-forebay-";
  private static final String JSON = "application/json";

  /** What InvokeModel takes and answers as headers; Converse has its own places for it. */
  private static final String BEDROCK_PREFIX = "x-amzn-bedrock-";

  private static final CharSequence BEDROCK_CONTENT_TYPE =
      HttpHeaders.createOptimized("x-amzn-bedrock-content-type");

  private HeaderRules() {}

  /**
   * A request's headers for a target: an allow list.
   *
   * @param more names in lower case that this target gets as well
   */
  public static MultiMap forTarget(MultiMap fromCaller, Set<String> more) {
    return allowed(fromCaller, more).set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
  }

  /** A request's headers as a queue keeps them: what no target may get is not stored either. */
  public static MultiMap forQueue(MultiMap fromCaller, Set<String> more) {
    return allowed(fromCaller, more);
  }

  private static MultiMap allowed(MultiMap fromCaller, Set<String> more) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (Map.Entry<String, String> header : fromCaller) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if ((isForAll(name) || more.contains(name)) && !isNamedByConnection(name, fromCaller)) {
        headers.add(name, header.getValue());
      }
    }
    return headers;
  }

  private static boolean isForAll(String name) {
    return TO_TARGETS.contains(name)
        || name.startsWith(BEDROCK_PREFIX)
        || name.startsWith(ANTHROPIC_PREFIX);
  }

  /** The headers of a call without those that say what was dropped from its body. */
  public static MultiMap without(Set<Adaptation> adaptations, MultiMap headers) {
    if (adaptations.contains(Adaptation.BETA)) {
      headers.remove("anthropic-beta");
    }
    if (adaptations.contains(Adaptation.VERSION)) {
      headers.remove("anthropic-version");
    }
    return headers;
  }

  /** An InvokeModel request's headers for a target that is called by Converse. */
  public static MultiMap forConverse(MultiMap fromCaller, Set<String> more) {
    MultiMap headers = forTarget(fromCaller, more);
    for (String name : Set.copyOf(headers.names())) {
      if (name.startsWith(BEDROCK_PREFIX)) {
        headers.remove(name);
      }
    }
    return headers.remove(HttpHeaders.ACCEPT).set(HttpHeaders.CONTENT_TYPE, JSON);
  }

  /** The headers of a Converse answer as those of the InvokeModel answer made from it. */
  public static MultiMap forInvoke(MultiMap fromTarget, Map<String, String> own) {
    MultiMap headers = HttpHeaders.headers().addAll(fromTarget).set(HttpHeaders.CONTENT_TYPE, JSON);
    own.forEach(headers::set);
    return headers;
  }

  /** The same of a stream, whose own type stays what it is. */
  public static MultiMap forInvokeStream(MultiMap fromTarget) {
    return HttpHeaders.headers().addAll(fromTarget).set(BEDROCK_CONTENT_TYPE, JSON);
  }

  /**
   * The headers of a kept answer in the form of the other operation: streams of InvokeModel tell
   * their own type, and count their tokens in their last chunk.
   */
  public static MultiMap turned(MultiMap kept, Operation asked) {
    MultiMap headers = HttpHeaders.headers().addAll(kept).remove(BEDROCK_CONTENT_TYPE);
    if (asked == Operation.INVOKE_STREAM) {
      headers
          .set(BEDROCK_CONTENT_TYPE, JSON)
          .remove("X-Amzn-Bedrock-Input-Token-Count")
          .remove("X-Amzn-Bedrock-Output-Token-Count")
          .remove("X-Amzn-Bedrock-Invocation-Latency");
    }
    return headers;
  }

  /** An answer's headers for the caller. */
  public static MultiMap forCaller(MultiMap fromTarget) {
    MultiMap toCaller = HttpHeaders.headers();
    for (Map.Entry<String, String> header : fromTarget) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name)
          && !name.startsWith(FOREBAY_PREFIX)
          && !isNamedByConnection(name, fromTarget)) {
        toCaller.add(name, header.getValue());
      }
    }
    return toCaller;
  }

  /** RFC 9110, 7.6.1: a header that Connection names goes no further either. */
  private static boolean isNamedByConnection(String name, MultiMap headers) {
    String connection = headers.get(HttpHeaders.CONNECTION);
    if (connection == null) {
      return false;
    }
    for (String option : connection.split(",", -1)) {
      if (option.trim().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }
}
