package dev.forebay.cli;

import java.net.URI;
import java.net.URISyntaxException;

/** The address of a running gateway, as an option gives it. */
final class GatewayAddress {
  private GatewayAddress() {}

  /**
   * Reads an address; without a scheme it is plain HTTP.
   *
   * @param text such as {@code http://127.0.0.1:8480}, {@code 127.0.0.1:8480} or {@code [::1]:8480}
   * @throws UsageException if that is no HTTP address
   */
  static URI of(String text) {
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
    throw new UsageException("--url must be such as http://127.0.0.1:8480, was " + text);
  }
}
