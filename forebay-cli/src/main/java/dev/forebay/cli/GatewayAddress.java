package dev.forebay.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The address of a running gateway, as an option gives it. */
final class GatewayAddress {
  /** What {@code serve} prints beside the address, and people paste. */
  private static final Pattern PAGE =
      Pattern.compile("(?<=[^/:])/(?:dashboard|metrics|healthz|readyz|api/status|api/events)?/*$");

  private static final Pattern PORT = Pattern.compile(":?(\\d{1,5})");

  private GatewayAddress() {}

  /**
   * Reads the address of a gateway, or of one of its pages; without a scheme it is plain HTTP,
   * without a host this one.
   *
   * @param text such as {@code http://127.0.0.1:8480}, {@code 127.0.0.1:8480}, {@code [::1]:8480},
   *     {@code :8480} or {@code http://127.0.0.1:8480/dashboard}
   * @throws UsageException if that is no HTTP address
   */
  static URI of(String text) {
    Matcher port = PORT.matcher(text.trim());
    return port.matches()
        ? of("--url", "127.0.0.1:" + port.group(1))
        : of("--url", PAGE.matcher(text.trim()).replaceFirst(""));
  }

  /**
   * Reads an address; without a scheme it is plain HTTP.
   *
   * @param option what gave it
   */
  static URI of(String option, String text) {
    String trimmed = text.trim();
    String whole = trimmed.contains("://") ? trimmed : "http://" + trimmed;
    try {
      URI address = new URI(whole);
      String scheme = address.getScheme();
      boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
      if (http && address.getHost() != null && address.getPort() <= 65_535) {
        return address;
      }
    } catch (URISyntaxException e) {
      // Refused below, as any other text that is no address.
    }
    throw new UsageException(
        "%s must be such as http://127.0.0.1:8480, was '%s'".formatted(option, text));
  }
}
