package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeterminismTest {
  private static final Buffer BODY = Buffer.buffer("{\"messages\":[{\"role\":\"user\"}]}");

  @Test
  void theSameSeedGivesTheSameScriptsFaultsAndRequestIdsIncluded() {
    assertThat(scripts(7)).isEqualTo(scripts(7));
  }

  @Test
  void anotherSeedGivesOtherScripts() {
    assertThat(scripts(7)).isNotEqualTo(scripts(8));
  }

  @Test
  void noTwoRequestsAreAlike() {
    assertThat(scripts(7)).doesNotHaveDuplicates();
  }

  private static List<Script> scripts(long seed) {
    EmulatorConfig config = EmulatorConfig.defaults().seededBy(seed);
    Bedrock bedrock =
        new Bedrock(config, Fault.parse("[{\"probability\":0.5,\"unavailable\":{}}]"));
    Call call = new Call(new ModelId(Configs.CLAUDE), Operation.CONVERSE_STREAM);
    return IntStream.range(0, 50)
        .mapToObj(
            i ->
                bedrock.reply(call, new Head(true, null, null, null), BODY, Duration.ZERO).script())
        .toList();
  }
}
