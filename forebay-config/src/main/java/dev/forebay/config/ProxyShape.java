package dev.forebay.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of {@link ProxyConfig}. Messages never show one, as it may hold a password. */
final class ProxyShape {
  static final String NONE = "none";

  private static final Pattern ADDRESS =
      Pattern.compile("(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]{1,255})(:(?<port>\\d{1,5}))?/*");

  /** Empty for the word {@code none}. */
  static final ScalarShape<Optional<ProxyConfig>> PROXY =
      new ScalarShape<>(
          "the address of an HTTP proxy, or none",
          ProxyShape::parse,
          proxy -> proxy.map(ProxyConfig::toString).orElse(NONE),
          Json.object("type", "string", "minLength", 1),
          true);

  private ProxyShape() {}

  private static Optional<ProxyConfig> parse(Substituted text) throws Refusal {
    if (text.text().equals(NONE)) {
      return Optional.empty();
    }
    ProxyConfig proxy = parse(text.text());
    Urls.refuseLiteralPassword(text);
    return Optional.of(proxy);
  }

  /** An address such as {@code http://user:password@host:3128}; without a scheme it is http. */
  static ProxyConfig parse(String text) throws Refusal {
    int schemeEnd = text.indexOf("://");
    String scheme = schemeEnd < 0 ? "http" : text.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http")) {
      throw new Refusal(
          "is not the address of an HTTP proxy", "write one such as http://proxy.example:3128");
    }
    String rest = schemeEnd < 0 ? text : text.substring(schemeEnd + 3);
    int at = rest.lastIndexOf('@');
    Matcher address = ADDRESS.matcher(rest.substring(at + 1));
    if (!address.matches()) {
      throw new Refusal(
          "has no valid host and port", "write one such as http://proxy.example:3128");
    }
    String port = address.group("port");
    int number = port == null ? 80 : Integer.parseInt(port);
    if (number < 1 || number > 65_535) {
      throw new Refusal("has no valid port", "write one such as http://proxy.example:3128");
    }
    return new ProxyConfig(
        bare(address.group("host")),
        number,
        at < 0 ? Optional.empty() : Optional.of(credentials(rest.substring(0, at))));
  }

  private static ProxyConfig.Credentials credentials(String text) {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    String password = colon < 0 ? "" : text.substring(colon + 1);
    return new ProxyConfig.Credentials(decoded(user), new Secret(decoded(password)));
  }

  /** Percent codes are resolved; a text that has broken ones is taken as it is. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** An IPv6 address without its brackets. */
  static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
