package dev.forebay.gateway;

/**
 * What a signature is good for.
 *
 * @param date the day in UTC, as in 20260131
 */
record CredentialScope(String date, String region, String service) {
  static final String TERMINATOR = "aws4_request";

  @Override
  public String toString() {
    return date + '/' + region + '/' + service + '/' + TERMINATOR;
  }
}
