package dev.forebay.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of request headers that an operator may have forwarded to a target. */
final class HeaderNames {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

  /** RFC 9110, 7.6.1, and what frames or addresses one message. */
  private static final Set<String> ONE_CONNECTION =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "max-forwards",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** The gateway sets these itself, from the target's credentials and for its own reading. */
  private static final Set<String> SET_BY_GATEWAY =
      Set.of(
          "accept-encoding",
          "authorization",
          "x-amz-content-sha256",
          "x-amz-date",
          "x-amz-security-token");

  /** The gateway acts on these, so that a target must not do so again. */
  private static final Set<String> FOR_GATEWAY =
      Set.of("amz-sdk-request", "cache-control", "idempotency-key", "prefer");

  static final ScalarShape<String> FORWARDED =
      new ScalarShape<>(
          "the name of a request header",
          text -> forwarded(text.text(), text.quoted()),
          name -> name,
          Json.object("type", "string", "minLength", 1));

  private HeaderNames() {}

  private static String forwarded(String name, String quoted) throws Refusal {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!TOKEN.matcher(name).matches() || name.contains("*")) {
      throw new Refusal(quoted + " is not a header's name", "write each name in full");
    }
    if (ONE_CONNECTION.contains(lower)) {
      throw new Refusal(
          quoted + " belongs to one connection or one message and is never forwarded", "remove it");
    }
    if (SET_BY_GATEWAY.contains(lower)) {
      throw new Refusal(
          quoted + " is set by the gateway itself for each target",
          "remove it; see the target's credentials");
    }
    if (FOR_GATEWAY.contains(lower) || lower.startsWith("x-forebay-")) {
      throw new Refusal(quoted + " is meant for the gateway and is never forwarded", "remove it");
    }
    return lower;
  }
}
