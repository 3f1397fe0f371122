package dev.forebay.gateway.jobs;

import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobPage;
import dev.forebay.jobs.JobState;
import dev.forebay.jobs.StoredJob;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;

/** Jobs as callers see them: nothing of the request, nothing of the answer. */
final class JobJson {
  private JobJson() {}

  /** What a caller gets for a call that is answered later. */
  static JsonObject accepted(StoredJob job, Duration eta) {
    return new JsonObject()
        .put("id", job.id().text())
        .put("state", job.state().status().label())
        .put("etaSeconds", eta.plusMillis(999).toSeconds());
  }

  static JsonObject page(JobPage page) {
    JsonArray jobs = new JsonArray();
    page.jobs().forEach(job -> jobs.add(job(job)));
    JsonObject json = new JsonObject().put("jobs", jobs);
    page.next().ifPresent(next -> json.put("next", next.text()));
    return json;
  }

  static JsonObject job(StoredJob stored) {
    Job job = stored.job();
    JsonObject json =
        new JsonObject()
            .put("id", job.id().text())
            .put("state", stored.state().status().label())
            .put("key", job.tenant().name())
            .put("route", job.route())
            .put("operation", job.operation())
            .put("model", job.modelPath())
            .put("priority", job.priority().label())
            .put("attempts", stored.attemptsEnded())
            .put("created", job.created().toString())
            .put("expires", job.expires().toString());
    switch (stored.state()) {
      case JobState.Queued queued -> {
        if (queued.notBefore().isAfter(job.created())) {
          json.put("notBefore", queued.notBefore().toString());
        }
      }
      case JobState.Running ignored -> {}
      case JobState.Done done -> ended(json, done.at());
      case JobState.Failed failed -> ended(json, failed.at()).put("reason", failed.reason());
      case JobState.Expired expired -> ended(json, expired.at());
      case JobState.Cancelled cancelled -> ended(json, cancelled.at());
    }
    job.callback().ifPresent(callback -> json.put("callback", callback.toString()));
    return json;
  }

  private static JsonObject ended(JsonObject json, Instant at) {
    return json.put("ended", at.toString());
  }
}
