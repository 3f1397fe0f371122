package dev.forebay.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * Asks the gateway of this container whether it serves, for container engines whose health check is
 * a command; the image has no curl. A program of its own, which loads next to nothing, because it
 * is started every ten seconds.
 */
final class HealthProbe {
  /** Longer than a healthy gateway ever takes, shorter than the image's timeout of the check. */
  private static final int MILLIS = 2_000;

  private HealthProbe() {}

  /**
   * Ends with 0 if {@code /healthz} answers 200 within two seconds, else with 1 and a line that
   * says why. {@code FOREBAY_HEALTH_URL} holds another address than {@code
   * http://127.0.0.1:8480/healthz}.
   */
  public static void main(String[] args) {
    String set = System.getenv("FOREBAY_HEALTH_URL");
    String url = set == null ? "http://127.0.0.1:8480/healthz" : set;
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(MILLIS);
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_OK) {
        System.exit(0);
      }
      System.err.println(url + " answers " + status);
    } catch (IOException | IllegalArgumentException e) {
      System.err.println(url + ": " + e);
    }
    System.exit(1);
  }
}
