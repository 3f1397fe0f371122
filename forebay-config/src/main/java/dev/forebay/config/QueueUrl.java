package dev.forebay.config;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a queue's URL contains. */
final class QueueUrl {
  private static final Pattern AWS_HOST =
      Pattern.compile("sqs(?:-fips)?\\.([a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?");
  private static final Pattern ANY_AWS_HOST =
      Pattern.compile(".*\\.amazonaws\\.com(?:\\.cn)?|.*\\.api\\.aws");

  private QueueUrl() {}

  static Optional<String> region(URI queue) {
    Matcher host = AWS_HOST.matcher(queue.getHost());
    return host.matches() ? Optional.of(host.group(1)) : Optional.empty();
  }

  /** The server of a queue that is not AWS's own. */
  static Optional<URI> endpoint(URI queue) {
    return ANY_AWS_HOST.matcher(queue.getHost()).matches()
        ? Optional.empty()
        : Optional.of(URI.create(queue.getScheme() + "://" + queue.getRawAuthority()));
  }
}
