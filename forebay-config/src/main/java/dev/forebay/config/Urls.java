package dev.forebay.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Addresses of other services. Messages never show one, as it may hold a password. */
final class Urls {
  private static final int MAX_PORT = 65_535;
  private static final Map<String, Object> SCHEMA = Json.object("type", "string", "minLength", 1);

  /** An HTTP address, to which paths are appended. */
  static final ScalarShape<URI> HTTP =
      new ScalarShape<>(
          "an http or https address", text -> http(text.text()), URI::toString, SCHEMA);

  private Urls() {}

  /** A connection, whose password must come by reference. */
  static ScalarShape<Secret> connection(String... prefixes) {
    return connection(text -> {}, prefixes);
  }

  /** What else is asked of a text. */
  interface Check {
    void check(String text) throws Refusal;
  }

  /** A connection of which more is asked. */
  static ScalarShape<Secret> connection(Check check, String... prefixes) {
    String kind = "an address that begins with " + String.join(" or ", prefixes);
    return new ScalarShape<>(
        kind,
        text -> {
          if (List.of(prefixes).stream()
              .noneMatch(
                  prefix ->
                      text.text().startsWith(prefix) && text.text().length() > prefix.length())) {
            throw new Refusal("is not " + kind, "write " + kind);
          }
          refuseLiteralPassword(text);
          check.check(text.text());
          return new Secret(text.text());
        },
        Secret::toString,
        SCHEMA,
        true);
  }

  private static URI http(String text) throws Refusal {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new Refusal("is not a valid address", "write one such as https://host:443");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    if (!Set.of("http", "https").contains(scheme)) {
      throw new Refusal("is not an http or https address", "begin it with http:// or https://");
    }
    if (uri.getRawUserInfo() != null) {
      throw new Refusal("has a user or password in the address", "remove what is before the @");
    }
    if (uri.getHost() == null || uri.getPort() > MAX_PORT) {
      throw new Refusal("has no valid host and port", "write one such as https://host:443");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new Refusal("has a query or fragment", "end the address before ? or #");
    }
    return uri;
  }

  static void refuseLiteralPassword(Substituted text) throws Refusal {
    int start = text.text().indexOf("://") + 3;
    int at = text.text().lastIndexOf('@');
    int colon = text.text().indexOf(':', start);
    if (start >= 3 && colon >= 0 && colon < at && !text.isReferenced(colon + 1, at)) {
      throw new Refusal(
          "has a password written in the file", "secrets only by reference: ${PASSWORD}");
    }
  }
}
