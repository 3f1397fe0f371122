package dev.forebay.cli;

import java.net.URI;

/** A line to paste into a shell. */
final class Curl {
  private Curl() {}

  static String converse(URI endpoint, String model) {
    return "curl -s %s/model/%s/converse -H 'content-type: application/json' -d '%s'"
        .formatted(
            endpoint,
            model,
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hello\"}]}],"
                + "\"inferenceConfig\":{\"maxTokens\":200}}");
  }
}
