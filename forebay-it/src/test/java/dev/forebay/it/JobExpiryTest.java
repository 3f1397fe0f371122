package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A job waits for as long as its route's queue says, not for as long as a direct call would. */
class JobExpiryTest {
  @RegisterExtension static final Stack stack = new Stack();

  @TempDir private Path folder;

  @Test
  void aJobThatNamesNoLengthOfItsAnswerExpiresAfterExpireAfter() throws Exception {
    try (QueuedGateway gateway = new QueuedGateway(stack, QueuedGateway.storeIn(folder))) {
      HttpResponse<byte[]> left =
          gateway.post(
              "/model/" + QueuedGateway.MODEL + "/converse",
              "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}",
              "prefer",
              "respond-async");
      assertThat(left.statusCode()).isEqualTo(202);

      JsonObject job =
          QueuedGateway.json(gateway.get(left.headers().firstValue("location").orElseThrow()));
      Instant created = Instant.parse(job.getString("created"));
      Instant expires = Instant.parse(job.getString("expires"));
      assertThat(Duration.between(created, expires)).isEqualTo(Duration.ofHours(1));
    }
  }
}
