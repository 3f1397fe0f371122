package dev.forebay.config;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must hold between the keys of queues in Amazon SQS. */
final class SqsConsistency {
  private static final Duration SHORTEST = Duration.ofSeconds(3);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final List<Located<Section>> queues;
  private final Optional<Map<String, Located<Section>>> routes;
  private final Diagnostics reading;

  SqsConsistency(
      List<Located<Section>> queues,
      Optional<Map<String, Located<Section>>> routes,
      Diagnostics reading) {
    this.queues = queues;
    this.routes = routes;
    this.reading = reading;
  }

  void check() {
    Set<URI> drained = new HashSet<>();
    for (Located<Section> found : queues) {
      Section queue = found.value();
      queue
          .found(SqsSettings.QUEUE)
          .filter(url -> !drained.add(url.value()))
          .ifPresent(url -> problem(url, "is drained already", "remove one of them"));
      queue.found(SqsSettings.ROUTE).ifPresent(this::checkRoute);
      queue.found(SqsSettings.VISIBILITY).ifPresent(this::checkVisibility);
      queue.found(SqsSettings.CREDENTIALS).ifPresent(this::checkCredentials);
      checkRegion(queue);
      checkAnswers(found);
    }
    queues.forEach(found -> checkNoCircle(found.value(), drained));
  }

  private void checkRoute(Located<String> route) {
    if (routes.isPresent() && !routes.get().containsKey(route.value())) {
      problem(
          route,
          "there is no route " + Quoted.text(route.value()),
          Nearest.remedy(route.value(), routes.get().keySet()));
    }
  }

  private void checkVisibility(Located<Duration> visibility) {
    Duration length = visibility.value();
    if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
      problem(
          visibility,
          Durations.show(length) + " is too short or too long",
          "write 3s to 1h, such as 60s");
    }
  }

  private void checkCredentials(Located<Credentials> credentials) {
    if (credentials.value() instanceof Credentials.Bearer) {
      problem(
          credentials,
          "a Bedrock API key opens no queue",
          "use default, profile:NAME, role:ARN, static:${ID}:${SECRET} or anonymous");
    }
  }

  private void checkRegion(Section queue) {
    if (queue.sound(SqsSettings.REGION) && queue.value(SqsSettings.REGION).isEmpty()) {
      queue
          .found(SqsSettings.QUEUE)
          .filter(url -> QueueUrl.region(url.value()).isEmpty())
          .ifPresent(
              url -> problem(url, "does not contain the region", "add region, such as us-east-1"));
    }
  }

  private void checkAnswers(Located<Section> queue) {
    boolean judged =
        queue.value().sound(SqsSettings.REPLY_QUEUE) && queue.value().sound(SqsSettings.BUCKET);
    boolean none =
        queue.value().value(SqsSettings.REPLY_QUEUE).map(List::isEmpty).orElse(true)
            && queue.value().value(SqsSettings.BUCKET).isEmpty();
    if (judged && none) {
      problem(queue, "answers have nowhere to go", "add replyQueue or bucket, or both");
    }
  }

  /** A letter to a queue that is drained would come back for ever. */
  private void checkNoCircle(Section queue, Set<URI> drained) {
    queue.found(SqsSettings.DEAD_LETTER_QUEUE).ifPresent(url -> checkNotDrained(url, drained));
    queue
        .value(SqsSettings.REPLY_QUEUE)
        .ifPresent(urls -> urls.forEach(url -> checkNotDrained(url, drained)));
  }

  private void checkNotDrained(Located<URI> url, Set<URI> drained) {
    if (drained.contains(url.value())) {
      problem(url, "is a queue that is drained", "name another one");
    }
  }

  private void problem(Located<?> where, String what, String remedy) {
    reading.problem(where.place(), where.path(), what, remedy);
  }
}
