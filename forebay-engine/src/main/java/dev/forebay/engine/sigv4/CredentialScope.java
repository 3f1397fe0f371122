package dev.forebay.engine.sigv4;

/**
 * What a signature is good for.
 *
 * @param date the day in UTC, as in 20260131
 */
public record CredentialScope(String date, String region, String service) {
  public static final String ALGORITHM = "AWS4-HMAC-SHA256";
  public static final String TERMINATOR = "aws4_request";

  @Override
  public String toString() {
    return date + '/' + region + '/' + service + '/' + TERMINATOR;
  }
}
