package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Frame;
import dev.forebay.testkit.Http;
import dev.forebay.testkit.StreamFrames;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A frame as large as Bedrock's may be passes like any other, byte for byte. */
class LargeFrameTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void aFrameOfSixteenMegabytesPasses() throws Exception {
    byte[] large =
        Frame.event(
            "contentBlockDelta",
            ("{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + "x".repeat(16 << 20) + "\"}}")
                .getBytes(StandardCharsets.UTF_8));
    Buffer sent =
        Buffer.buffer(StreamFrames.START)
            .appendBytes(large)
            .appendBytes(StreamFrames.BLOCK_STOP)
            .appendBytes(StreamFrames.STOP);
    try (ScriptedBedrock bedrock = ScriptedBedrock.streaming(sent.getBytes());
        OneRoute route =
            new OneRoute(stack, URI.create(bedrock.endpoint()), "credentials: anonymous");
        Http http = new Http()) {
      byte[] came =
          http.bytes(
                  Http.post(
                      route.endpoint().resolve("/model/" + OneRoute.MODEL + "/converse-stream"),
                      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}"))
              .body();

      assertThat(came).isEqualTo(sent.getBytes());
    }
  }
}
