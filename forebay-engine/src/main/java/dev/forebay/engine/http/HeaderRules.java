package dev.forebay.engine.http;

import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.translate.Adaptation;
import dev.forebay.engine.Headers;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which headers are forwarded, in either direction. */
public final class HeaderRules {
  public static final String ANSWER = "x-forebay-answer";
  public static final String TARGET = "x-forebay-target";
  public static final String MODEL = "x-forebay-model";
  public static final String ADAPTED = "x-forebay-adapted";
  public static final String ATTEMPTS = "x-forebay-attempts";
  public static final String AGE = "age";
  public static final String DEADLINE = "x-forebay-deadline-ms";
  public static final String PRIORITY = "x-forebay-priority";
  public static final String CALLBACK = "x-forebay-callback";
  public static final String SIGNATURE = "x-forebay-signature";
  public static final String PREFER = "prefer";
  public static final String PREFERENCE_APPLIED = "preference-applied";
  public static final String IDEMPOTENCY_KEY = "idempotency-key";
  public static final String LOCATION = "location";
  public static final String CONTENT_LOCATION = "content-location";
  public static final String REQUEST_ID = "x-amzn-requestid";
  public static final String ERROR_TYPE = "x-amzn-errortype";
  public static final String RETRY_AFTER = "retry-after";
  public static final String RETRY_AFTER_MS = "x-amz-retry-after";

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

  private static final String BEDROCK_CONTENT_TYPE = "x-amzn-bedrock-content-type";

  private HeaderRules() {}

  /**
   * A request's headers for a target: an allow list.
   *
   * @param more names in lower case that this target gets as well
   */
  public static Headers forTarget(Headers fromCaller, Set<String> more) {
    return allowed(fromCaller, more).set(Headers.ACCEPT_ENCODING, "identity");
  }

  /** A request's headers as a queue keeps them: what no target may get is not stored either. */
  public static Headers forQueue(Headers fromCaller, Set<String> more) {
    return allowed(fromCaller, more);
  }

  private static Headers allowed(Headers fromCaller, Set<String> more) {
    Headers headers = new Headers();
    String connection = fromCaller.get(Headers.CONNECTION);
    for (Map.Entry<String, String> header : fromCaller) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if ((isForAll(name) || more.contains(name)) && !isNamed(connection, name)) {
        headers.addReceived(name, header.getValue());
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
  public static Headers without(Set<Adaptation> adaptations, Headers headers) {
    if (adaptations.contains(Adaptation.BETA)) {
      headers.remove("anthropic-beta");
    }
    if (adaptations.contains(Adaptation.VERSION)) {
      headers.remove("anthropic-version");
    }
    return headers;
  }

  /** An InvokeModel request's headers for a target that is called by Converse. */
  public static Headers forConverse(Headers fromCaller, Set<String> more) {
    Headers headers = forTarget(fromCaller, more);
    for (String name : headers.names()) {
      if (name.startsWith(BEDROCK_PREFIX)) {
        headers.remove(name);
      }
    }
    return headers.remove(Headers.ACCEPT).set(Headers.CONTENT_TYPE, JSON);
  }

  /** The headers of a Converse answer as those of the InvokeModel answer made from it. */
  public static Headers forInvoke(Headers fromTarget, Map<String, String> own) {
    Headers headers = new Headers().addAll(fromTarget).set(Headers.CONTENT_TYPE, JSON);
    own.forEach(headers::set);
    return headers;
  }

  /** The same of a stream, whose own type stays what it is. */
  public static Headers forInvokeStream(Headers fromTarget) {
    return new Headers().addAll(fromTarget).set(BEDROCK_CONTENT_TYPE, JSON);
  }

  /**
   * The headers of a kept answer in the form of the other operation: streams of InvokeModel name
   * their own type, and count their tokens in their last chunk.
   */
  public static Headers turned(Headers kept, Operation asked) {
    Headers headers = new Headers().addAll(kept).remove(BEDROCK_CONTENT_TYPE);
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
  public static Headers forCaller(Headers fromTarget) {
    Headers toCaller = new Headers();
    String connection = fromTarget.get(Headers.CONNECTION);
    for (Map.Entry<String, String> header : fromTarget) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name)
          && !name.startsWith(FOREBAY_PREFIX)
          && !isNamed(connection, name)) {
        toCaller.add(name, header.getValue());
      }
    }
    return toCaller;
  }

  /** RFC 9110, 7.6.1: a header that Connection names goes no further either. */
  private static boolean isNamed(@Nullable String connection, String name) {
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
